/* SPDX-License-Identifier: Apache-2.0 */
/* Downloads in pieces, and across a loss of power. */
#include "device/download.h"

#include "flash/hash.h"

static struct download d;

static void pieces_come_over_one_connection(void)
{
    download_begin(&d);
    script_redirect(&d.script, SCRIPT_CDN);
    for (size_t at = 0; at < DOWNLOAD_SIZE; at += 6000)
        download_part(&d, at,
                      at + 6000 < DOWNLOAD_SIZE ? at + 5999 : DOWNLOAD_SIZE - 1,
                      "\"0x8D\"");
    download_init(&d);
    d.rig.config.range_window = 6000;
    CHECK(rig_check(&d.rig) == ROTA_OK && download_installed(&d));
    CHECK(d.rig.server.opens == 2);
    CHECK(strstr(download_request(&d, 2), "Range: bytes=0-5999"));
    CHECK(strstr(download_request(&d, 3), "Range: bytes=6000-11999\r\n"));
    CHECK(strstr(download_request(&d, 5), "Range: bytes=18000-"));
    CHECK(download_count(&d, "assets/4300000007") == 1);
}

static void a_piece_longer_than_asked_for_is_refused(void)
{
    download_begin(&d);
    download_part(&d, 0, 6000, "\"0x8D\"");
    download_init(&d);
    d.rig.config.range_window = 6000;
    CHECK(rig_check(&d.rig) == ROTA_OK && download_failed(&d, ROTA_ERANGE));
}

static void a_server_without_ranges_sends_all_at_once(void)
{
    download_begin(&d);
    download_whole(&d);
    download_init(&d);
    d.rig.config.range_window = 6000;
    CHECK(rig_check(&d.rig) == ROTA_OK && download_installed(&d));
}

/* --- Across restarts ------------------------------------------------------ */

/* The digest of the first DOWNLOAD_SIZE bytes of the image, as JSON has it. */
static const char *digest(void)
{
    static char json[80];
    uint8_t sum[ROTA_SHA256_LEN];
    struct rota_hash h;

    CHECK(!rota_hash_begin(&h)
          && !rota_hash_add(&h, script_image(), DOWNLOAD_SIZE)
          && !rota_hash_end(&h, sum));
    int at = sprintf(json, "\"sha256:");
    for (int i = 0; i < ROTA_SHA256_LEN; i++)
        at += sprintf(json + at, "%02x", sum[i]);
    strcpy(json + at, "\"");
    return json;
}

static void offer_with_digest(void)
{
    download_offer(&d, "v1.1.0", DOWNLOAD_SIZE_TEXT, digest());
}

/* Lose power when the server falls silent in the middle of the download. */
static void lose_power_at(size_t n)
{
    offer_with_digest();
    download_cut(download_whole(&d), n, FAKENET_STALL);
    download_init(&d);
    CHECK(rota_init(&d.rig.rota, &d.rig.config) == ROTA_OK);
    rota_check_now(&d.rig.rota);
    for (int i = 0; i < 1000; i++)
        rota_step(&d.rig.rota);
    CHECK(rota_busy(&d.rig.rota));
}

static void run_again(void)
{
    fakenet_init(&d.rig.server, d.script.reply, d.script.count);
    CHECK(rig_check(&d.rig) == ROTA_OK);
}

static void a_download_goes_on_at_the_checkpoint_after_a_restart(void)
{
    lose_power_at(18000);
    offer_with_digest();
    download_part(&d, 16384, DOWNLOAD_SIZE - 1, "\"0x8D\"");
    run_again();
    CHECK(download_installed(&d));
    CHECK(strstr(download_request(&d, 1), "Range: bytes=16384-\r\n"));
    CHECK(strstr(download_request(&d, 1), "If-Range: \"0x8D\""));
}

static void before_the_first_checkpoint_it_starts_over(void)
{
    lose_power_at(16000);
    offer_with_digest();
    download_whole(&d);
    run_again();
    CHECK(download_installed(&d) && !strstr(download_request(&d, 1), "Range"));
}

static void without_a_digest_it_starts_over(void)
{
    download_begin(&d);
    download_cut(download_whole(&d), 18000, FAKENET_STALL);
    download_init(&d);
    CHECK(rota_init(&d.rig.rota, &d.rig.config) == ROTA_OK);
    rota_check_now(&d.rig.rota);
    for (int i = 0; i < 1000; i++)
        rota_step(&d.rig.rota);
    download_begin(&d);
    download_whole(&d);
    run_again();
    CHECK(download_installed(&d) && !strstr(download_request(&d, 1), "Range"));
}

static void another_release_is_not_mixed_with_the_first(void)
{
    lose_power_at(18000);
    download_offer(&d, "v1.1.1", DOWNLOAD_SIZE_TEXT, NULL);
    download_whole(&d);
    run_again();
    CHECK(download_installed(&d) && !strstr(download_request(&d, 1), "Range"));
}

static void a_slot_that_lost_what_the_journal_says_starts_over(void)
{
    lose_power_at(18000);
    memset(d.rig.slot_bytes, 0xff, RIG_FLASH);
    offer_with_digest();
    download_part(&d, 16384, DOWNLOAD_SIZE - 1, "\"0x8D\"");
    download_whole(&d);
    run_again();
    CHECK(download_installed(&d) && strstr(d.rig.told, "resuming"));
    CHECK(strstr(download_request(&d, 1), "Range")
          && !strstr(download_request(&d, 2), "Range"));
}

static void a_replaced_file_after_a_restart_starts_over(void)
{
    lose_power_at(18000);
    offer_with_digest();
    download_whole(&d);
    run_again();
    CHECK(download_installed(&d)
          && strstr(download_request(&d, 1), "If-Range"));
}

static void what_a_wrong_answer_left_is_not_built_on(void)
{
    lose_power_at(18000);
    offer_with_digest();
    script_add(&d.script,
               "HTTP/1.1 206 Partial Content\n"
               "Content-Range: bytes 16000-19999/20000\n",
               script_image() + 16000, 4000);
    run_again();
    CHECK(download_failed(&d, ROTA_ERANGE));
    offer_with_digest();
    download_whole(&d);
    run_again();
    CHECK(download_installed(&d) && !strstr(download_request(&d, 1), "Range"));
}

int main(void)
{
    download_init(&d); /* PSA has memory from here on */
    RUN(pieces_come_over_one_connection);
    RUN(a_piece_longer_than_asked_for_is_refused);
    RUN(a_server_without_ranges_sends_all_at_once);
    RUN(a_download_goes_on_at_the_checkpoint_after_a_restart);
    RUN(before_the_first_checkpoint_it_starts_over);
    RUN(without_a_digest_it_starts_over);
    RUN(another_release_is_not_mixed_with_the_first);
    RUN(a_slot_that_lost_what_the_journal_says_starts_over);
    RUN(a_replaced_file_after_a_restart_starts_over);
    RUN(what_a_wrong_answer_left_is_not_built_on);
    return test_end();
}
