/* SPDX-License-Identifier: Apache-2.0 */
/* Downloads in pieces, and across a loss of power. */
#include "device/download.h"

#include "flash/hash.h"

static void pieces_come_over_one_connection(void)
{
    begin();
    script_redirect(&script, SCRIPT_CDN);
    for (size_t at = 0; at < SIZE; at += 6000)
        part(at, at + 6000 < SIZE ? at + 5999 : SIZE - 1, "\"0x8D\"");
    rig_init(&rig, script.reply, script.count);
    rig.config.range_window = 6000;
    CHECK(rig_check(&rig) == ROTA_OK && installed());
    CHECK(rig.server.opens == 2);
    CHECK(strstr(request(2), "Range: bytes=0-5999"));
    CHECK(strstr(request(3), "Range: bytes=6000-11999\r\n"));
    CHECK(strstr(request(5), "Range: bytes=18000-"));
    CHECK(count("assets/4300000007") == 1);
}

static void a_piece_longer_than_asked_for_is_refused(void)
{
    begin();
    part(0, 6000, "\"0x8D\"");
    rig_init(&rig, script.reply, script.count);
    rig.config.range_window = 6000;
    CHECK(rig_check(&rig) == ROTA_OK && failed(ROTA_ERANGE));
}

static void a_server_without_ranges_sends_all_at_once(void)
{
    begin();
    whole();
    rig_init(&rig, script.reply, script.count);
    rig.config.range_window = 6000;
    CHECK(rig_check(&rig) == ROTA_OK && installed());
}

/* --- Across restarts ------------------------------------------------------ */

/* The digest of the first SIZE bytes of the image, as JSON has it. */
static const char *digest(void)
{
    static char json[80];
    uint8_t sum[ROTA_SHA256_LEN];
    struct rota_hash h;

    rig_init(&rig, NULL, 0); /* PSA has memory from here on */
    CHECK(!rota_hash_begin(&h) && !rota_hash_add(&h, script_image(), SIZE)
          && !rota_hash_end(&h, sum));
    int at = sprintf(json, "\"sha256:");
    for (int i = 0; i < ROTA_SHA256_LEN; i++)
        at += sprintf(json + at, "%02x", sum[i]);
    strcpy(json + at, "\"");
    return json;
}

static void offer_with_digest(void)
{
    memset(&script, 0, sizeof script);
    script_release(&script, "v1.1.0", "app-1.bin", SIZE_TEXT, digest());
}

/* Lose power when the server falls silent in the middle of the download. */
static void lose_power_at(size_t n)
{
    offer_with_digest();
    cut(whole(), n, FAKENET_STALL);
    rig_init(&rig, script.reply, script.count);
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    rota_check_now(&rig.rota);
    for (int i = 0; i < 1000; i++)
        rota_step(&rig.rota);
    CHECK(rota_busy(&rig.rota));
}

/* What the server says after the restart, without a new device. */
static void script_again(void)
{
    static struct rig kept;

    kept = rig;
    offer_with_digest();
    rig = kept;
}

static void run_again(void)
{
    fakenet_init(&rig.server, script.reply, script.count);
    CHECK(rig_check(&rig) == ROTA_OK);
}

static void a_download_goes_on_at_the_checkpoint_after_a_restart(void)
{
    lose_power_at(18000);
    script_again();
    part(16384, SIZE - 1, "\"0x8D\"");
    run_again();
    CHECK(installed());
    CHECK(strstr(request(1), "Range: bytes=16384-\r\n"));
    CHECK(strstr(request(1), "If-Range: \"0x8D\""));
}

static void before_the_first_checkpoint_it_starts_over(void)
{
    lose_power_at(16000);
    script_again();
    whole();
    run_again();
    CHECK(installed() && !strstr(request(1), "Range"));
}

static void without_a_digest_it_starts_over(void)
{
    begin();
    cut(whole(), 18000, FAKENET_STALL);
    rig_init(&rig, script.reply, script.count);
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    rota_check_now(&rig.rota);
    for (int i = 0; i < 1000; i++)
        rota_step(&rig.rota);
    begin();
    whole();
    run_again();
    CHECK(installed() && !strstr(request(1), "Range"));
}

static void another_release_is_not_mixed_with_the_first(void)
{
    lose_power_at(18000);
    memset(&script, 0, sizeof script);
    script_release(&script, "v1.1.1", "app-1.bin", SIZE_TEXT, NULL);
    whole();
    run_again();
    CHECK(installed() && !strstr(request(1), "Range"));
}

static void a_slot_that_lost_what_the_journal_says_starts_over(void)
{
    lose_power_at(18000);
    memset(rig.slot_bytes, 0xff, RIG_FLASH);
    script_again();
    part(16384, SIZE - 1, "\"0x8D\"");
    whole();
    run_again();
    CHECK(installed() && strstr(rig.told, "resuming"));
    CHECK(strstr(request(1), "Range") && !strstr(request(2), "Range"));
}

static void a_replaced_file_after_a_restart_starts_over(void)
{
    lose_power_at(18000);
    script_again();
    whole();
    run_again();
    CHECK(installed() && strstr(request(1), "If-Range"));
}

static void what_a_wrong_answer_left_is_not_built_on(void)
{
    lose_power_at(18000);
    script_again();
    script_add(&script,
               "HTTP/1.1 206 Partial Content\n"
               "Content-Range: bytes 16000-19999/20000\n",
               script_image() + 16000, 4000);
    run_again();
    CHECK(failed(ROTA_ERANGE));
    script_again();
    whole();
    run_again();
    CHECK(installed() && !strstr(request(1), "Range"));
}

int main(void)
{
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
