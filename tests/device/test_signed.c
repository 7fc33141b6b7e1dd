/* SPDX-License-Identifier: Apache-2.0 */
/* Updates of one image by a signed manifest: the whole client. */
#include "device/signed.h"

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
        say_signed();
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
    say_signed();
    run_again();
    CHECK(failed(ROTA_ENOASSET) && requests() == 1 && untouched());
}

static void a_manifest_too_long_is_not_fetched(void)
{
    new_device(1);
    sign();
    it.asset[0].size = ROTA_MANIFEST_MAX + 1;
    say_signed();
    run_again();
    CHECK(failed(ROTA_EMANIFEST) && requests() == 1 && untouched());
}

static void a_manifest_longer_or_shorter_than_announced_is_refused(void)
{
    for (int by = -1; by <= 1; by += 2) {
        new_device(1);
        sign();
        it.asset[0].size = (uint32_t)((int)it.len - by);
        say_signed();
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
    say_until_image();
    script_add(&script, "HTTP/1.1 200 OK\n", image(1), it.size[0]);
    run_again();
    CHECK(told("checking available failed "));
    CHECK(rig.last.err == ROTA_EDIGEST && rig.bootloader.tries == 0);
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
    lose_power_in_the_first();
    say_until_image();
    say_rest(0);
    run_again();
    CHECK(strstr(rig.told, "ready") && holds(0));
    CHECK(sent("Range: bytes=4096-"));
}

static void an_image_that_changes_before_it_is_armed_is_not(void)
{
    new_device(1);
    say_all();
    rig.may_install = false;
    check_for(10000);
    CHECK(strstr(rig.told, "verified") && rota_busy(&rig.rota));
    rig.slot_bytes[4000] ^= 1;
    rig.may_install = true;
    CHECK(rig_run(&rig) && rig.bootloader.tries == 0);
    CHECK(rig.last.err == ROTA_EDIGEST);
}

static void keys_need_a_journal(void)
{
    new_device(1);
    rig.config.store = NULL;
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_EINVAL);
    rig.config.trust = NULL;
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
    RUN(an_unchanged_release_is_installed_from_what_is_known);
    RUN(a_manifest_that_breaks_off_is_fetched_again);
    RUN(the_token_stays_with_the_origin_of_the_api);
    RUN(a_download_goes_on_after_a_restart);
    RUN(an_image_that_changes_before_it_is_armed_is_not);
    RUN(keys_need_a_journal);
    return test_end();
}
