/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures that are checked over many steps: built with ROTA_ECC_MAX_OPS, as
 * "make test" does for this and some more programs; at once without. */
#include "device/signed_device.h"
#include "flash/record.h"
#include "manifest/sign.h"

static struct signed_device s;
static struct device *const d = &s.device;

static unsigned char memory[32768];
static struct rota_arena arena;

static const char text[] = "{\"rota\":1,\"seq\":42}";
#define LEN (sizeof text - 1)

static uint8_t der[ROTA_SIGN_DER_MAX];
static size_t der_len;

/* So many ROTA_EAGAIN come first. */
static int steps_of(const struct signer *by, int *steps)
{
    struct rota_sign check = {0};
    int err;

    *steps = -1;
    do {
        err = rota_sign_check(&check, &by->key, text, LEN, der, der_len);
        ++*steps;
    } while (err == ROTA_EAGAIN);
    return err;
}

static void good_or_not_a_signature_takes_as_many_steps(void)
{
    int good, bad;
    size_t used = arena.used;

    CHECK(steps_of(&s.alice, &good) == ROTA_OK);
    CHECK(steps_of(&s.bob, &bad) == ROTA_ESIGNATURE);
    CHECK(arena.used == used);
    CHECK(ROTA_ECC_MAX_OPS ? good > 10 : good == 0);
    CHECK(good == bad);
}

static void a_check_that_is_dropped_gives_its_memory_back(void)
{
    size_t used = arena.used;
    int steps;

    CHECK(steps_of(&s.alice, &steps) == ROTA_OK);
    for (int n = 0; n <= steps; n++) {
        struct rota_sign check = {0};
        for (int i = 0; i < n; i++)
            CHECK(rota_sign_check(&check, &s.alice.key, text, LEN, der, der_len)
                  == ROTA_EAGAIN);
        CHECK(n == 0 || arena.used > used);
        rota_sign_drop(&check);
        rota_sign_drop(&check);
        CHECK(arena.used == used);
    }
}

/* --- In an update --------------------------------------------------------- */

static void begin_update(void)
{
    signed_init(&s, 1);
    signed_say_all(&s);
    signed_check_for(&s, 0);
}

/* The manifest has come, nothing else was asked for, and nobody is awaited. */
static bool is_checking(void)
{
    return device_requests(d) == 2
        && d->rig.server.opens == d->rig.server.closes;
}

static void while_signatures_are_checked_nothing_waits(void)
{
    int steps = 0;

    begin_update();
    while (rota_busy(&d->rig.rota)) {
        rota_step(&d->rig.rota);
        if (is_checking()) {
            CHECK(rota_wait_ms(&d->rig.rota) == 0);
            steps++;
        } else {
            d->rig.server.now_ms += rota_wait_ms(&d->rig.rota);
        }
    }
    CHECK(device_told(d, INSTALLED) && signed_holds(&s, 0));
    CHECK(ROTA_ECC_MAX_OPS ? steps > 10 : steps < 3);
}

static void stopped_at_any_step_an_update_holds_no_memory(void)
{
    size_t used = arena.used;
    int held = 0, n = 0;
    bool over;

    do {
        begin_update();
        for (int i = 0; i < n; i++)
            rota_step(&d->rig.rota);
        over = !rota_busy(&d->rig.rota);
        held += arena.used > used;
        rota_stop(&d->rig.rota);
        CHECK(arena.used == used);
    } while (!over && ++n < 2000);
    CHECK(over);
    CHECK(ROTA_ECC_MAX_OPS ? held > 10 : held == 0);
}

/* The journal of a device that has updated before. */
static void remember(void)
{
    struct rota_accepted p = {.seq = 4};
    struct rota_journal j;

    struct rota_store store = rota_journal_store(&j, &d->rig.journal);
    CHECK(store.open(store.ctx) == ROTA_OK);
    CHECK(rota_record_save(&store, ROTA_RECORD_ACCEPTED, &p) == ROTA_OK);
}

static void after_an_error_at_any_step_no_memory_is_held(void)
{
    size_t used = arena.used;
    unsigned at = 0;

    do {
        signed_init(&s, 1);
        remember();
        signed_say_all(&s);
        signed_check_for(&s, 0);
        signed_fail_read(&s, ++at);
        CHECK(rig_run(&d->rig));
        CHECK(arena.used == used);
    } while (s.failing.reads_left == 0 && at < 4000);
    CHECK(at > 20 && at < 4000);
    s.failing.reads_left = 0;
}

int main(void)
{
    signed_init(&s, 1);
    rota_arena_init(&arena, memory, sizeof memory);
    rota_arena_use(&arena);
    der_len = signer_sign(&s.alice, text, LEN, der);
    RUN(good_or_not_a_signature_takes_as_many_steps);
    RUN(a_check_that_is_dropped_gives_its_memory_back);
    RUN(while_signatures_are_checked_nothing_waits);
    RUN(stopped_at_any_step_an_update_holds_no_memory);
    RUN(after_an_error_at_any_step_no_memory_is_held);
    return test_end();
}
