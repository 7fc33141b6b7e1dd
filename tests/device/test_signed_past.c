/* SPDX-License-Identifier: Apache-2.0 */
/* What a device remembers of the signed manifests it has seen, and what that
 * decides about later ones. */
#include "device/signed_device.h"

static struct signed_device s;
static struct device *const d = &s.device;

static void what_was_accepted_does_not_come_back_older(void)
{
    signed_init(&s, 1);
    d->rig.may_download = false;
    s.release.seq = 9;
    signed_say_all(&s);
    device_run_again(d);
    CHECK(device_told(d, "checking available ") && signed_past(&s).seq == 9);
    CHECK(signed_is_blank(d->rig.slot_bytes) && device_requests(d) == 2);

    s.release.seq = 8;
    s.release.asset[0].id = 80;
    signed_say_all(&s);
    device_run_again(d);
    CHECK(device_failed(d, ROTA_EROLLBACK) && signed_past(&s).seq == 9
          && signed_past(&s).asset_id == 70);
}

static void the_security_version_counts_once_the_image_is_confirmed(void)
{
    signed_init(&s, 1);
    signed_say_all(&s);
    device_run_again(d);
    CHECK(d->rig.bootloader.tries == 1 && signed_past(&s).security == 0);
    signed_restart_as(&s, "1.1.0");
    signed_say_release(&s);
    device_run_again(d);
    CHECK(device_told(d, "trial checking confirmed up_to_date ")
          && device_requests(d) == 1);
    CHECK(signed_past(&s).security == 3 && signed_past(&s).security_next == 0);

    s.release.tag = "v1.2.0";
    s.release.version = "1.2.0";
    s.release.security = 2;
    s.release.seq = 6;
    s.release.asset[0].id = 80;
    signed_say_all(&s);
    device_run_again(d);
    CHECK(device_failed(d, ROTA_EROLLBACK) && signed_past(&s).seq == 5);
}

static void an_image_that_is_rolled_back_leaves_no_security_version(void)
{
    signed_init(&s, 1);
    signed_say_all(&s);
    device_run_again(d);
    signed_restart_as(&s, "1.0.0");
    fakeboot_restart(&d->rig.bootloader);
    CHECK(d->rig.bootloader.state == ROTA_BOOT_ROLLED_BACK);
    signed_say_all(&s);
    device_run_again(d);
    CHECK(device_told(d, "rolled_back checking quarantined ")
          && device_requests(d) == 2);
    CHECK(signed_past(&s).security == 0 && signed_past(&s).security_next == 0);
}

static void a_failed_image_under_another_manifest_is_not_fetched_again(void)
{
    signed_init(&s, 1);
    signed_say_all(&s);
    device_run_again(d);
    signed_restart_as(&s, "1.0.0");
    fakeboot_restart(&d->rig.bootloader);
    s.release.asset[0].id = 80;
    s.release.seq = 6;
    signed_say_all(&s);
    device_run_again(d);
    CHECK(device_told(d, "rolled_back checking quarantined ")
          && device_requests(d) == 2);
}

static void the_running_version_is_read_about_once(void)
{
    signed_init(&s, 1);
    d->rig.config.version = "1.1.0";
    signed_say_all(&s);
    device_run_again(d);
    CHECK(device_told(d, "checking up_to_date ") && device_requests(d) == 2);
    CHECK(signed_past(&s).seq == 5 && signed_past(&s).security_next == 0);
    signed_say_all(&s);
    device_run_again(d);
    CHECK(device_told(d, "checking up_to_date ") && device_requests(d) == 1);
    s.release.asset[0].id = 80;
    s.release.seq = 6;
    signed_say_all(&s);
    device_run_again(d);
    CHECK(device_told(d, "checking up_to_date ") && device_requests(d) == 2
          && signed_past(&s).seq == 6);
}

static void what_is_installed_waits_for_the_restart(void)
{
    signed_init(&s, 1);
    signed_say_all(&s);
    device_run_again(d);
    d->rig.bootloader.at_once = true;
    signed_say_all(&s);
    device_run_again(d);
    CHECK(device_told(d, "trial checking ready ") && device_requests(d) == 1);
    CHECK(d->rig.bootloader.tries == 1 && signed_past(&s).security_next == 3);
}

/* A program without keys may confirm. At the next start of one with keys, what
 * waited for that holds. */
static void a_confirmation_without_keys_counts_as_well(void)
{
    signed_init(&s, 1);
    signed_say_all(&s);
    device_run_again(d);
    signed_restart_as(&s, "1.1.0");
    d->rig.config.trust = NULL;
    d->rig.config.asset = "app.bin";
    device_serve(d);
    CHECK(rota_init(&d->rig.rota, &d->rig.config) == ROTA_OK);
    CHECK(rota_confirm(&d->rig.rota) == ROTA_OK);
    d->rig.config.trust = &d->rig.trust;
    d->rig.config.asset = NULL;
    CHECK(rota_init(&d->rig.rota, &d->rig.config) == ROTA_OK);
    CHECK(signed_past(&s).security == 3 && signed_past(&s).security_next == 0);
}

/* A manifest that brings no image must not change what waits for the trial of
 * another one to end well. */
static void a_manifest_without_news_leaves_the_trial_alone(void)
{
    signed_init(&s, 1);
    signed_say_all(&s);
    device_run_again(d);
    signed_restart_as(&s, "1.1.0");
    d->rig.config.confirm_by_hand = true;
    s.release.asset[0].id = 80;
    s.release.seq = 6;
    s.release.security = 9;
    signed_say_all(&s);
    device_run_again(d);
    CHECK(device_told(d, "trial checking up_to_date ")
          && signed_past(&s).seq == 6);
    CHECK(signed_past(&s).security_next == 3);
    CHECK(rota_confirm(&d->rig.rota) == ROTA_OK
          && signed_past(&s).security == 3);
}

/* --- Rollout -------------------------------------------------------------- */

static void a_device_that_is_left_out_waits_for_another_manifest(void)
{
    signed_init(&s, 1);
    strcpy(s.release.extra, ",\"rollout\":{\"percent\":0,\"salt\":\"x\"}");
    signed_say_all(&s);
    device_run_again(d);
    CHECK(device_told(d, "checking held ") && device_requests(d) == 2);
    CHECK(strcmp(d->rig.text, "0 percent") == 0);
    CHECK(signed_past(&s).held && signed_past(&s).seq == 0);
    signed_say_all(&s);
    device_run_again(d);
    CHECK(device_told(d, "checking held ") && device_requests(d) == 2);
    CHECK(!device_sent(d, "If-Modified-Since"));

    strcpy(s.release.extra, ",\"rollout\":{\"percent\":100}");
    s.release.asset[0].id = 80;
    signed_say_all(&s);
    device_run_again(d);
    CHECK(device_told(d, INSTALLED) && !signed_past(&s).held
          && signed_past(&s).seq == 5);
}

/* --- Status -------------------------------------------------------------- */

static void the_status_tells_what_was_accepted(void)
{
    struct rota_status status;

    signed_init(&s, 1);
    signed_say_all(&s);
    device_run_again(d);
    rota_get_status(&d->rig.rota, &status);
    CHECK(status.seq == 5 && status.security == 0
          && status.issued == 1772600000);
    CHECK(status.accepted == 1772618400 && !status.held);
    CHECK(status.install.asset_id == 70
          && strcmp(status.install.name, "app.bin") == 0);
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
