/* SPDX-License-Identifier: Apache-2.0 */
/* Asset bytes: ranges, lengths, broken connections. */
#include "device/download.h"

static struct download d;

static void item_49_a_broken_download_goes_on_where_it_ended(void)
{
    download_begin(&d);
    script_redirect(&d.script, SCRIPT_CDN);
    download_cut(download_whole(&d), 7001, FAKENET_CLOSE);
    script_redirect(&d.script, SCRIPT_CDN "2");
    download_part(&d, 7001, DOWNLOAD_SIZE - 1, "\"0x8D\"");
    download_run(&d);
    CHECK(download_installed(&d));
    CHECK(strstr(d.rig.told, "resuming"));
    CHECK(strstr(download_request(&d, 4), "GET /a/7?sig=x%2By%3d&t=a+b%20c2 "));
    CHECK(strstr(download_request(&d, 4), "Range: bytes=7001-\r\n"));
    CHECK(strstr(download_request(&d, 4), "If-Range: \"0x8D\""));
    CHECK(!strstr(download_request(&d, 2), "Range"));
}

static void item_49_a_weak_validator_is_no_condition(void)
{
    download_begin(&d);
    download_cut(script_add(&d.script, "HTTP/1.1 200 OK\nETag: W/\"0x8D\"\n",
                            script_image(), DOWNLOAD_SIZE),
                 5000, FAKENET_CLOSE);
    download_part(&d, 5000, DOWNLOAD_SIZE - 1, "W/\"0x8D\"");
    download_run(&d);
    CHECK(download_installed(&d));
    CHECK(strstr(download_request(&d, 2), "Range: bytes=5000-"));
    CHECK(!strstr(download_request(&d, 2), "If-Range"));
}

static void item_49_a_silent_server_is_left_and_resumed(void)
{
    download_begin(&d);
    download_cut(download_whole(&d), 9000, FAKENET_STALL);
    download_part(&d, 9000, DOWNLOAD_SIZE - 1, "\"0x8D\"");
    download_run(&d);
    CHECK(download_installed(&d));
    CHECK(d.rig.server.now_ms >= 30000);
}

static void item_50_the_whole_file_for_a_range_starts_over(void)
{
    download_begin(&d);
    download_cut(download_whole(&d), 7000, FAKENET_CLOSE);
    download_whole(&d);
    download_run(&d);
    CHECK(download_installed(&d));
}

static void item_51_a_range_that_cannot_be_starts_over(void)
{
    download_begin(&d);
    download_cut(download_whole(&d), 7000, FAKENET_CLOSE);
    script_add(&d.script,
               "HTTP/1.1 416 Range Not Satisfiable\n"
               "Content-Range: bytes */20000\n",
               "", 0);
    download_whole(&d);
    download_run(&d);
    CHECK(download_installed(&d));
    CHECK(download_count(&d, "Range: bytes=") == 1);
}

static void item_52_a_range_counts_without_accept_ranges(void)
{
    download_begin(&d);
    download_cut(download_whole(&d), 1, FAKENET_CLOSE);
    download_part(&d, 1, DOWNLOAD_SIZE - 1, "\"0x8D\"");
    download_run(&d);
    CHECK(download_installed(&d) && !strstr(d.script.text, "ccept-"));
}

static void item_49_another_range_than_asked_for_is_refused(void)
{
    static const char *const ranges[] = {
        "bytes 7000-19999/20000", "bytes 7002-19999/20000",
        "bytes 7001-19999/20001", "bytes 7001-20000/20000",
        "bytes 0-19999/20000",    "nonsense",
        "bytes */20000"};

    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        char head[256];
        download_begin(&d);
        download_cut(download_whole(&d), 7001, FAKENET_CLOSE);
        snprintf(head, sizeof head,
                 "HTTP/1.1 206 Partial Content\nContent-Range: %s\n",
                 ranges[i]);
        script_add(&d.script, head, script_image() + 7001,
                   DOWNLOAD_SIZE - 7001);
        download_run(&d);
        CHECK(download_failed(&d, ROTA_ERANGE));
    }
}

static void item_53_another_file_starts_over(void)
{
    download_begin(&d);
    download_cut(download_whole(&d), 7000, FAKENET_CLOSE);
    download_part(&d, 7000, DOWNLOAD_SIZE - 1, "\"0x99\"");
    download_whole(&d);
    download_run(&d);
    CHECK(download_installed(&d));
    CHECK(*download_request(&d, 3)
          && !strstr(download_request(&d, 3), "Range"));
}

static void item_54_a_body_of_another_length_is_refused(void)
{
    char head[] = "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n";
    char longer[] = "4e21\r\n", shorter[] = "4e1f\r\n";
    char body[DOWNLOAD_SIZE + 16];

    download_begin(&d);
    script_add(&d.script, "HTTP/1.1 200 OK\n", script_image(),
               DOWNLOAD_SIZE + 1);
    download_run(&d);
    CHECK(download_failed(&d, ROTA_ELENGTH));
    download_begin(&d);
    script_add(&d.script, "HTTP/1.1 200 OK\n", script_image(),
               DOWNLOAD_SIZE - 1);
    download_run(&d);
    CHECK(download_failed(&d, ROTA_ESIZE));

    download_begin(&d);
    memcpy(body, longer, 6);
    memcpy(body + 6, script_image(), DOWNLOAD_SIZE + 1);
    memcpy(body + DOWNLOAD_SIZE + 7, "\r\n0\r\n\r\n", 7);
    script_add(&d.script, head, body, DOWNLOAD_SIZE + 14);
    download_run(&d);
    CHECK(download_failed(&d, ROTA_ELENGTH));
    download_begin(&d);
    memcpy(body, shorter, 6);
    memcpy(body + 6, script_image(), DOWNLOAD_SIZE - 1);
    memcpy(body + DOWNLOAD_SIZE + 5, "\r\n0\r\n\r\n", 7);
    script_add(&d.script, head, body, DOWNLOAD_SIZE + 12);
    download_run(&d);
    CHECK(download_failed(&d, ROTA_ESIZE));
}

static void item_54_bytes_behind_the_announced_end_are_refused(void)
{
    download_begin(&d);
    script_add(&d.script, "HTTP/1.1 200 OK\nContent-Length: 20000\n",
               script_image(), DOWNLOAD_SIZE + 500);
    download_run(&d);
    CHECK(download_failed(&d, ROTA_ELENGTH));
}

static void item_11_a_body_delimited_by_close_is_accepted(void)
{
    download_begin(&d);
    script_add(&d.script, "HTTP/1.1 200 OK\nConnection: close\n",
               script_image(), DOWNLOAD_SIZE)
        ->then = FAKENET_CLOSE;
    download_run(&d);
    CHECK(download_installed(&d));
}

static void item_12_a_compressed_asset_is_refused(void)
{
    download_begin(&d);
    script_add(&d.script, "HTTP/1.1 200 OK\nContent-Encoding: gzip\n",
               script_image(), DOWNLOAD_SIZE);
    download_run(&d);
    CHECK(download_failed(&d, ROTA_EENCODING));
}

static void item_55_the_digest_decides(void)
{
    /* printf of the image | sha256sum would be the same in each run; the
     * right one is tested end to end. */
    const char *wrong = "\"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                        "aaaaaaaaaaaaaaaaaaaaaaaa\"";

    download_offer(&d, "v1.1.0", DOWNLOAD_SIZE_TEXT, wrong);
    download_whole(&d);
    download_run(&d);
    CHECK(download_failed(&d, ROTA_EDIGEST));
    download_offer(&d, "v1.1.0", DOWNLOAD_SIZE_TEXT, "null");
    download_whole(&d);
    download_run(&d);
    CHECK(download_installed(&d));
}

static void an_asset_larger_than_the_slot_is_not_asked_for(void)
{
    download_offer(&d, "v1.1.0", "65537", NULL);
    download_whole(&d);
    download_run(&d);
    CHECK(download_failed(&d, ROTA_ETOOBIG)
          && !strstr(d.rig.server.sent, "assets"));
}

static void five_attempts_without_progress_are_the_end(void)
{
    download_begin(&d);
    for (int i = 0; i < 12; i++)
        download_cut(download_whole(&d), 0, FAKENET_CLOSE);
    download_run(&d);
    CHECK(download_failed(&d, ROTA_ECLOSED));
    CHECK(download_count(&d, "GET ") == 1 + ROTA_ATTEMPTS_MAX);
}

static void attempts_that_gain_bytes_do_not_count(void)
{
    download_begin(&d);
    download_cut(download_whole(&d), 500, FAKENET_CLOSE);
    for (size_t at = 500; at < 10000; at += 500)
        download_cut(download_part(&d, at, DOWNLOAD_SIZE - 1, "\"0x8D\""), 500,
                     FAKENET_CLOSE);
    download_part(&d, 10000, DOWNLOAD_SIZE - 1, "\"0x8D\"");
    download_run(&d);
    CHECK(download_installed(&d));
}

/* Breaks off in the middle, knows no ranges: every attempt is the first. */
static void bytes_that_came_before_are_no_progress(void)
{
    download_begin(&d);
    for (int i = 0; i < 12; i++)
        download_cut(download_whole(&d), 7000, FAKENET_CLOSE);
    download_run(&d);
    CHECK(download_failed(&d, ROTA_ECLOSED));
    CHECK(download_count(&d, "GET ") == 1 + ROTA_ATTEMPTS_MAX);
}

static void a_slow_but_steady_server_is_waited_for(void)
{
    download_begin(&d);
    struct fakenet_reply *r = download_whole(&d);
    r->piece = 200;
    r->again = 1;
    download_init(&d);
    d.rig.server.tick_ms = 1000;
    CHECK(rig_check(&d.rig) == ROTA_OK && download_installed(&d));
}

static void a_trickle_is_a_stall(void)
{
    download_begin(&d);
    for (int i = 0; i < 8; i++) {
        struct fakenet_reply *r =
            i ? download_part(&d, 1, DOWNLOAD_SIZE - 1, "\"0x8D\"")
              : download_whole(&d);
        r->piece = 1;
        r->again = 1;
    }
    download_init(&d);
    d.rig.config.stall_ms = 3000;
    d.rig.server.tick_ms = 1000;
    uint64_t start = d.rig.server.now_ms;
    CHECK(rig_check(&d.rig) == ROTA_OK && download_failed(&d, ROTA_ESTALL));
    CHECK(d.rig.server.now_ms - start < 50000);
}

static void a_server_that_stops_each_time_is_given_up(void)
{
    download_begin(&d);
    download_cut(download_whole(&d), 100, FAKENET_STALL);
    for (size_t at = 100; at < 2500; at += 100)
        download_cut(download_part(&d, at, DOWNLOAD_SIZE - 1, "\"0x8D\""), 100,
                     FAKENET_STALL);
    download_init(&d);
    d.rig.config.stall_ms = 3000;
    uint64_t start = d.rig.server.now_ms;
    CHECK(rig_check(&d.rig) == ROTA_OK && download_failed(&d, ROTA_ESTALL));
    CHECK(d.rig.server.now_ms - start < 50000);
}

static void a_kept_connection_that_was_closed_is_opened_once_more(void)
{
    download_begin(&d);
    d.script.reply[0].then = FAKENET_CLOSE;
    download_whole(&d);
    download_run(&d);
    CHECK(download_installed(&d));
    CHECK(d.rig.server.opens == 2 && !strstr(d.rig.told, "resuming"));
}

int main(void)
{
    RUN(item_49_a_broken_download_goes_on_where_it_ended);
    RUN(item_49_a_weak_validator_is_no_condition);
    RUN(item_49_a_silent_server_is_left_and_resumed);
    RUN(item_50_the_whole_file_for_a_range_starts_over);
    RUN(item_51_a_range_that_cannot_be_starts_over);
    RUN(item_52_a_range_counts_without_accept_ranges);
    RUN(item_49_another_range_than_asked_for_is_refused);
    RUN(item_53_another_file_starts_over);
    RUN(item_54_a_body_of_another_length_is_refused);
    RUN(item_54_bytes_behind_the_announced_end_are_refused);
    RUN(item_11_a_body_delimited_by_close_is_accepted);
    RUN(item_12_a_compressed_asset_is_refused);
    RUN(item_55_the_digest_decides);
    RUN(an_asset_larger_than_the_slot_is_not_asked_for);
    RUN(five_attempts_without_progress_are_the_end);
    RUN(attempts_that_gain_bytes_do_not_count);
    RUN(bytes_that_came_before_are_no_progress);
    RUN(a_slow_but_steady_server_is_waited_for);
    RUN(a_trickle_is_a_stall);
    RUN(a_server_that_stops_each_time_is_given_up);
    RUN(a_kept_connection_that_was_closed_is_opened_once_more);
    return test_end();
}
