/* SPDX-License-Identifier: Apache-2.0 */
/* What a device remembers of the signed manifests it has seen, and what that
 * decides about later ones. */
#include "device/signed.h"

static void what_was_accepted_does_not_come_back_older(void)
{
    new_device(1);
    rig.may_download = false;
    it.seq = 9;
    say_all();
    run_again();
    CHECK(told("checking available ") && past().seq == 9);
    CHECK(is_blank(rig.slot_bytes) && requests() == 2);

    it.seq = 8;
    it.asset[0].id = 80;
    say_all();
    run_again();
    CHECK(failed(ROTA_EROLLBACK) && past().seq == 9 && past().asset_id == 70);
}

static void the_security_version_counts_once_the_image_is_confirmed(void)
{
    new_device(1);
    say_all();
    run_again();
    CHECK(rig.bootloader.tries == 1 && past().security == 0);
    restart_as("1.1.0");
    say_release();
    run_again();
    CHECK(told("trial checking confirmed up-to-date ") && requests() == 1);
    CHECK(past().security == 3 && past().security_next == 0);

    it.tag = "v1.2.0";
    it.version = "1.2.0";
    it.security = 2;
    it.seq = 6;
    it.asset[0].id = 80;
    say_all();
    run_again();
    CHECK(failed(ROTA_EROLLBACK) && past().seq == 5);
}

static void an_image_that_is_rolled_back_leaves_no_security_version(void)
{
    new_device(1);
    say_all();
    run_again();
    restart_as("1.0.0");
    fakeboot_restart(&rig.bootloader);
    CHECK(rig.bootloader.state == ROTA_BOOT_ROLLED_BACK);
    say_all();
    run_again();
    CHECK(told("rolled-back checking quarantined ") && requests() == 2);
    CHECK(past().security == 0 && past().security_next == 0);
}

static void a_failed_image_under_another_manifest_is_not_fetched_again(void)
{
    new_device(1);
    say_all();
    run_again();
    restart_as("1.0.0");
    fakeboot_restart(&rig.bootloader);
    it.asset[0].id = 80;
    it.seq = 6;
    say_all();
    run_again();
    CHECK(told("rolled-back checking quarantined ") && requests() == 2);
}

static void the_running_version_is_read_about_once(void)
{
    new_device(1);
    rig.config.version = "1.1.0";
    say_all();
    run_again();
    CHECK(told("checking up-to-date ") && requests() == 2);
    CHECK(past().seq == 5 && past().security_next == 0);
    say_all();
    run_again();
    CHECK(told("checking up-to-date ") && requests() == 1);
    it.asset[0].id = 80;
    it.seq = 6;
    say_all();
    run_again();
    CHECK(told("checking up-to-date ") && requests() == 2 && past().seq == 6);
}

static void what_is_installed_waits_for_the_restart(void)
{
    new_device(1);
    say_all();
    run_again();
    rig.bootloader.at_once = true;
    say_all();
    run_again();
    CHECK(told("trial checking ready ") && requests() == 1);
    CHECK(rig.bootloader.tries == 1 && past().security_next == 3);
}

/* A program without keys may confirm. At the next start of one with keys, what
 * waited for that holds. */
static void a_confirmation_without_keys_counts_as_well(void)
{
    new_device(1);
    say_all();
    run_again();
    restart_as("1.1.0");
    rig.config.trust = NULL;
    rig.config.asset = "app.bin";
    serve();
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    CHECK(rota_confirm(&rig.rota) == ROTA_OK);
    rig.config.trust = &rig.trust;
    rig.config.asset = NULL;
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    CHECK(past().security == 3 && past().security_next == 0);
}

/* A manifest that brings no image must not change what waits for the trial of
 * another one to end well. */
static void a_manifest_without_news_leaves_the_trial_alone(void)
{
    new_device(1);
    say_all();
    run_again();
    restart_as("1.1.0");
    rig.config.confirm_by_hand = true;
    it.asset[0].id = 80;
    it.seq = 6;
    it.security = 9;
    say_all();
    run_again();
    CHECK(told("trial checking up-to-date ") && past().seq == 6);
    CHECK(past().security_next == 3);
    CHECK(rota_confirm(&rig.rota) == ROTA_OK && past().security == 3);
}

/* --- Rollout -------------------------------------------------------------- */

static void a_device_that_is_left_out_waits_for_another_manifest(void)
{
    new_device(1);
    strcpy(it.extra, ",\"rollout\":{\"percent\":0,\"salt\":\"x\"}");
    say_all();
    run_again();
    CHECK(told("checking held ") && requests() == 2);
    CHECK(strcmp(rig.text, "0 percent") == 0);
    CHECK(past().held && past().seq == 0);
    say_all();
    run_again();
    CHECK(told("checking held ") && requests() == 2);
    CHECK(!sent("If-Modified-Since"));

    strcpy(it.extra, ",\"rollout\":{\"percent\":100}");
    it.asset[0].id = 80;
    say_all();
    run_again();
    CHECK(told(INSTALLED) && !past().held && past().seq == 5);
}

/* --- Status -------------------------------------------------------------- */

static void the_status_tells_what_was_accepted(void)
{
    struct rota_status s;

    new_device(1);
    say_all();
    run_again();
    rota_get_status(&rig.rota, &s);
    CHECK(s.seq == 5 && s.security == 0 && s.issued == 1772600000);
    CHECK(s.accepted == 1772618400 && !s.held);
    CHECK(s.install.asset_id == 70 && strcmp(s.install.name, "app.bin") == 0);
}

int main(void)
{
    RUN(what_was_accepted_does_not_come_back_older);
    RUN(the_security_version_counts_once_the_image_is_confirmed);
    RUN(an_image_that_is_rolled_back_leaves_no_security_version);
    RUN(a_failed_image_under_another_manifest_is_not_fetched_again);
    RUN(the_running_version_is_read_about_once);
    RUN(what_is_installed_waits_for_the_restart);
    RUN(a_confirmation_without_keys_counts_as_well);
    RUN(a_manifest_without_news_leaves_the_trial_alone);
    RUN(a_device_that_is_left_out_waits_for_another_manifest);
    RUN(the_status_tells_what_was_accepted);
    return test_end();
}
