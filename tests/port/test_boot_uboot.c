/* SPDX-License-Identifier: Apache-2.0 */
/* boot_uboot with a U-Boot in C; tests/e2e/test_uboot.py has the real one. */
#include "port/uboot_rig.h"

/* --- The way of an image -------------------------------------------------- */

static void each(void (*test)(void))
{
    for (int kind = UBOOTDEV_MENDER; kind <= UBOOTDEV_RAUC; kind++)
        for (int copies = 1; copies <= 2; copies++) {
            ubootdev_fresh((enum ubootdev_kind)kind, copies);
            test();
        }
}

static void go_confirmed(void)
{
    CHECK(state_is(ROTA_BOOT_CONFIRMED, 0, 0, false));
    CHECK(starts(0) && !confirm());
    CHECK(state_is(ROTA_BOOT_CONFIRMED, 0, 0, false));
    CHECK(rollback() == ROTA_ENOTHING);
    CHECK(is("rota_slot", "") && is("bootdelay", "2"));
}

static void an_environment_from_the_factory_is_confirmed(void)
{
    each(go_confirmed);
}

static void go_trial(void)
{
    CHECK(!try_next() && state_is(ROTA_BOOT_TRIAL, 1, 0, true));
    CHECK(try_next() == ROTA_ETRIAL && forget() == ROTA_ETRIAL);
    CHECK(starts(1) && state_is(ROTA_BOOT_TRIAL, 1, 1, true));
    CHECK(starts(1) && state_is(ROTA_BOOT_TRIAL, 1, 2, true));
    CHECK(try_next() == ROTA_ETRIAL);
    CHECK(!confirm() && state_is(ROTA_BOOT_CONFIRMED, 1, 0, true));
    for (int i = 0; i < 5; i++)
        CHECK(starts(1));
    CHECK(state_is(ROTA_BOOT_CONFIRMED, 1, 0, true));
    CHECK(!forget() && state_is(ROTA_BOOT_CONFIRMED, 1, 0, false));
    CHECK(is("bootdelay", "2"));
}

static void the_next_image_is_on_trial_until_confirmed(void)
{
    each(go_trial);
}

static void go_fail(void)
{
    CHECK(!try_next() && starts(1) && starts(1) && starts(1));
    CHECK(state_is(ROTA_BOOT_TRIAL, 1, 3, true));
    CHECK(starts(0) && state_is(ROTA_BOOT_ROLLED_BACK, 0, 0, false));
    for (int i = 0; i < 9; i++)
        CHECK(starts(0) && state_is(ROTA_BOOT_ROLLED_BACK, 0, 0, false));
    CHECK(!forget() && state_is(ROTA_BOOT_ROLLED_BACK, 0, 0, false));
    CHECK(rollback() == ROTA_ENOTHING);
    CHECK(!try_next() && state_is(ROTA_BOOT_TRIAL, 1, 0, true));
    CHECK(starts(1) && starts(1) && starts(1) && starts(0));
    CHECK(!confirm() && state_is(ROTA_BOOT_CONFIRMED, 0, 0, false));
    CHECK(is("rota_slot", "") && is("rota_trial", "") && is("rota_limit", ""));
}

static void after_three_starts_without_confirm_the_old_image_is_back(void)
{
    each(go_fail);
}

static void go_undo(void)
{
    CHECK(!try_next() && !rollback());
    CHECK(state_is(ROTA_BOOT_UNDONE, 0, 0, false) && starts(0));
    CHECK(state_is(ROTA_BOOT_UNDONE, 0, 0, false));
    CHECK(!try_next() && starts(1) && !rollback());
    CHECK(state_is(ROTA_BOOT_ROLLED_BACK, 0, 0, false) && starts(0));
    CHECK(!try_next() && starts(1) && !confirm() && !rollback());
    CHECK(state_is(ROTA_BOOT_ROLLED_BACK, 0, 0, false) && starts(0));
    CHECK(!confirm() && state_is(ROTA_BOOT_CONFIRMED, 0, 0, false));
}

static void an_operator_goes_back(void)
{
    each(go_undo);
}

static void go_wait(void)
{
    CHECK(!try_next() && confirm() == ROTA_ENOTHING && b->file.why);
    CHECK(state_is(ROTA_BOOT_TRIAL, 1, 0, true));
    CHECK(starts(1) && !confirm());
}

static void an_image_that_was_not_started_yet_is_not_confirmed(void)
{
    each(go_wait);
}

/* --- The words ------------------------------------------------------------ */

static void menders_words_are_all_written(void)
{
    ubootdev_fresh(UBOOTDEV_MENDER, 2);
    b->slot[0] = "2", b->slot[1] = "11";
    CHECK(!try_next() && is("mender_boot_part", "11"));
    CHECK(is("mender_boot_part_hex", "b") && is("upgrade_available", "1"));
    CHECK(is("bootcount", "0") && is("bootlimit", "3"));
    CHECK(!rollback() && is("mender_boot_part", "2"));
    CHECK(is("mender_boot_part_hex", "2") && is("upgrade_available", "0"));
    ubootdev_set("bootlimit", "7");
    CHECK(!try_next() && is("bootlimit", "7") && !rollback());
    b->limit = 2;
    CHECK(!try_next() && is("bootlimit", "2"));
}

static void raucs_words_are_all_written(void)
{
    ubootdev_fresh(UBOOTDEV_RAUC, 2);
    ubootdev_set("BOOT_ORDER", " A R  B");
    b->limit = 4;
    CHECK(!try_next() && is("BOOT_ORDER", "B A R"));
    CHECK(is("BOOT_A_LEFT", "4") && is("BOOT_B_LEFT", "4"));
    CHECK(!rollback() && is("BOOT_ORDER", "A R"));
    CHECK(is("BOOT_A_LEFT", "4") && is("BOOT_B_LEFT", "0"));
}

static void a_confirmed_slot_gets_back_its_starts(void)
{
    ubootdev_fresh(UBOOTDEV_RAUC, 2);
    CHECK(starts(0) && starts(0) && is("BOOT_A_LEFT", "1"));
    CHECK(!confirm() && is("BOOT_A_LEFT", "3") && is("BOOT_ORDER", "A B"));
    CHECK(!forget() && is("BOOT_ORDER", "A"));
}

static void a_slot_left_alone_is_never_passed(void)
{
    ubootdev_fresh(UBOOTDEV_RAUC, 2);
    CHECK(!try_next() && starts(1) && !confirm());
    for (int i = 0; i < 8; i++)
        CHECK(starts(1) && state_is(ROTA_BOOT_CONFIRMED, 1, 0, true));
}

/* Else RAUC's script would, some starts later, begin again with it. */
static void a_fallback_of_raucs_script_is_written_down(void)
{
    ubootdev_fresh(UBOOTDEV_RAUC, 2);
    CHECK(!try_next() && starts(1) && starts(1) && starts(1) && starts(0));
    CHECK(is("BOOT_ORDER", "B A") && ubootdev_look().active == 0);
    CHECK(boot->state(boot->ctx) == ROTA_BOOT_ROLLED_BACK);
    CHECK(is("BOOT_ORDER", "A") && is("rota_trial", "failed"));
}

static void the_limit_of_a_trial_is_the_one_it_began_with(void)
{
    ubootdev_fresh(UBOOTDEV_RAUC, 2);
    b->limit = 2;
    CHECK(!try_next() && starts(1) && starts(1)); /* reopened: limit 3 */
    CHECK(state_is(ROTA_BOOT_TRIAL, 1, 2, true) && ubootdev_look().limit == 2);
    CHECK(starts(0) && state_is(ROTA_BOOT_ROLLED_BACK, 0, 0, false));
}

static void a_trial_that_another_tool_began_is_one(void)
{
    ubootdev_fresh(UBOOTDEV_MENDER, 2);
    ubootdev_set("mender_boot_part", "3");
    ubootdev_set("upgrade_available", "1");
    CHECK(starts(1) && state_is(ROTA_BOOT_TRIAL, 1, 1, true));
    CHECK(!confirm() && state_is(ROTA_BOOT_CONFIRMED, 1, 0, true));
}

static void the_running_slot_may_be_told(void)
{
    ubootdev_fresh(UBOOTDEV_MENDER, 2);
    b->running = "2";
    CHECK(!try_next() && state_is(ROTA_BOOT_TRIAL, 1, 0, true));
    CHECK(starts(1));
    b->running = "2"; /* it was counted, but then something else was started */
    CHECK(state_is(ROTA_BOOT_ROLLED_BACK, 0, 0, false));
    CHECK(is("mender_boot_part", "2") && is("upgrade_available", "0"));
    b->running = "3";
    CHECK(try_next() == ROTA_EBOOT);
    ubootdev_fresh(UBOOTDEV_RAUC, 2);
    CHECK(starts(0) && starts(0) && starts(0) && starts(1));
    b->running = "B"; /* nobody confirmed A */
    CHECK(state_is(ROTA_BOOT_CONFIRMED, 1, 0, false));
    CHECK(!try_next() && is("BOOT_ORDER", "A B"));
}

static void variables_without_sense_are_an_error(void)
{
    static const struct {
        enum ubootdev_kind kind;
        const char *name, *value;
    } bad[] = {
        {UBOOTDEV_MENDER, "mender_boot_part", NULL},
        {UBOOTDEV_MENDER, "mender_boot_part", "4"},
        {UBOOTDEV_MENDER, "mender_boot_part", "33"},
        {UBOOTDEV_MENDER, "bootcount", "x"},
        {UBOOTDEV_MENDER, "bootcount", "0x"},
        {UBOOTDEV_MENDER, "bootlimit", "-1"},
        {UBOOTDEV_MENDER, "upgrade_available", "1 "},
        {UBOOTDEV_MENDER, "upgrade_available", "a"},
        {UBOOTDEV_RAUC, "BOOT_ORDER", "AB"},
        {UBOOTDEV_RAUC, "BOOT_ORDER", " "},
        {UBOOTDEV_RAUC, "BOOT_A_LEFT", "3g"},
        {UBOOTDEV_RAUC, "BOOT_A_LEFT", "0x"},
        {UBOOTDEV_RAUC, "BOOT_B_LEFT", "10000000000000001"},
        {UBOOTDEV_RAUC, "rota_limit", "?"},
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ubootdev_fresh(bad[i].kind, 2);
        ubootdev_set(bad[i].name, bad[i].value);
        CHECK(boot->state(boot->ctx) == ROTA_EBOOT && b->file.why);
        CHECK(try_next() == ROTA_EBOOT && confirm() == ROTA_EBOOT);
        CHECK(is(bad[i].name, bad[i].value ? bad[i].value : ""));
    }
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    RUN(an_environment_from_the_factory_is_confirmed);
    RUN(the_next_image_is_on_trial_until_confirmed);
    RUN(after_three_starts_without_confirm_the_old_image_is_back);
    RUN(an_operator_goes_back);
    RUN(an_image_that_was_not_started_yet_is_not_confirmed);
    RUN(menders_words_are_all_written);
    RUN(raucs_words_are_all_written);
    RUN(a_confirmed_slot_gets_back_its_starts);
    RUN(a_slot_left_alone_is_never_passed);
    RUN(a_fallback_of_raucs_script_is_written_down);
    RUN(the_limit_of_a_trial_is_the_one_it_began_with);
    RUN(a_trial_that_another_tool_began_is_one);
    RUN(the_running_slot_may_be_told);
    RUN(variables_without_sense_are_an_error);
    ubootdev_wipe();
    return test_end();
}
