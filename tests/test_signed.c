/* SPDX-License-Identifier: Apache-2.0 */
/* Updates of one image by a signed manifest: the whole client. */
#include "client.h"
#include "signed.h"

static void a_signed_release_is_installed(void)
{
    new_device(1);
    say_all();
    run_again();
    CHECK(told(INSTALLED) && rig.bootloader.tries == 1 && holds(0));
    CHECK(requests() == 4);
    CHECK(sent("GET /repos/acme/app/releases/assets/70 "));
    CHECK(sent("GET /repos/acme/app/releases/41 "));
    CHECK(sent("GET /repos/acme/app/releases/assets/71 "));
    CHECK(past().seq == 5 && past().asset_id == 70 && !past().held);
    CHECK(past().issued == 1772600000 && past().accepted == 1772618400);
}

/* --- What is refused ------------------------------------------------------ */

static struct signer mallory;

/* Spoil the release in one way; the error that it is to lead to. */
static int spoil(int how)
{
    switch (how) {
    case 0: it.by = &mallory; return ROTA_ESIGNATURE;
    case 1: it.board = "m4"; return ROTA_EFOREIGN;
    case 2: it.version = "1.1.1"; return ROTA_EMANIFEST;
    case 3: it.size[0] = RIG_FLASH + 1; return ROTA_ETOOBIG;
    case 4: it.images = 2; return ROTA_EFOREIGN;
    case 5: strcpy(it.extra, ",\"expires\":1772618399"); return ROTA_ESTALE;
    case 6: strcpy(it.extra, ",\"min_version\":\"1.0.1\""); return ROTA_ESTEP;
    case 7: strcpy(it.extra, ",\"!delta\":1"); return ROTA_EMANIFEST;
    case 8: it.seq = 0x80000001; return ROTA_EROLLBACK;
    }
    return ROTA_OK;
}

static void a_refusal_changes_nothing_and_asks_for_nothing_more(void)
{
    for (int how = 0; how < 9; how++) {
        new_device(1);
        int err = spoil(how);
        say_all();
        run_again();
        CHECK(told("checking failed ") && rig.last.err == err);
        CHECK(rig.last.state && strcmp(rig.last.state, "manifest") == 0
              && !rig.last.retry);
        CHECK(*rig.text && requests() == 2 && untouched());
    }
}

static void one_wrong_bit_is_noticed(void)
{
    new_device(1);
    say_all();
    for (size_t at = 0; at < it.len; at += 7) {
        new_device(1);
        sign();
        it.text[at] ^= 4;
        empty();
        say_release();
        say_update();
        run_again();
        CHECK(told("checking failed ") && requests() == 2 && untouched());
    }
}

static void without_a_manifest_nothing_is_downloaded(void)
{
    new_device(1);
    sign();
    it.asset[0] = it.asset[1];
    it.images = 0; /* in the JSON */
    empty();
    say_release();
    say_update();
    run_again();
    CHECK(failed(ROTA_ENOASSET) && requests() == 1 && untouched());
}

static void a_manifest_too_long_is_not_fetched(void)
{
    new_device(1);
    sign();
    it.asset[0].size = ROTA_MANIFEST_MAX + 1;
    empty();
    say_release();
    say_update();
    run_again();
    CHECK(failed(ROTA_EMANIFEST) && requests() == 1 && untouched());
}

static void a_manifest_longer_or_shorter_than_announced_is_refused(void)
{
    for (int by = -1; by <= 1; by += 2) {
        new_device(1);
        sign();
        it.asset[0].size = (uint32_t)((int)it.len - by);
        empty();
        say_release();
        say_update();
        run_again();
        CHECK(failed(by > 0 ? ROTA_ELENGTH : ROTA_ESIZE));
        CHECK(requests() == 2 && untouched());
    }
}

static void what_the_server_says_must_be_what_was_signed(void)
{
    for (int how = 0; how < 2; how++) {
        new_device(1);
        if (how)
            it.asset[1].size++;
        else
            it.asset[1].digest[5] ^= 1;
        say_all();
        run_again();
        CHECK(told("checking available failed "));
        CHECK(rig.last.err == (how ? ROTA_ESIZE : ROTA_EDIGEST));
        CHECK(requests() == 3 && is_blank(rig.slot_bytes));
    }
}

static void bytes_that_were_not_signed_are_not_armed(void)
{
    new_device(1);
    sign();
    empty();
    say_release();
    say_manifest();
    say_release();
    script_add(&script, "HTTP/1.1 200 OK\n", image(1), it.size[0]);
    run_again();
    CHECK(told("checking available failed "));
    CHECK(rig.last.err == ROTA_EDIGEST && rig.bootloader.tries == 0);
}

/* --- What is remembered --------------------------------------------------- */

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

static void restart_as(const char *version)
{
    fakeboot_restart(&rig.bootloader);
    rig.config.version = version;
    empty();
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

/* Whoever confirms, as a command of an agent may: what waited for it holds. */
static void a_confirmation_without_keys_counts_as_well(void)
{
    new_device(1);
    say_all();
    run_again();
    restart_as("1.1.0");
    rig.config.key_count = 0;
    rig.config.asset = "app.bin";
    serve();
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    CHECK(rota_confirm(&rig.rota) == ROTA_OK);
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

/* --- On the way ----------------------------------------------------------- */

static void an_unchanged_release_is_installed_from_what_is_known(void)
{
    new_device(1);
    rig.may_download = false;
    say_all();
    run_again();
    rig.may_download = true;
    empty();
    answer("HTTP/1.1 304 Not Modified\n", "");
    say_update();
    run_again();
    CHECK(told(INSTALLED) && sent("If-Modified-Since") && holds(0));
}

static void a_manifest_that_breaks_off_is_fetched_again(void)
{
    new_device(1);
    sign();
    empty();
    say_release();
    say_manifest();
    script.reply[1].len -= 20;
    script.reply[1].then = FAKENET_CLOSE;
    answer("HTTP/1.1 503 Oops\n", "");
    say_update();
    run_again();
    CHECK(told(INSTALLED) && requests() == 6);
}

static void the_token_stays_with_the_origin_of_the_api(void)
{
    new_device(1);
    rig.config.token = "ghp_secret";
    sign();
    empty();
    say_release();
    script_redirect(&script, SCRIPT_CDN);
    say_update();
    run_again();
    CHECK(told(INSTALLED) && requests() == 5);
    const char *cdn = strstr(rig.server.sent, "GET /a/7?sig=");
    const char *end = cdn ? strstr(cdn, "\r\n\r\n") : NULL;
    const char *token = cdn ? strstr(cdn, "ghp_secret") : NULL;
    CHECK(cdn && end && token && token > end);
}

static void a_download_goes_on_after_a_restart(void)
{
    new_device(1);
    it.asset[1].digest[0] = '\0'; /* the manifest alone tells it */
    sign();
    empty();
    say_release();
    say_manifest();
    say_release();
    struct fakenet_reply *r = say_image(0);
    r->len -= 2000;
    r->then = FAKENET_STALL;
    rig.config.checkpoint_min = RIG_ERASE;
    serve();
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    rota_check_now(&rig.rota);
    for (int i = 0; i < 1000; i++)
        rota_step(&rig.rota);
    CHECK(rota_busy(&rig.rota));

    empty();
    say_release();
    say_manifest();
    say_release();
    script_add(&script,
               "HTTP/1.1 206 Partial Content\n"
               "Content-Range: bytes 4096-8999/9000\n",
               image(0) + 4096, 9000 - 4096);
    run_again();
    CHECK(strstr(rig.told, "ready") && holds(0));
    CHECK(sent("Range: bytes=4096-"));
}

static void an_image_that_changes_before_it_is_armed_is_not(void)
{
    new_device(1);
    say_all();
    rig.may_install = false;
    serve();
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    rota_check_now(&rig.rota);
    for (int i = 0; i < 10000; i++)
        rota_step(&rig.rota);
    CHECK(strstr(rig.told, "verified") && rota_busy(&rig.rota));
    rig.slot_bytes[4000] ^= 1;
    rig.may_install = true;
    CHECK(rig_run(&rig) && rig.bootloader.tries == 0);
    CHECK(rig.last.err == ROTA_EDIGEST);
}

/* --- Time ----------------------------------------------------------------- */

static void without_a_clock_the_latest_known_date_counts(void)
{
    for (int late = 0; late < 2; late++) {
        new_device(1);
        rig.server.unix_time = 0;
        rig.config.time_floor = 1700000000;
        strcpy(it.extra, ",\"expires\":1772618400"); /* 4 March, 10:00 */
        sign();
        empty();
        say_release();
        script_add(&script,
                   late ? "HTTP/1.1 200 OK\n"
                          "Date: Wed, 04 Mar 2026 10:00:00 GMT\n"
                        : "HTTP/1.1 200 OK\n"
                          "Date: Wed, 04 Mar 2026 09:59:59 GMT\n",
                   it.text, it.len);
        say_release();
        say_image(0);
        run_again();
        CHECK(late ? failed(ROTA_ESTALE) : told(INSTALLED));
        CHECK(past().accepted == 0 && past().issued == (late ? 0 : 1772600000));
    }
}

/* After a restart, too. */
static void the_date_of_a_manifest_is_a_floor_for_certificates(void)
{
    struct rota_client *c = rota_client(&rig.rota);

    new_device(1);
    rig.config.time_floor = 1700000000;
    say_all();
    run_again();
    CHECK(told(INSTALLED) && c->get.tls.floor == 1772600000);
    restart_as("1.1.0");
    say_release();
    run_again();
    CHECK(c->get.tls.floor == 1772600000);
}

/* 2099-01-01, by a signer's mistake: it may not make all later ones stale. */
static void a_date_in_the_future_is_no_floor(void)
{
    for (int clock = 0; clock < 2; clock++) {
        new_device(1);
        rig.server.unix_time = clock ? 1772618400 : 0;
        it.issued = 4070908800;
        say_all();
        run_again();
        CHECK(told(INSTALLED) && past().issued == (clock ? 1772618400 : 0));
        CHECK(rota_client(&rig.rota)->get.tls.floor == past().issued);
    }
}

static void a_clock_before_the_build_is_none(void)
{
    new_device(1);
    rig.server.unix_time = 86400;
    rig.config.time_floor = 1772618400;
    strcpy(it.extra, ",\"expires\":1772618400");
    say_all();
    run_again();
    CHECK(failed(ROTA_ESTALE));
}

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

static void keys_need_a_journal(void)
{
    new_device(1);
    rig.config.journal = NULL;
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_EINVAL);
    rig.config.key_count = 0;
    rig.config.asset = "app.bin";
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    CHECK(strstr(rig.text, "not authenticity"));
}

int main(void)
{
    new_device(1);
    signer_init(&mallory);
    RUN(a_signed_release_is_installed);
    RUN(a_refusal_changes_nothing_and_asks_for_nothing_more);
    RUN(one_wrong_bit_is_noticed);
    RUN(without_a_manifest_nothing_is_downloaded);
    RUN(a_manifest_too_long_is_not_fetched);
    RUN(a_manifest_longer_or_shorter_than_announced_is_refused);
    RUN(what_the_server_says_must_be_what_was_signed);
    RUN(bytes_that_were_not_signed_are_not_armed);
    RUN(what_was_accepted_does_not_come_back_older);
    RUN(the_security_version_counts_once_the_image_is_confirmed);
    RUN(an_image_that_is_rolled_back_leaves_no_security_version);
    RUN(a_failed_image_under_another_manifest_is_not_fetched_again);
    RUN(the_running_version_is_read_about_once);
    RUN(what_is_installed_waits_for_the_restart);
    RUN(a_confirmation_without_keys_counts_as_well);
    RUN(a_manifest_without_news_leaves_the_trial_alone);
    RUN(a_device_that_is_left_out_waits_for_another_manifest);
    RUN(an_unchanged_release_is_installed_from_what_is_known);
    RUN(a_manifest_that_breaks_off_is_fetched_again);
    RUN(the_token_stays_with_the_origin_of_the_api);
    RUN(a_download_goes_on_after_a_restart);
    RUN(an_image_that_changes_before_it_is_armed_is_not);
    RUN(without_a_clock_the_latest_known_date_counts);
    RUN(the_date_of_a_manifest_is_a_floor_for_certificates);
    RUN(a_date_in_the_future_is_no_floor);
    RUN(a_clock_before_the_build_is_none);
    RUN(the_status_tells_what_was_accepted);
    RUN(keys_need_a_journal);
    return test_end();
}
