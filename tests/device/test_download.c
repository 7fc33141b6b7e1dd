/* SPDX-License-Identifier: Apache-2.0 */
/* Asset bytes: ranges, lengths, broken connections. */
#include "device/download.h"

static void item_49_a_broken_download_goes_on_where_it_ended(void)
{
    begin();
    script_redirect(&script, SCRIPT_CDN);
    cut(whole(), 7001, FAKENET_CLOSE);
    script_redirect(&script, SCRIPT_CDN "2");
    part(7001, SIZE - 1, "\"0x8D\"");
    run();
    CHECK(installed());
    CHECK(strstr(rig.told, "resuming"));
    CHECK(strstr(request(4), "GET /a/7?sig=x%2By%3d&t=a+b%20c2 "));
    CHECK(strstr(request(4), "Range: bytes=7001-\r\n"));
    CHECK(strstr(request(4), "If-Range: \"0x8D\""));
    CHECK(!strstr(request(2), "Range"));
}

static void item_49_a_weak_validator_is_no_condition(void)
{
    begin();
    cut(script_add(&script, "HTTP/1.1 200 OK\nETag: W/\"0x8D\"\n",
                   script_image(), SIZE),
        5000, FAKENET_CLOSE);
    part(5000, SIZE - 1, "W/\"0x8D\"");
    run();
    CHECK(installed());
    CHECK(strstr(request(2), "Range: bytes=5000-"));
    CHECK(!strstr(request(2), "If-Range"));
}

static void item_49_a_silent_server_is_left_and_resumed(void)
{
    begin();
    cut(whole(), 9000, FAKENET_STALL);
    part(9000, SIZE - 1, "\"0x8D\"");
    run();
    CHECK(installed());
    CHECK(rig.server.now_ms >= 30000);
}

static void item_50_the_whole_file_for_a_range_starts_over(void)
{
    begin();
    cut(whole(), 7000, FAKENET_CLOSE);
    whole();
    run();
    CHECK(installed());
}

static void item_51_a_range_that_cannot_be_starts_over(void)
{
    begin();
    cut(whole(), 7000, FAKENET_CLOSE);
    script_add(&script,
               "HTTP/1.1 416 Range Not Satisfiable\n"
               "Content-Range: bytes */20000\n",
               "", 0);
    whole();
    run();
    CHECK(installed());
    CHECK(count("Range: bytes=") == 1);
}

static void item_52_a_range_counts_without_accept_ranges(void)
{
    begin();
    cut(whole(), 1, FAKENET_CLOSE);
    part(1, SIZE - 1, "\"0x8D\"");
    run();
    CHECK(installed() && !strstr(script.text, "ccept-"));
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
        begin();
        cut(whole(), 7001, FAKENET_CLOSE);
        snprintf(head, sizeof head,
                 "HTTP/1.1 206 Partial Content\nContent-Range: %s\n",
                 ranges[i]);
        script_add(&script, head, script_image() + 7001, SIZE - 7001);
        run();
        CHECK(failed(ROTA_ERANGE));
    }
}

static void item_53_another_file_starts_over(void)
{
    begin();
    cut(whole(), 7000, FAKENET_CLOSE);
    part(7000, SIZE - 1, "\"0x99\"");
    whole();
    run();
    CHECK(installed());
    CHECK(*request(3) && !strstr(request(3), "Range"));
}

static void item_54_a_body_of_another_length_is_refused(void)
{
    char head[] = "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n";
    char longer[] = "4e21\r\n", shorter[] = "4e1f\r\n";
    char body[SIZE + 16];

    begin();
    script_add(&script, "HTTP/1.1 200 OK\n", script_image(), SIZE + 1);
    run();
    CHECK(failed(ROTA_ELENGTH));
    begin();
    script_add(&script, "HTTP/1.1 200 OK\n", script_image(), SIZE - 1);
    run();
    CHECK(failed(ROTA_ESIZE));

    begin();
    memcpy(body, longer, 6);
    memcpy(body + 6, script_image(), SIZE + 1);
    memcpy(body + SIZE + 7, "\r\n0\r\n\r\n", 7);
    script_add(&script, head, body, SIZE + 14);
    run();
    CHECK(failed(ROTA_ELENGTH));
    begin();
    memcpy(body, shorter, 6);
    memcpy(body + 6, script_image(), SIZE - 1);
    memcpy(body + SIZE + 5, "\r\n0\r\n\r\n", 7);
    script_add(&script, head, body, SIZE + 12);
    run();
    CHECK(failed(ROTA_ESIZE));
}

static void item_54_bytes_behind_the_announced_end_are_refused(void)
{
    begin();
    script_add(&script, "HTTP/1.1 200 OK\nContent-Length: 20000\n",
               script_image(), SIZE + 500);
    run();
    CHECK(failed(ROTA_ELENGTH));
}

static void item_11_a_body_delimited_by_close_is_accepted(void)
{
    begin();
    script_add(&script, "HTTP/1.1 200 OK\nConnection: close\n", script_image(),
               SIZE)
        ->then = FAKENET_CLOSE;
    run();
    CHECK(installed());
}

static void item_12_a_compressed_asset_is_refused(void)
{
    begin();
    script_add(&script, "HTTP/1.1 200 OK\nContent-Encoding: gzip\n",
               script_image(), SIZE);
    run();
    CHECK(failed(ROTA_EENCODING));
}

static void item_55_the_digest_decides(void)
{
    /* printf of the image | sha256sum would be the same in each run; the
     * right one is tested end to end. */
    const char *wrong = "\"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                        "aaaaaaaaaaaaaaaaaaaaaaaa\"";

    memset(&script, 0, sizeof script);
    script_release(&script, "v1.1.0", "app-1.bin", SIZE_TEXT, wrong);
    whole();
    run();
    CHECK(failed(ROTA_EDIGEST));
    memset(&script, 0, sizeof script);
    script_release(&script, "v1.1.0", "app-1.bin", SIZE_TEXT, "null");
    whole();
    run();
    CHECK(installed());
}

static void an_asset_larger_than_the_slot_is_not_asked_for(void)
{
    memset(&script, 0, sizeof script);
    script_release(&script, "v1.1.0", "app-1.bin", "65537", NULL);
    whole();
    run();
    CHECK(failed(ROTA_ETOOBIG) && !strstr(rig.server.sent, "assets"));
}

static void five_attempts_without_progress_are_the_end(void)
{
    begin();
    for (int i = 0; i < 12; i++)
        cut(whole(), 0, FAKENET_CLOSE);
    run();
    CHECK(failed(ROTA_ECLOSED));
    CHECK(count("GET ") == 1 + ROTA_ATTEMPTS_MAX);
}

static void attempts_that_gain_bytes_do_not_count(void)
{
    begin();
    cut(whole(), 500, FAKENET_CLOSE);
    for (size_t at = 500; at < 10000; at += 500)
        cut(part(at, SIZE - 1, "\"0x8D\""), 500, FAKENET_CLOSE);
    part(10000, SIZE - 1, "\"0x8D\"");
    run();
    CHECK(installed());
}

/* Breaks off in the middle, knows no ranges: every attempt is the first. */
static void bytes_that_came_before_are_no_progress(void)
{
    begin();
    for (int i = 0; i < 12; i++)
        cut(whole(), 7000, FAKENET_CLOSE);
    run();
    CHECK(failed(ROTA_ECLOSED));
    CHECK(count("GET ") == 1 + ROTA_ATTEMPTS_MAX);
}

static void a_slow_but_steady_server_is_waited_for(void)
{
    begin();
    struct fakenet_reply *r = whole();
    r->piece = 200;
    r->again = 1;
    rig_init(&rig, script.reply, script.count);
    rig.server.tick_ms = 1000;
    CHECK(rig_check(&rig) == ROTA_OK && installed());
}

static void a_trickle_is_a_stall(void)
{
    begin();
    for (int i = 0; i < 8; i++) {
        struct fakenet_reply *r = i ? part(1, SIZE - 1, "\"0x8D\"") : whole();
        r->piece = 1;
        r->again = 1;
    }
    rig_init(&rig, script.reply, script.count);
    rig.config.stall_ms = 3000;
    rig.server.tick_ms = 1000;
    uint64_t start = rig.server.now_ms;
    CHECK(rig_check(&rig) == ROTA_OK && failed(ROTA_ESTALL));
    CHECK(rig.server.now_ms - start < 50000);
}

static void a_server_that_stops_each_time_is_given_up(void)
{
    begin();
    cut(whole(), 100, FAKENET_STALL);
    for (size_t at = 100; at < 2500; at += 100)
        cut(part(at, SIZE - 1, "\"0x8D\""), 100, FAKENET_STALL);
    rig_init(&rig, script.reply, script.count);
    rig.config.stall_ms = 3000;
    uint64_t start = rig.server.now_ms;
    CHECK(rig_check(&rig) == ROTA_OK && failed(ROTA_ESTALL));
    CHECK(rig.server.now_ms - start < 50000);
}

static void a_kept_connection_that_was_closed_is_opened_once_more(void)
{
    begin();
    script.reply[0].then = FAKENET_CLOSE;
    whole();
    run();
    CHECK(installed());
    CHECK(rig.server.opens == 2 && !strstr(rig.told, "resuming"));
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
