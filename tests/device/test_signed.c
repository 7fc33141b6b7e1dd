/* SPDX-License-Identifier: Apache-2.0 */
/* Updates of one image by a signed manifest: the whole client. */
#include "device/signed_device.h"

static struct signed_device s;
static struct device *const d = &s.device;

static void a_signed_release_is_installed(void)
{
    signed_init(&s, 1);
    signed_say_all(&s);
    device_run_again(d);
    CHECK(device_told(d, INSTALLED) && d->rig.bootloader.tries == 1
          && signed_holds(&s, 0));
    CHECK(device_requests(d) == 4);
    CHECK(device_sent(d, "GET /repos/acme/app/releases/assets/70 "));
    CHECK(device_sent(d, "GET /repos/acme/app/releases/41 "));
    CHECK(device_sent(d, "GET /repos/acme/app/releases/assets/71 "));
    CHECK(signed_past(&s).seq == 5 && signed_past(&s).asset_id == 70
          && !signed_past(&s).held);
    CHECK(signed_past(&s).issued == 1772600000
          && signed_past(&s).accepted == 1772618400);
}

/* --- What is refused ------------------------------------------------------ */

static struct signer mallory;

/* Spoil the release in one way; the error that it is to lead to. */
static int spoil(int how)
{
    switch (how) {
    case 0: s.release.by = &mallory; return ROTA_ESIGNATURE;
    case 1: s.release.board = "m4"; return ROTA_EFOREIGN;
    case 2: s.release.version = "1.1.1"; return ROTA_EMANIFEST;
    case 3: s.release.size[0] = RIG_FLASH + 1; return ROTA_ETOOBIG;
    case 4: s.release.images = 2; return ROTA_EFOREIGN;
    case 5:
        strcpy(s.release.extra, ",\"expires\":1772618399");
        return ROTA_ESTALE;
    case 6:
        strcpy(s.release.extra, ",\"min_version\":\"1.0.1\"");
        return ROTA_ESTEP;
    case 7: strcpy(s.release.extra, ",\"!delta\":1"); return ROTA_EMANIFEST;
    case 8: s.release.seq = 0x80000001; return ROTA_EROLLBACK;
    }
    return ROTA_OK;
}

static void a_refusal_changes_nothing_and_asks_for_nothing_more(void)
{
    for (int how = 0; how < 9; how++) {
        signed_init(&s, 1);
        int err = spoil(how);
        signed_say_all(&s);
        device_run_again(d);
        CHECK(device_told(d, "checking failed ") && d->rig.last.err == err);
        CHECK(d->rig.last.state && strcmp(d->rig.last.state, "manifest") == 0
              && !d->rig.last.retry);
        CHECK(*d->rig.text && device_requests(d) == 2 && signed_untouched(&s));
    }
}

static void one_wrong_bit_is_noticed(void)
{
    signed_init(&s, 1);
    signed_say_all(&s);
    for (size_t at = 0; at < s.release.len; at += 7) {
        signed_init(&s, 1);
        signed_write(&s);
        s.release.text[at] ^= 4;
        signed_say_written(&s);
        device_run_again(d);
        CHECK(device_told(d, "checking failed ") && device_requests(d) == 2
              && signed_untouched(&s));
    }
}

static void without_a_manifest_nothing_is_downloaded(void)
{
    signed_init(&s, 1);
    signed_write(&s);
    s.release.asset[0] = s.release.asset[1];
    s.release.images = 0; /* in the JSON */
    signed_say_written(&s);
    device_run_again(d);
    CHECK(device_failed(d, ROTA_ENOASSET) && device_requests(d) == 1
          && signed_untouched(&s));
}

static void a_manifest_too_long_is_not_fetched(void)
{
    signed_init(&s, 1);
    signed_write(&s);
    s.release.asset[0].size = ROTA_MANIFEST_MAX + 1;
    signed_say_written(&s);
    device_run_again(d);
    CHECK(device_failed(d, ROTA_EMANIFEST) && device_requests(d) == 1
          && signed_untouched(&s));
}

static void a_manifest_longer_or_shorter_than_announced_is_refused(void)
{
    for (int by = -1; by <= 1; by += 2) {
        signed_init(&s, 1);
        signed_write(&s);
        s.release.asset[0].size = (uint32_t)((int)s.release.len - by);
        signed_say_written(&s);
        device_run_again(d);
        CHECK(device_failed(d, by > 0 ? ROTA_ELENGTH : ROTA_ESIZE));
        CHECK(device_requests(d) == 2 && signed_untouched(&s));
    }
}

static void what_the_server_says_must_be_what_was_signed(void)
{
    for (int how = 0; how < 2; how++) {
        signed_init(&s, 1);
        if (how)
            s.release.asset[1].size++;
        else
            s.release.asset[1].digest[5] ^= 1;
        signed_say_all(&s);
        device_run_again(d);
        CHECK(device_told(d, "checking available failed "));
        CHECK(d->rig.last.err == (how ? ROTA_ESIZE : ROTA_EDIGEST));
        CHECK(device_requests(d) == 3 && signed_is_blank(d->rig.slot_bytes));
    }
}

static void bytes_that_were_not_signed_are_not_armed(void)
{
    signed_init(&s, 1);
    signed_write(&s);
    device_clear(d);
    signed_say_until_image(&s);
    script_add(&d->script, "HTTP/1.1 200 OK\n", signed_image(1),
               s.release.size[0]);
    device_run_again(d);
    CHECK(device_told(d, "checking available failed "));
    CHECK(d->rig.last.err == ROTA_EDIGEST && d->rig.bootloader.tries == 0);
}

/* --- On the way ----------------------------------------------------------- */

static void an_unchanged_release_is_installed_from_what_is_known(void)
{
    signed_init(&s, 1);
    d->rig.may_download = false;
    signed_say_all(&s);
    device_run_again(d);
    d->rig.may_download = true;
    device_clear(d);
    device_answer(d, "HTTP/1.1 304 Not Modified\n", "");
    signed_say_update(&s);
    device_run_again(d);
    CHECK(device_told(d, INSTALLED) && device_sent(d, "If-Modified-Since")
          && signed_holds(&s, 0));
}

static void a_manifest_that_breaks_off_is_fetched_again(void)
{
    signed_init(&s, 1);
    signed_write(&s);
    device_clear(d);
    signed_say_release(&s);
    signed_say_manifest(&s);
    d->script.reply[1].len -= 20;
    d->script.reply[1].then = FAKENET_CLOSE;
    device_answer(d, "HTTP/1.1 503 Oops\n", "");
    signed_say_update(&s);
    device_run_again(d);
    CHECK(device_told(d, INSTALLED) && device_requests(d) == 6);
}

static void the_token_stays_with_the_origin_of_the_api(void)
{
    signed_init(&s, 1);
    d->rig.config.token = "ghp_secret";
    signed_write(&s);
    device_clear(d);
    signed_say_release(&s);
    script_redirect(&d->script, SCRIPT_CDN);
    signed_say_update(&s);
    device_run_again(d);
    CHECK(device_told(d, INSTALLED) && device_requests(d) == 5);
    const char *cdn = strstr(d->rig.server.sent, "GET /a/7?sig=");
    const char *end = cdn ? strstr(cdn, "\r\n\r\n") : NULL;
    const char *token = cdn ? strstr(cdn, "ghp_secret") : NULL;
    CHECK(cdn && end && token && token > end);
}

static void a_download_goes_on_after_a_restart(void)
{
    signed_init(&s, 1);
    s.release.asset[1].digest[0] = '\0'; /* the manifest alone tells it */
    signed_lose_power_in_the_first(&s);
    signed_say_until_image(&s);
    signed_say_rest(&s, 0);
    device_run_again(d);
    CHECK(strstr(d->rig.told, "ready") && signed_holds(&s, 0));
    CHECK(device_sent(d, "Range: bytes=4096-"));
}

static void an_image_that_changes_before_it_is_armed_is_not(void)
{
    signed_init(&s, 1);
    signed_say_all(&s);
    d->rig.may_install = false;
    signed_check_for(&s, 10000);
    CHECK(strstr(d->rig.told, "verified") && rota_busy(&d->rig.rota));
    d->rig.slot_bytes[4000] ^= 1;
    d->rig.may_install = true;
    CHECK(rig_run(&d->rig) && d->rig.bootloader.tries == 0);
    CHECK(d->rig.last.err == ROTA_EDIGEST);
}

static void keys_need_a_journal(void)
{
    signed_init(&s, 1);
    d->rig.config.store = NULL;
    CHECK(rota_init(&d->rig.rota, &d->rig.config) == ROTA_EINVAL);
    d->rig.config.trust = NULL;
    d->rig.config.asset = "app.bin";
    CHECK(rota_init(&d->rig.rota, &d->rig.config) == ROTA_OK);
    CHECK(strstr(d->rig.text, "not authenticity"));
}

int main(void)
{
    signed_init(&s, 1);
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
