/* SPDX-License-Identifier: Apache-2.0 */
#include "port/ab_rig.h"
#include "port/port_check.h"

static struct abdev d;

/* --- What is started ----------------------------------------------------- */

static const struct {
    struct rota_ab_record r;
    bool a, b;  /* valid images */
    int starts; /* slot */
    struct rota_ab_record then;
    int state; /* that the image is told; 0 in rows where none is started */
} decision[] = {
    {{A, CONFIRMED, 0}, 1, 1, A, {A, CONFIRMED, 0}, ROTA_BOOT_CONFIRMED},
    {{A, CONFIRMED, 0}, 0, 1, B, {B, CONFIRMED, 0}, ROTA_BOOT_CONFIRMED},
    {{A, CONFIRMED, 0}, 1, 0, A, {A, CONFIRMED, 0}, ROTA_BOOT_CONFIRMED},
    {{A, CONFIRMED, 0}, 0, 0, NONE, {A, CONFIRMED, 0}, 0},
    {{B, CONFIRMED, 0}, 1, 1, B, {B, CONFIRMED, 0}, ROTA_BOOT_CONFIRMED},
    {{B, CONFIRMED, 0}, 1, 0, A, {A, CONFIRMED, 0}, ROTA_BOOT_CONFIRMED},
    {{B, CONFIRMED, 0}, 0, 0, NONE, {B, CONFIRMED, 0}, 0},
    {{B, TRIAL, 0}, 1, 1, B, {B, TRIAL, 1}, ROTA_BOOT_TRIAL},
    {{B, TRIAL, 1}, 1, 1, B, {B, TRIAL, 2}, ROTA_BOOT_TRIAL},
    {{B, TRIAL, 2}, 1, 1, B, {B, TRIAL, 3}, ROTA_BOOT_TRIAL},
    {{B, TRIAL, 3}, 1, 1, A, {A, BACK, 0}, ROTA_BOOT_ROLLED_BACK},
    {{B, TRIAL, 255}, 1, 1, A, {A, BACK, 0}, ROTA_BOOT_ROLLED_BACK},
    {{A, TRIAL, 3}, 1, 1, B, {B, BACK, 0}, ROTA_BOOT_ROLLED_BACK},
    {{B, TRIAL, 0}, 1, 0, A, {A, BACK, 0}, ROTA_BOOT_ROLLED_BACK},
    {{B, TRIAL, 2}, 1, 0, A, {A, BACK, 0}, ROTA_BOOT_ROLLED_BACK},
    {{B, TRIAL, 0}, 0, 1, B, {B, TRIAL, 1}, ROTA_BOOT_TRIAL},
    {{B, TRIAL, 3}, 0, 1, B, {B, TRIAL, 3}, ROTA_BOOT_TRIAL},
    {{B, TRIAL, 3}, 0, 0, NONE, {B, TRIAL, 3}, 0},
    {{A, BACK, 0}, 1, 1, A, {A, BACK, 0}, ROTA_BOOT_ROLLED_BACK},
    {{A, BACK, 0}, 1, 0, A, {A, BACK, 0}, ROTA_BOOT_ROLLED_BACK},
    {{A, BACK, 0}, 0, 1, B, {B, CONFIRMED, 0}, ROTA_BOOT_CONFIRMED},
};

static void the_bootloader_decides_by_its_table(void)
{
    for (size_t i = 0; i < sizeof decision / sizeof *decision; i++) {
        ab_begin(&d);
        abdev_set(&d, decision[i].r);
        d.valid[A] = decision[i].a;
        d.valid[B] = decision[i].b;
        abdev_restart(&d);
        bool good = d.running == decision[i].starts;
        if (good && d.running >= 0)
            good = rota_ab_same(&d.r, &decision[i].then)
                && abdev_state(&d) == decision[i].state;
        CHECK(good);
        if (!good)
            printf("row %zu\n", i);
        CHECK(d.asked[A] <= 1 && d.asked[B] <= 1);
        ab_end(&d);
    }
}

static void what_stands_is_written_once_more_and_then_left(void)
{
    ab_begin(&d);
    abdev_set(&d, (struct rota_ab_record){B, CONFIRMED, 0});
    cutflash_on(&d.record);
    abdev_restart(&d);
    CHECK(d.record.writes == 4); /* a cell of four units */
    for (int i = 0; i < 10; i++)
        abdev_restart(&d);
    CHECK(d.record.writes == 4 && d.running == B);
    ab_end(&d);
}

static void nothing_is_written_before_the_first_trial(void)
{
    ab_begin(&d);
    abdev_restart(&d);
    CHECK(d.running == A && abdev_state(&d) == ROTA_BOOT_CONFIRMED);
    CHECK(abdev_confirm(&d) == ROTA_OK && d.record.writes == 0);
    CHECK(d.asked[B] == 0);
    ab_end(&d);
}

static void a_trial_gets_its_starts_and_no_more(void)
{
    ab_begin(&d);
    CHECK(abdev_try_next(&d) == ROTA_OK);
    CHECK(abdev_state(&d) == ROTA_BOOT_TRIAL && d.running == A);
    for (int n = 1; n <= ABDEV_LIMIT; n++) {
        abdev_restart(&d);
        CHECK(d.running == B && is(d.r, B, TRIAL, n));
    }
    abdev_restart(&d);
    CHECK(d.running == A && abdev_state(&d) == ROTA_BOOT_ROLLED_BACK);
    abdev_restart(&d);
    CHECK(d.running == A && abdev_state(&d) == ROTA_BOOT_ROLLED_BACK);
    CHECK(abdev_confirm(&d) == ROTA_OK);
    CHECK(abdev_state(&d) == ROTA_BOOT_CONFIRMED);
    ab_end(&d);
}

/* A start that is not counted must not happen: it could go on for ever. */
static void a_trial_that_cannot_be_counted_is_not_started(void)
{
    ab_begin(&d);
    CHECK(abdev_try_next(&d) == ROTA_OK);
    cutflash_on(&d.record);
    d.record.fail_at = 0;
    abdev_restart(&d);
    CHECK(d.running == A);
    CHECK(abdev_state(&d) == ROTA_BOOT_TRIAL);
    CHECK(abdev_confirm(&d) == ROTA_ENOTHING && d.port.why);
    cutflash_on(&d.record);
    abdev_restart(&d);
    CHECK(d.running == B);
    ab_end(&d);
}

static void flash_that_fails_keeps_no_valid_image_from_starting(void)
{
    static const struct rota_ab_record r[] = {
        {B, CONFIRMED, 0}, {B, TRIAL, 1}, {B, TRIAL, 3}, {A, BACK, 0}};

    for (size_t i = 0; i < sizeof r / sizeof *r; i++)
        for (int images = 1; images < 4; images++) {
            ab_begin(&d);
            abdev_set(&d, r[i]);
            cutflash_on(&d.record);
            d.record.fail_at = 0;
            d.valid[A] = images & 1;
            d.valid[B] = images >> 1;
            abdev_restart(&d);
            CHECK(d.running >= 0 && d.valid[d.running]);
            ab_end(&d);
        }
}

static int no_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    (void)ctx;
    (void)off;
    (void)buf;
    (void)len;
    return ROTA_EIO;
}

static void a_record_that_cannot_be_read_is_not_written(void)
{
    for (int a_valid = 0; a_valid < 2; a_valid++) {
        ab_begin(&d);
        abdev_set(&d, (struct rota_ab_record){B, CONFIRMED, 0});
        cutflash_on(&d.record);
        d.record.flash.read = no_read;
        d.valid[A] = a_valid;
        abdev_restart(&d);
        CHECK(d.running == (a_valid ? A : B));
        CHECK(abdev_state(&d) == ROTA_EIO && abdev_confirm(&d) == ROTA_EIO);
        CHECK(abdev_try_next(&d) == ROTA_EIO && d.record.writes == 0);
        ab_end(&d);
    }
}

static void regions_that_do_not_fit_are_refused_and_slot_a_starts(void)
{
    ab_begin(&d);
    d.record.flash.size = ABDEV_BLOCK;
    CHECK(abdev_state(&d) == ROTA_EINVAL && abdev_confirm(&d) == ROTA_EINVAL);
    CHECK(abdev_try_next(&d) == ROTA_EINVAL);
    abdev_restart(&d);
    CHECK(d.running == A);
    ab_end(&d);
}

/* --- The port ------------------------------------------------------------ */

static void restart(void *arg)
{
    (void)arg;
    abdev_restart(&d);
}

static void report(void *arg, bool good, const char *what)
{
    (void)arg;
    if (!good)
        printf("not true that %s\n", what);
}

static void the_port_conforms_with_any_unit_and_erased_value(void)
{
    const struct port_check r = {report, NULL};
    const struct port_check_boot b = {&d.boot, NULL, restart, NULL};

    for (uint32_t unit = 1; unit <= 32; unit *= 2)
        for (int erased = 0; erased <= 0xff; erased += 0xff) {
            abdev_init(&d, unit, (uint8_t)erased);
            CHECK(port_check_boot(&r, &b) == 0);
            ab_end(&d);
        }
}

static void an_image_on_trial_arms_no_other(void)
{
    ab_begin(&d);
    CHECK(abdev_try_next(&d) == ROTA_OK);
    abdev_restart(&d);
    cutflash_on(&d.record);
    CHECK(abdev_try_next(&d) == ROTA_ETRIAL && d.port.why);
    CHECK(d.record.writes == 0);
    ab_end(&d);
}

static void an_image_that_waits_is_armed_once_more_without_harm(void)
{
    ab_begin(&d);
    CHECK(abdev_try_next(&d) == ROTA_OK && abdev_try_next(&d) == ROTA_OK);
    cutflash_on(&d.record);
    CHECK(abdev_try_next(&d) == ROTA_OK && d.record.writes == 0);
    CHECK(abdev_confirm(&d) == ROTA_ENOTHING);
    abdev_restart(&d);
    CHECK(is(d.r, B, TRIAL, 1));
    ab_end(&d);
}

static void the_record_goes_round_both_blocks(void)
{
    ab_begin(&d);
    for (int i = 0; i < 1000; i++) {
        CHECK(abdev_try_next(&d) == ROTA_OK);
        abdev_restart(&d);
        CHECK(d.running == (i % 2 ? A : B));
        CHECK(abdev_confirm(&d) == ROTA_OK);
    }
    uint32_t erases = d.record.erases[0] + d.record.erases[1];
    CHECK(erases <= 3000 / (ABDEV_BLOCK / 16) + 1);
    CHECK(d.record.erases[0] - d.record.erases[1] <= 1);
    ab_end(&d);
}

int main(void)
{
    RUN(the_bootloader_decides_by_its_table);
    RUN(what_stands_is_written_once_more_and_then_left);
    RUN(nothing_is_written_before_the_first_trial);
    RUN(a_trial_gets_its_starts_and_no_more);
    RUN(a_trial_that_cannot_be_counted_is_not_started);
    RUN(flash_that_fails_keeps_no_valid_image_from_starting);
    RUN(a_record_that_cannot_be_read_is_not_written);
    RUN(regions_that_do_not_fit_are_refused_and_slot_a_starts);
    RUN(the_port_conforms_with_any_unit_and_erased_value);
    RUN(an_image_on_trial_arms_no_other);
    RUN(an_image_that_waits_is_armed_once_more_without_harm);
    RUN(the_record_goes_round_both_blocks);
    return test_end();
}
