/* SPDX-License-Identifier: Apache-2.0 */
/* What follows from a trial, and when to ask again. */
#include "device/device.h"

/* --- Trial -----------------------------------------------------------------
 */

static void install_1_1_0(void)
{
    empty();
    offer("v1.1.0");
    asset();
    run();
    CHECK(told(INSTALLED) && rig.bootloader.next == 1);
}

static void start_1_1_0(void)
{
    fakeboot_restart(&rig.bootloader);
    rig.config.version = "1.1.0";
}

static void an_image_that_can_check_is_confirmed(void)
{
    install_1_1_0();
    start_1_1_0();
    empty();
    answer("HTTP/1.1 304 Not Modified\n", "");
    run_again();
    CHECK(told("trial checking confirmed up-to-date "));
    CHECK(rig.bootloader.state == ROTA_BOOT_CONFIRMED);
    run_again();
    CHECK(told("checking up-to-date ") || told("checking failed "));
}

static void an_image_that_cannot_check_is_not_confirmed(void)
{
    install_1_1_0();
    start_1_1_0();
    empty();
    answer("HTTP/1.1 500 Oops\n", "");
    run_again();
    CHECK(told("trial checking failed "));
    CHECK(rig.bootloader.state == ROTA_BOOT_TRIAL);
}

static void the_application_may_veto(void)
{
    install_1_1_0();
    start_1_1_0();
    rig.may_confirm = false;
    empty();
    offer("v1.1.0");
    run_again();
    CHECK(told("trial checking up-to-date ") && !rig.bootloader.confirms);
    rig.may_confirm = true;
    empty();
    offer("v1.1.0");
    run_again();
    CHECK(told("trial checking confirmed up-to-date "));
}

static void a_trial_without_end_is_told_of_once(void)
{
    install_1_1_0();
    start_1_1_0();
    rig.config.trial_s = 60;
    rig.config.interval_s = 3600;
    empty();
    serve();
    rig.told[0] = '\0';
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    rota_step(&rig.rota);
    rota_stop(&rig.rota);
    rig.server.now_ms += 59000;
    rota_step(&rig.rota);
    CHECK(!strstr(rig.told, "overdue"));
    CHECK(rota_wait_ms(&rig.rota) == 1000); /* not until the next check */
    rig.server.now_ms += 1000;
    rota_step(&rig.rota);
    rota_step(&rig.rota);
    const char *first = strstr(rig.told, "overdue");
    CHECK(first && !strstr(first + 1, "overdue"));
    CHECK(rota_wait_ms(&rig.rota) > 60000);
}

static void by_hand_means_by_hand(void)
{
    install_1_1_0();
    start_1_1_0();
    rig.config.confirm_by_hand = true;
    empty();
    offer("v1.1.0");
    run_again();
    CHECK(told("trial checking up-to-date "));
    CHECK(rota_confirm(&rig.rota) == ROTA_OK);
    CHECK(rig.bootloader.state == ROTA_BOOT_CONFIRMED);
    CHECK(rota_confirm(&rig.rota) == ROTA_ENOTHING);
}

static void a_failed_image_goes_into_quarantine(void)
{
    install_1_1_0();
    fakeboot_restart(&rig.bootloader);
    fakeboot_restart(&rig.bootloader);
    CHECK(rig.bootloader.state == ROTA_BOOT_ROLLED_BACK);
    empty();
    offer("v1.1.0");
    offer("v1.2.0");
    run_again();
    CHECK(told("rolled-back checking quarantined "));
    CHECK(!sent("assets"));
    run_again();
    CHECK(told("checking quarantined "));
}

static void a_newer_image_waits_for_the_end_of_a_trial(void)
{
    install_1_1_0();
    start_1_1_0();
    rig.config.confirm_by_hand = true;
    empty();
    answer("HTTP/1.1 200 OK\nContent-Type: application/json\n",
           "{\"id\":9,\"tag_name\":\"v1.2.0\",\"assets\":[{\"id\":8,"
           "\"url\":\"u\",\"name\":\"app-2.bin\",\"size\":9000}]}");
    run_again();
    CHECK(told("trial checking failed ") && rig.last.err == ROTA_ETRIAL);
    CHECK(memcmp(rig.slot_bytes, script_image(), SIZE) == 0);
}

static void an_agent_is_told_to_restart_until_it_does(void)
{
    install_1_1_0();
    rig.bootloader.at_once = true;
    rig.bootloader.state = ROTA_BOOT_TRIAL;
    rig.config.confirm_by_hand = true;
    empty();
    offer("v1.1.0");
    run_again();
    CHECK(told("trial checking ready ") && !sent("assets"));
}

static void an_agent_knows_what_runs_after_a_confirmation(void)
{
    install_1_1_0();
    fakeboot_restart(&rig.bootloader);
    rig.config.confirm_by_hand = true; /* config.version stays 1.0.0 */
    empty();
    offer("v1.1.0");
    serve();
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    CHECK(rota_confirm(&rig.rota) == ROTA_OK);
    CHECK(rig_check(&rig) == ROTA_OK && told("checking up-to-date "));
}

static void a_check_before_the_restart_confirms_nothing(void)
{
    install_1_1_0();
    rig.bootloader.at_once = true;
    empty();
    offer("v1.1.0");
    run_again();
    CHECK(told("trial checking ready "));
    CHECK(rig.bootloader.confirms == 0);
}

static void an_image_that_the_bootloader_did_not_take_has_failed(void)
{
    install_1_1_0();
    rig.bootloader.next = rig.bootloader.running; /* and 1.0.0 starts again */
    empty();
    offer("v1.1.0");
    run_again();
    CHECK(told("rolled-back checking quarantined ") && !sent("assets"));
}

static void an_image_that_the_boot_port_refuses_is_not_fetched_again(void)
{
    empty();
    offer("v1.1.0");
    asset();
    rig_init(&rig, script.reply, script.count);
    rig.bootloader.err = ROTA_ECORRUPT;
    CHECK(rig_check(&rig) == ROTA_OK && rig.last.err == ROTA_ECORRUPT);
    rig.bootloader.err = ROTA_OK;
    empty();
    offer("v1.1.0");
    run_again();
    CHECK(told("checking quarantined "));
}

static void a_confirmation_by_somebody_else_is_noticed(void)
{
    install_1_1_0();
    fakeboot_restart(&rig.bootloader);
    rig.config.confirm_by_hand = true; /* an agent: its version stays */
    CHECK(rig.boot.confirm(rig.boot.ctx) == ROTA_OK);
    empty();
    offer("v1.1.0");
    run_again();
    CHECK(told("confirmed checking up-to-date "));
}

/* --- Between the read-back and the boot state ------------------------------
 */

/* Up to where an image waits for a yes of may_install. */
static void wait_for_a_yes(const char *digest)
{
    empty();
    script_release(&script, "v1.1.0", "app-1.bin", "9000", digest);
    asset();
    rig_init(&rig, script.reply, script.count);
    rig.may_install = false;
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    rota_check_now(&rig.rota);
    for (int i = 0; i < 10000; i++)
        rota_step(&rig.rota);
    CHECK(told("checking available verified ") && rota_busy(&rig.rota));
}

static void a_no_is_asked_about_again(void)
{
    wait_for_a_yes(NULL);
    CHECK(rota_wait_ms(&rig.rota) > 0 && rota_wait_ms(&rig.rota) <= 1000);
    rig.may_install = true;
    CHECK(rig_run(&rig) && told("checking available verified verified ready "));
    CHECK(rig.bootloader.tries == 1);
}

static void an_image_that_changes_while_it_waits_is_not_armed(void)
{
    wait_for_a_yes(NULL);
    rig.slot_bytes[SIZE - 1] ^= 1;
    rig.may_install = true;
    CHECK(rig_run(&rig) && rig.bootloader.tries == 0);
    CHECK(told("checking available verified failed "));
    CHECK(rig.last.err == ROTA_EDIGEST);

    empty();
    offer("v1.1.0");
    asset();
    run_again();
    CHECK(told(INSTALLED) && rig.bootloader.tries == 1);
}

static void a_yes_that_becomes_a_no_waits_on(void)
{
    wait_for_a_yes(NULL);
    rig.server.now_ms += 1000;
    rig.may_install = true;
    rota_step(&rig.rota); /* a yes: read it again */
    rig.may_install = false;
    for (int i = 0; i < 100; i++)
        rota_step(&rig.rota);
    CHECK(told("checking available verified verified "));
    CHECK(rota_busy(&rig.rota) && rig.bootloader.tries == 0);
}

static struct rota_flash real_slot;
static uint32_t steps, read_in_step, tried_in_step;

static int noting_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    read_in_step = steps;
    return real_slot.read(ctx, off, buf, len);
}

static void note_try(void *arg)
{
    (void)arg;
    tried_in_step = steps;
}

static void nothing_happens_between_the_last_byte_read_and_arming(void)
{
    for (int waits = 0; waits < 2; waits++) {
        empty();
        offer("v1.1.0");
        asset();
        rig_init(&rig, script.reply, script.count);
        real_slot = rig.slot;
        rig.slot.read = noting_read;
        rig.bootloader.before = note_try;
        rig.may_install = !waits;
        steps = 0;
        CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
        rota_check_now(&rig.rota);
        for (; rota_busy(&rig.rota) && steps < 20000; steps++) {
            rota_step(&rig.rota);
            rig.may_install |= steps > 10000;
            rig.server.now_ms++;
        }
        CHECK(rig.bootloader.tries == 1 && tried_in_step > 0);
        CHECK(read_in_step == tried_in_step);
    }
}

static void without_a_boot_port_it_downloads_and_verifies(void)
{
    empty();
    offer("v1.1.0");
    asset();
    rig_init(&rig, script.reply, script.count);
    rig.config.boot = NULL;
    rig.config.store = NULL;
    CHECK(rig_check(&rig) == ROTA_OK);
    CHECK(told("checking available verified downloaded "));
    CHECK(memcmp(rig.slot_bytes, script_image(), SIZE) == 0);
    CHECK(rig.last.type == ROTA_EV_DOWNLOADED);
}

static void a_boot_state_that_cannot_change_is_an_error(void)
{
    empty();
    offer("v1.1.0");
    asset();
    rig_init(&rig, script.reply, script.count);
    rig.bootloader.err = ROTA_EBOOT;
    CHECK(rig_check(&rig) == ROTA_OK);
    CHECK(strstr(rig.told, "failed") && rig.last.err == ROTA_EBOOT);
}

static void bad_configurations_are_refused(void)
{
    for (int i = 0; i < 9; i++) {
        empty();
        rig_init(&rig, script.reply, 0);
        struct rota_config *c = &rig.config;
        switch (i) {
        case 0: c->net = NULL; break;
        case 1: c->sys = NULL; break;
        case 2: c->slot = NULL; break;
        case 3: c->buffer_size = 511; break;
        case 4: c->anchor_count = 0; break;
        case 5: c->repo = "acme"; break;
        case 6: c->api = "http://api.github.com"; break;
        case 7: c->version = "one"; break;
        case 8: c->asset = NULL; break;
        }
        const char *field, *want;
        CHECK(rota_config_check(c, &field, &want) == ROTA_EINVAL && field);
        CHECK(i > 3 || rota_init(&rig.rota, c) == ROTA_EINVAL);
        CHECK(rig.server.opens == 0);
    }
}

/* --- Time ------------------------------------------------------------------
 */

static void item_34_a_limit_is_waited_out_across_a_restart(void)
{
    empty();
    answer("HTTP/1.1 403 Forbidden\nDate: Wed, 04 Mar 2026 10:00:00 GMT\n"
           "X-RateLimit-Remaining: 0\nX-RateLimit-Reset: 1772618700\n",
           "{}"); /* 10:05:00 */
    rig_init(&rig, script.reply, script.count);
    rig.server.unix_time = 1772000000; /* a clock that is wrong by a week */
    CHECK(rig_check(&rig) == ROTA_OK && failed(ROTA_ELIMIT));
    CHECK(rig.last.wait_s >= 300 && rig.last.wait_s <= 310);
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    CHECK(rota_wait_ms(&rig.rota) >= 299000);
}

static void item_33_a_304_costs_as_much_time_as_an_answer(void)
{
    empty();
    offer("v1.0.0");
    run();
    uint32_t wait = rota_wait_ms(&rig.rota);
    empty();
    answer("HTTP/1.1 304 Not Modified\n", "");
    run_again();
    CHECK(rota_wait_ms(&rig.rota) == wait && wait >= 6 * 3600 * 1000);
}

static void a_stop_leaves_nothing_open(void)
{
    empty();
    offer("v1.1.0");
    asset();
    rig_init(&rig, script.reply, script.count);
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    for (int i = 0; i < 12; i++)
        rota_step(&rig.rota);
    CHECK(rota_busy(&rig.rota));
    rota_stop(&rig.rota);
    CHECK(!rota_busy(&rig.rota) && rota_wait_ms(&rig.rota) > 0);
    CHECK(rig.server.closes >= rig.server.opens);
}

int main(void)
{
    RUN(an_image_that_can_check_is_confirmed);
    RUN(an_image_that_cannot_check_is_not_confirmed);
    RUN(the_application_may_veto);
    RUN(a_trial_without_end_is_told_of_once);
    RUN(by_hand_means_by_hand);
    RUN(a_failed_image_goes_into_quarantine);
    RUN(a_newer_image_waits_for_the_end_of_a_trial);
    RUN(an_agent_is_told_to_restart_until_it_does);
    RUN(an_agent_knows_what_runs_after_a_confirmation);
    RUN(a_check_before_the_restart_confirms_nothing);
    RUN(an_image_that_the_bootloader_did_not_take_has_failed);
    RUN(an_image_that_the_boot_port_refuses_is_not_fetched_again);
    RUN(a_confirmation_by_somebody_else_is_noticed);
    RUN(a_no_is_asked_about_again);
    RUN(an_image_that_changes_while_it_waits_is_not_armed);
    RUN(a_yes_that_becomes_a_no_waits_on);
    RUN(nothing_happens_between_the_last_byte_read_and_arming);
    RUN(without_a_boot_port_it_downloads_and_verifies);
    RUN(a_boot_state_that_cannot_change_is_an_error);
    RUN(bad_configurations_are_refused);
    RUN(item_34_a_limit_is_waited_out_across_a_restart);
    RUN(item_33_a_304_costs_as_much_time_as_an_answer);
    RUN(a_stop_leaves_nothing_open);
    return test_end();
}
