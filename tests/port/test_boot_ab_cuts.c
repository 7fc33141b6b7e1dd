/* SPDX-License-Identifier: Apache-2.0 */
/* Power is lost, and flash fails, at each write to the boot record: by the
 * program and by the bootloader, wherever in its blocks the record has got
 * to, and once more in the start after that. */
#include "port/ab_rig.h"

static struct abdev d;

enum { SEEDS = 2, LATER = 3 };

static struct abdev before;
static long cuts;

/* One change, and what a start finds when it was cut: as if it had not been
 * made, or as if it had. */
struct change {
    const char *name;
    struct rota_ab_record from;
    int running; /* the slot that makes it; negative = the bootloader */
    int (*call)(void);
    struct outcome {
        int slot;
        enum rota_boot_state state;
    } old, new;
};

static int try_next(void)
{
    return abdev_try_next(&d);
}

static int confirm(void)
{
    return abdev_confirm(&d);
}

static int restart(void)
{
    abdev_restart(&d);
    return d.running < 0 ? d.running : ROTA_OK;
}

#define ON_TRIAL                                                               \
    {                                                                          \
        B, ROTA_BOOT_TRIAL                                                     \
    }
#define BACK_IN_A                                                              \
    {                                                                          \
        A, ROTA_BOOT_ROLLED_BACK                                               \
    }
#define STAYS(slot)                                                            \
    {                                                                          \
        slot, ROTA_BOOT_CONFIRMED                                              \
    }

static const struct change changes[] = {
    {"try", {A, CONFIRMED, 0}, A, try_next, STAYS(A), ON_TRIAL},
    {"try after a failure", {A, BACK, 0}, A, try_next, BACK_IN_A, ON_TRIAL},
    {"confirm", {B, TRIAL, 1}, B, confirm, ON_TRIAL, STAYS(B)},
    {"confirm, last start", {B, TRIAL, 3}, B, confirm, BACK_IN_A, STAYS(B)},
    {"end rolled back", {A, BACK, 0}, A, confirm, BACK_IN_A, STAYS(A)},
    {"count", {B, TRIAL, 0}, -1, restart, ON_TRIAL, ON_TRIAL},
    {"count the last", {B, TRIAL, 2}, -1, restart, ON_TRIAL, BACK_IN_A},
    {"roll back", {B, TRIAL, 3}, -1, restart, BACK_IN_A, BACK_IN_A},
    {"write twice", {B, CONFIRMED, 0}, -1, restart, STAYS(B), STAYS(B)},
};

static bool outcome_is(const struct outcome *o)
{
    return d.running == o->slot && abdev_state(&d) == (int)o->state;
}

/* Power comes: what was torn may read otherwise than before. */
static void start(void)
{
    cutflash_on(&d.record);
    abdev_restart(&d);
}

/* The record as it was before a change, n records after its block's first. */
static void prepare(const struct change *c, uint32_t unit, uint8_t erased,
                    int n)
{
    abdev_init(&before, unit, erased);
    for (int i = 0; i < n; i++)
        abdev_set(&before, (struct rota_ab_record){A, BACK, 0});
    if (c->from.state == CONFIRMED && c->running >= 0)
        abdev_set(&before, c->from);
    abdev_set(&before, c->from);
}

static void go_back(const struct change *c)
{
    cutflash_copy(&d.record, &before.record);
    cutflash_on(&d.record);
    d.running = c->running;
    if (c->running >= 0)
        d.boot =
            rota_boot_ab_init(&d.port, &d.record.flash, (uint8_t)c->running);
}

/* Runs call, power failing at write n. False when it has fewer writes. */
static bool cut(int (*call)(void), long n, enum cutflash_torn torn,
                uint32_t seed)
{
    cutflash_on(&d.record);
    d.record.cut_at = n;
    d.record.torn = torn;
    d.record.seed = seed;
    if (setjmp(d.record.cut) == 0) {
        CHECK(call() == ROTA_OK);
        return false;
    }
    cuts++;
    return true;
}

/* What a start has found once lasts, until somebody changes it. But a unit
 * as long as a record, in which power failed, may read erased now and written
 * later, and no program can tell: what was old may become new so. */
static void check_lasts(const struct change *c)
{
    int slot = d.running, state = abdev_state(&d);
    bool late = d.record.flash.prog_size >= 16 && outcome_is(&c->old);

    for (int i = 0; i < LATER && d.r.state != TRIAL; i++) {
        start();
        bool good = (d.running == slot && abdev_state(&d) == state)
                 || (late && outcome_is(&c->new));
        CHECK(good);
        if (!good)
            printf("%s: not for long\n", c->name);
    }
}

static bool cut_once(const struct change *c, long n, enum cutflash_torn torn,
                     uint32_t seed)
{
    go_back(c);
    if (!cut(c->call, n, torn, seed))
        return false;
    start();
    bool good = outcome_is(&c->old) || outcome_is(&c->new);
    CHECK(good);
    if (!good)
        printf("%s, cut %ld: %d %d\n", c->name, n, d.running, abdev_state(&d));
    check_lasts(c);
    CHECK(d.record.broken == 0);
    return true;
}

/* The start after the cut is cut, too. */
static bool cut_again(const struct change *c, long n, long again,
                      enum cutflash_torn torn, uint32_t seed)
{
    go_back(c);
    if (!cut(c->call, n, torn, seed))
        return false;
    if (!cut(restart, again, torn, seed * 7 + 1))
        return false;
    start();
    CHECK(d.running >= 0 && d.record.broken == 0);
    CHECK(d.running == c->old.slot || d.running == c->new.slot);
    return true;
}

static void each_cut(const struct change *c)
{
    for (int torn = 0; torn < CUTFLASH_TORN; torn++)
        for (uint32_t seed = 1; seed <= SEEDS; seed++) {
            enum cutflash_torn t = (enum cutflash_torn)torn;
            for (long n = 0; cut_once(c, n, t, seed * 31 + (uint32_t)n); n++)
                for (long k = 0; cut_again(c, n, k, t, seed * 17 + 3); k++)
                    continue;
        }
}

/* Every place in a block, for the step to the other block, too. */
static void each_place(const struct change *c)
{
    for (uint32_t unit = 1; unit <= 32; unit *= 2)
        for (int n = 0; n < 34; n += unit < 8 ? 11 : 1) {
            uint8_t erased = n & 1 ? 0x00 : 0xff;
            prepare(c, unit, erased, n);
            abdev_init(&d, unit, erased);
            each_cut(c);
            abdev_free(&d);
            abdev_free(&before);
        }
}

static void a_cut_leaves_what_was_or_what_was_to_be(void)
{
    cuts = 0;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        each_place(&changes[i]);
    printf("boot record: %ld cuts\n", cuts);
    CHECK(cuts > 100000);
}

/* --- Whole trials -------------------------------------------------------- */

static uint32_t seed;

static bool start_with_a_cut(void)
{
    uint32_t r = cutflash_random(&seed) >> 4;

    return !cut(restart, (long)(r % 7),
                (enum cutflash_torn)(r / 8 % CUTFLASH_TORN), r);
}

/* An image that never confirms, and power that fails in two of three starts:
 * it is started as often as it may, and then no more. */
static void cuts_give_a_trial_no_more_starts(void)
{
    for (seed = 1; seed < 3000; seed += 2) {
        int starts = 0, i = 0;
        abdev_init(&d, 4, seed & 2 ? 0xff : 0x00);
        CHECK(abdev_try_next(&d) == ROTA_OK);
        for (; i < 200 && d.r.state != BACK; i++)
            if (start_with_a_cut())
                starts += d.running == B;
        CHECK(i < 200 && d.running == A);
        CHECK(starts <= ABDEV_LIMIT);
        start();
        CHECK(outcome_is(&(struct outcome)BACK_IN_A));
        CHECK(d.record.broken == 0);
        abdev_free(&d);
    }
}

/* --- Flash that fails ---------------------------------------------------- */

static void fail_each_write(const struct change *c)
{
    for (long n = 0;; n++) {
        go_back(c);
        d.record.fail_at = n;
        d.record.fail_once = true;
        int err = c->call();
        bool failed = d.record.writes > n;
        if (failed && c->running >= 0)
            CHECK(err == ROTA_EIO && !d.port.why);
        start();
        if (failed && c->running >= 0)
            CHECK(outcome_is(&c->old) || outcome_is(&c->new));
        else
            CHECK(d.running >= 0);
        if (!failed)
            return;
        go_back(c);
        d.record.fail_at = n;
        d.record.fail_once = true;
        (void)!c->call();
        cutflash_on(&d.record);
        CHECK(c->call() == ROTA_OK); /* once more, and it works */
        CHECK(d.record.broken == 0);
    }
}

static void a_write_that_fails_is_an_error_and_can_be_done_again(void)
{
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        for (int n = 0; n < 34; n++) {
            prepare(&changes[i], 4, 0xff, n);
            abdev_init(&d, 4, 0xff);
            fail_each_write(&changes[i]);
            abdev_free(&d);
            abdev_free(&before);
        }
}

int main(void)
{
    RUN(a_cut_leaves_what_was_or_what_was_to_be);
    RUN(cuts_give_a_trial_no_more_starts);
    RUN(a_write_that_fails_is_an_error_and_can_be_done_again);
    return test_end();
}
