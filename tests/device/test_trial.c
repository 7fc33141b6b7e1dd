/* SPDX-License-Identifier: Apache-2.0 */
/* What follows from a trial, and when to ask again. */
#include "device/device.h"

static struct device d;

/* --- Trial ---------------------------------------------------------------- */

static void install_1_1_0(void)
{
    device_clear(&d);
    device_offer(&d, "v1.1.0");
    device_asset(&d);
    device_run(&d);
    CHECK(device_told(&d, INSTALLED) && d.rig.bootloader.next == 1);
}

static void start_1_1_0(void)
{
    fakeboot_restart(&d.rig.bootloader);
    d.rig.config.version = "1.1.0";
}

static void an_image_that_can_check_is_confirmed(void)
{
    install_1_1_0();
    start_1_1_0();
    device_clear(&d);
    device_answer(&d, "HTTP/1.1 304 Not Modified\n", "");
    device_run_again(&d);
    CHECK(device_told(&d, "trial checking confirmed up_to_date "));
    CHECK(d.rig.bootloader.state == ROTA_BOOT_CONFIRMED);
    device_run_again(&d);
    CHECK(device_told(&d, "checking up_to_date ")
          || device_told(&d, "checking failed "));
}

static void an_image_that_cannot_check_is_not_confirmed(void)
{
    install_1_1_0();
    start_1_1_0();
    device_clear(&d);
    device_answer(&d, "HTTP/1.1 500 Oops\n", "");
    device_run_again(&d);
    CHECK(device_told(&d, "trial checking failed "));
    CHECK(d.rig.bootloader.state == ROTA_BOOT_TRIAL);
}

static void the_application_may_veto(void)
{
    install_1_1_0();
    start_1_1_0();
    d.rig.may_confirm = false;
    device_clear(&d);
    device_offer(&d, "v1.1.0");
    device_run_again(&d);
    CHECK(device_told(&d, "trial checking up_to_date ")
          && !d.rig.bootloader.confirms);
    d.rig.may_confirm = true;
    device_clear(&d);
    device_offer(&d, "v1.1.0");
    device_run_again(&d);
    CHECK(device_told(&d, "trial checking confirmed up_to_date "));
}

static void a_trial_without_end_is_told_of_once(void)
{
    install_1_1_0();
    start_1_1_0();
    d.rig.config.trial_s = 60;
    d.rig.config.interval_s = 3600;
    device_clear(&d);
    device_serve(&d);
    d.rig.told[0] = '\0';
    CHECK(rota_init(&d.rig.rota, &d.rig.config) == ROTA_OK);
    rota_step(&d.rig.rota);
    rota_stop(&d.rig.rota);
    d.rig.server.now_ms += 59000;
    rota_step(&d.rig.rota);
    CHECK(!strstr(d.rig.told, "overdue"));
    CHECK(rota_wait_ms(&d.rig.rota) == 1000); /* not until the next check */
    d.rig.server.now_ms += 1000;
    rota_step(&d.rig.rota);
    rota_step(&d.rig.rota);
    const char *first = strstr(d.rig.told, "overdue");
    CHECK(first && !strstr(first + 1, "overdue"));
    CHECK(rota_wait_ms(&d.rig.rota) > 60000);
}

static void by_hand_means_by_hand(void)
{
    install_1_1_0();
    start_1_1_0();
    d.rig.config.confirm_by_hand = true;
    device_clear(&d);
    device_offer(&d, "v1.1.0");
    device_run_again(&d);
    CHECK(device_told(&d, "trial checking up_to_date "));
    CHECK(rota_confirm(&d.rig.rota) == ROTA_OK);
    CHECK(d.rig.bootloader.state == ROTA_BOOT_CONFIRMED);
    CHECK(rota_confirm(&d.rig.rota) == ROTA_ENOTHING);
}

static void a_failed_image_goes_into_quarantine(void)
{
    install_1_1_0();
    fakeboot_restart(&d.rig.bootloader);
    fakeboot_restart(&d.rig.bootloader);
    CHECK(d.rig.bootloader.state == ROTA_BOOT_ROLLED_BACK);
    device_clear(&d);
    device_offer(&d, "v1.1.0");
    device_offer(&d, "v1.2.0");
    device_run_again(&d);
    CHECK(device_told(&d, "rolled_back checking quarantined "));
    CHECK(!device_sent(&d, "assets"));
    device_run_again(&d);
    CHECK(device_told(&d, "checking quarantined "));
}

static void a_newer_image_waits_for_the_end_of_a_trial(void)
{
    install_1_1_0();
    start_1_1_0();
    d.rig.config.confirm_by_hand = true;
    device_clear(&d);
    device_answer(&d, "HTTP/1.1 200 OK\nContent-Type: application/json\n",
                  "{\"id\":9,\"tag_name\":\"v1.2.0\",\"assets\":[{\"id\":8,"
                  "\"url\":\"u\",\"name\":\"app-2.bin\",\"size\":9000}]}");
    device_run_again(&d);
    CHECK(device_told(&d, "trial checking failed ")
          && d.rig.last.err == ROTA_ETRIAL);
    CHECK(memcmp(d.rig.slot_bytes, script_image(), DEVICE_ASSET) == 0);
}

static void an_agent_is_told_to_restart_until_it_does(void)
{
    install_1_1_0();
    d.rig.bootloader.at_once = true;
    d.rig.bootloader.state = ROTA_BOOT_TRIAL;
    d.rig.config.confirm_by_hand = true;
    device_clear(&d);
    device_offer(&d, "v1.1.0");
    device_run_again(&d);
    CHECK(device_told(&d, "trial checking ready ")
          && !device_sent(&d, "assets"));
}

static void an_agent_knows_what_runs_after_a_confirmation(void)
{
    install_1_1_0();
    fakeboot_restart(&d.rig.bootloader);
    d.rig.config.confirm_by_hand = true; /* config.version stays 1.0.0 */
    device_clear(&d);
    device_offer(&d, "v1.1.0");
    device_serve(&d);
    CHECK(rota_init(&d.rig.rota, &d.rig.config) == ROTA_OK);
    CHECK(rota_confirm(&d.rig.rota) == ROTA_OK);
    CHECK(rig_check(&d.rig) == ROTA_OK
          && device_told(&d, "checking up_to_date "));
}

static void a_check_before_the_restart_confirms_nothing(void)
{
    install_1_1_0();
    d.rig.bootloader.at_once = true;
    device_clear(&d);
    device_offer(&d, "v1.1.0");
    device_run_again(&d);
    CHECK(device_told(&d, "trial checking ready "));
    CHECK(d.rig.bootloader.confirms == 0);
}

static void an_image_that_the_bootloader_did_not_take_has_failed(void)
{
    install_1_1_0();
    d.rig.bootloader.next =
        d.rig.bootloader.running; /* and 1.0.0 starts again */
    device_clear(&d);
    device_offer(&d, "v1.1.0");
    device_run_again(&d);
    CHECK(device_told(&d, "rolled_back checking quarantined ")
          && !device_sent(&d, "assets"));
}

static void an_image_that_the_boot_port_refuses_is_not_fetched_again(void)
{
    device_clear(&d);
    device_offer(&d, "v1.1.0");
    device_asset(&d);
    device_init(&d);
    d.rig.bootloader.err = ROTA_ECORRUPT;
    CHECK(rig_check(&d.rig) == ROTA_OK && d.rig.last.err == ROTA_ECORRUPT);
    d.rig.bootloader.err = ROTA_OK;
    device_clear(&d);
    device_offer(&d, "v1.1.0");
    device_run_again(&d);
    CHECK(device_told(&d, "checking quarantined "));
}

static void a_confirmation_by_somebody_else_is_noticed(void)
{
    install_1_1_0();
    fakeboot_restart(&d.rig.bootloader);
    d.rig.config.confirm_by_hand = true; /* an agent: its version stays */
    CHECK(d.rig.boot.confirm(d.rig.boot.ctx) == ROTA_OK);
    device_clear(&d);
    device_offer(&d, "v1.1.0");
    device_run_again(&d);
    CHECK(device_told(&d, "confirmed checking up_to_date "));
}

/* --- Between the read-back and the boot state ----------------------------- */

/* Up to where an image waits for a yes of may_install. */
static void wait_for_a_yes(const char *digest)
{
    device_clear(&d);
    script_release(&d.script, "v1.1.0", "app-1.bin", "9000", digest);
    device_asset(&d);
    device_init(&d);
    d.rig.may_install = false;
    CHECK(rota_init(&d.rig.rota, &d.rig.config) == ROTA_OK);
    rota_check_now(&d.rig.rota);
    for (int i = 0; i < 10000; i++)
        rota_step(&d.rig.rota);
    CHECK(device_told(&d, "checking available verified ")
          && rota_busy(&d.rig.rota));
}

static void a_no_is_asked_about_again(void)
{
    wait_for_a_yes(NULL);
    CHECK(rota_wait_ms(&d.rig.rota) > 0 && rota_wait_ms(&d.rig.rota) <= 1000);
    d.rig.may_install = true;
    CHECK(rig_run(&d.rig)
          && device_told(&d, "checking available verified verified ready "));
    CHECK(d.rig.bootloader.tries == 1);
}

static void an_image_that_changes_while_it_waits_is_not_armed(void)
{
    wait_for_a_yes(NULL);
    d.rig.slot_bytes[DEVICE_ASSET - 1] ^= 1;
    d.rig.may_install = true;
    CHECK(rig_run(&d.rig) && d.rig.bootloader.tries == 0);
    CHECK(device_told(&d, "checking available verified failed "));
    CHECK(d.rig.last.err == ROTA_EDIGEST);

    device_clear(&d);
    device_offer(&d, "v1.1.0");
    device_asset(&d);
    device_run_again(&d);
    CHECK(device_told(&d, INSTALLED) && d.rig.bootloader.tries == 1);
}

static void a_yes_that_becomes_a_no_waits_on(void)
{
    wait_for_a_yes(NULL);
    d.rig.server.now_ms += 1000;
    d.rig.may_install = true;
    rota_step(&d.rig.rota); /* a yes: read it again */
    d.rig.may_install = false;
    for (int i = 0; i < 100; i++)
        rota_step(&d.rig.rota);
    CHECK(device_told(&d, "checking available verified verified "));
    CHECK(rota_busy(&d.rig.rota) && d.rig.bootloader.tries == 0);
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
        device_clear(&d);
        device_offer(&d, "v1.1.0");
        device_asset(&d);
        device_init(&d);
        real_slot = d.rig.slot;
        d.rig.slot.read = noting_read;
        d.rig.bootloader.before = note_try;
        d.rig.may_install = !waits;
        steps = 0;
        CHECK(rota_init(&d.rig.rota, &d.rig.config) == ROTA_OK);
        rota_check_now(&d.rig.rota);
        for (; rota_busy(&d.rig.rota) && steps < 20000; steps++) {
            rota_step(&d.rig.rota);
            d.rig.may_install |= steps > 10000;
            d.rig.server.now_ms++;
        }
        CHECK(d.rig.bootloader.tries == 1 && tried_in_step > 0);
        CHECK(read_in_step == tried_in_step);
    }
}

static void without_a_boot_port_it_downloads_and_verifies(void)
{
    device_clear(&d);
    device_offer(&d, "v1.1.0");
    device_asset(&d);
    device_init(&d);
    d.rig.config.boot = NULL;
    d.rig.config.store = NULL;
    CHECK(rig_check(&d.rig) == ROTA_OK);
    CHECK(device_told(&d, "checking available verified downloaded "));
    CHECK(memcmp(d.rig.slot_bytes, script_image(), DEVICE_ASSET) == 0);
    CHECK(d.rig.last.type == ROTA_EV_DOWNLOADED);
}

static void a_boot_state_that_cannot_change_is_an_error(void)
{
    device_clear(&d);
    device_offer(&d, "v1.1.0");
    device_asset(&d);
    device_init(&d);
    d.rig.bootloader.err = ROTA_EBOOT;
    CHECK(rig_check(&d.rig) == ROTA_OK);
    CHECK(strstr(d.rig.told, "failed") && d.rig.last.err == ROTA_EBOOT);
}

static void bad_configurations_are_refused(void)
{
    for (int i = 0; i < 9; i++) {
        device_clear(&d);
        rig_init(&d.rig, d.script.reply, 0);
        struct rota_config *c = &d.rig.config;
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
        CHECK(i > 3 || rota_init(&d.rig.rota, c) == ROTA_EINVAL);
        CHECK(d.rig.server.opens == 0);
    }
}

/* --- Time ----------------------------------------------------------------- */

static void item_34_a_limit_is_waited_out_across_a_restart(void)
{
    device_clear(&d);
    device_answer(
        &d,
        "HTTP/1.1 403 Forbidden\nDate: Wed, 04 Mar 2026 10:00:00 GMT\n"
        "X-RateLimit-Remaining: 0\nX-RateLimit-Reset: 1772618700\n",
        "{}"); /* 10:05:00 */
    device_init(&d);
    d.rig.server.unix_time = 1772000000; /* a clock that is wrong by a week */
    CHECK(rig_check(&d.rig) == ROTA_OK && device_failed(&d, ROTA_ELIMIT));
    CHECK(d.rig.last.wait_s >= 300 && d.rig.last.wait_s <= 310);
    CHECK(rota_init(&d.rig.rota, &d.rig.config) == ROTA_OK);
    CHECK(rota_wait_ms(&d.rig.rota) >= 299000);
}

static void item_33_a_304_costs_as_much_time_as_an_answer(void)
{
    device_clear(&d);
    device_offer(&d, "v1.0.0");
    device_run(&d);
    uint32_t wait = rota_wait_ms(&d.rig.rota);
    device_clear(&d);
    device_answer(&d, "HTTP/1.1 304 Not Modified\n", "");
    device_run_again(&d);
    CHECK(rota_wait_ms(&d.rig.rota) == wait && wait >= 6 * 3600 * 1000);
}

static void a_stop_leaves_nothing_open(void)
{
    device_clear(&d);
    device_offer(&d, "v1.1.0");
    device_asset(&d);
    device_init(&d);
    CHECK(rota_init(&d.rig.rota, &d.rig.config) == ROTA_OK);
    for (int i = 0; i < 12; i++)
        rota_step(&d.rig.rota);
    CHECK(rota_busy(&d.rig.rota));
    rota_stop(&d.rig.rota);
    CHECK(!rota_busy(&d.rig.rota) && rota_wait_ms(&d.rig.rota) > 0);
    CHECK(d.rig.server.closes >= d.rig.server.opens);
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
