/* SPDX-License-Identifier: Apache-2.0 */
/* Asset bytes: redirects, ranges, broken connections; the whole core over a
 * scripted server. */
#include <stdio.h>
#include <string.h>

#include "hash.h"
#include "rig.h"
#include "script.h"
#include "test.h"

#define SIZE 20000u
#define SIZE_TEXT "20000"

static struct rig rig;
static struct script script;

static void begin(void)
{
    memset(&script, 0, sizeof script);
    script_release(&script, "v1.1.0", "app-1.bin", SIZE_TEXT, NULL);
}

static void run(void)
{
    rig_init(&rig, script.reply, script.count);
    CHECK(rig_check(&rig) == ROTA_OK);
}

/* A reply with the image from first on, as a CDN sends it. */
static struct fakenet_reply *part(size_t first, size_t last, const char *etag)
{
    char head[512];

    snprintf(head, sizeof head,
             "HTTP/1.1 206 Partial Content\n"
             "content-type: application/octet-stream\n"
             "content-range: bytes %zu-%zu/%u\n"
             "etag: %s\n",
             first, last, SIZE, etag);
    return script_add(&script, head, script_image() + first, last - first + 1);
}

static struct fakenet_reply *whole(void)
{
    return script_add(&script,
                      "HTTP/1.1 200 OK\n"
                      "content-type: application/octet-stream\n"
                      "etag: \"0x8D\"\n",
                      script_image(), SIZE);
}

/* Let a reply end after n bytes of its body. */
static void cut(struct fakenet_reply *r, size_t n, enum fakenet_then then)
{
    const char *body = strstr(r->data, "\r\n\r\n") + 4;

    r->len = (size_t)(body - (const char *)r->data) + n;
    r->then = then;
}

static bool installed(void)
{
    return strstr(rig.told, "ready") && rig.bootloader.tries == 1
        && memcmp(rig.slot_bytes, script_image(), SIZE) == 0;
}

static bool failed(int err)
{
    return strstr(rig.told, "failed") && rig.last.err == err
        && rig.bootloader.tries == 0;
}

static int count(const char *needle)
{
    int n = 0;
    for (const char *s = rig.server.sent; (s = strstr(s, needle)); s++)
        n++;
    return n;
}

/* The request with this number, from 0, as text. */
static const char *request(int number)
{
    static char text[4096];
    const char *s = rig.server.sent;

    while (number-- > 0 && s)
        s = (s = strstr(s, "\r\n\r\n")) ? s + 4 : NULL;
    const char *end = s ? strstr(s, "\r\n\r\n") : NULL;
    snprintf(text, sizeof text, "%.*s", end ? (int)(end - s) : 0, end ? s : "");
    return text;
}

static void item_44_bytes_come_from_the_asset_host_or_at_once(void)
{
    begin();
    script_redirect(&script, SCRIPT_CDN);
    whole();
    run();
    CHECK(installed());
    CHECK(strcmp(rig.server.opened, "api.github.com:443 "
                                    "release-assets.githubusercontent.com:443 ")
          == 0);
    begin();
    whole();
    run();
    CHECK(installed() && rig.server.opens == 1);
}

static void item_42_a_location_goes_back_byte_for_byte(void)
{
    begin();
    script_redirect(&script, SCRIPT_CDN);
    whole();
    run();
    CHECK(strstr(request(2), "GET /a/7?sig=x%2By%3d&t=a+b%20c HTTP/1.1\r\n"));
}

static void item_41_the_token_stays_with_the_origin_of_the_api(void)
{
    begin();
    script_redirect(&script, SCRIPT_CDN);
    whole();
    rig_init(&rig, script.reply, script.count);
    rig.config.token = "sesame";
    CHECK(rig_check(&rig) == ROTA_OK && installed());
    CHECK(strstr(request(0), "Authorization: Bearer sesame"));
    CHECK(strstr(request(1), "Authorization: Bearer sesame"));
    CHECK(*request(2) && !strstr(request(2), "sesame"));
}

static void item_41_another_port_is_another_origin(void)
{
    begin();
    script_redirect(&script, "https://api.github.com:8443/a");
    whole();
    rig_init(&rig, script.reply, script.count);
    rig.config.token = "sesame";
    CHECK(rig_check(&rig) == ROTA_OK && installed());
    CHECK(*request(2) && !strstr(request(2), "sesame"));
}

static void item_40_a_renamed_repository_keeps_accept_and_token(void)
{
    begin();
    script_add(&script,
               "HTTP/1.1 301 Moved Permanently\n"
               "Location: https://api.github.com/repositories/5/releases/"
               "assets/7\n",
               "{\"message\":\"Moved Permanently\"}", 31);
    whole();
    rig_init(&rig, script.reply, script.count);
    rig.config.token = "sesame";
    CHECK(rig_check(&rig) == ROTA_OK && installed());
    CHECK(rig.server.opens == 1);
    CHECK(strstr(request(2), "GET /repositories/5/releases/assets/7 "));
    CHECK(strstr(request(2), "Accept: application/octet-stream"));
    CHECK(strstr(request(2), "sesame"));
}

static void item_43_redirects_lead_to_allowed_https_hosts_only(void)
{
    static const char *const bad[] = {
        "http://release-assets.githubusercontent.com/a",
        "https://user:pw@release-assets.githubusercontent.com/a",
        "https://evil.example/a",
        "https://githubusercontent.com.evil.example/a",
        "https://evilgithubusercontent.com/a",
        "https://githubusercontent.com/a",
        "//evil.example/a",
        "ftp://release-assets.githubusercontent.com/a",
        "a/relative/one",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        begin();
        script_redirect(&script, bad[i]);
        whole();
        run();
        CHECK(failed(ROTA_EREDIRECT));
        CHECK(rig.server.opens == 1);
    }
}

/* Servers such as Gitea name the place themselves. */
static void item_43_a_release_names_allowed_https_hosts_only(void)
{
    static const char *const bad[] = {"https://evil.example/a",
                                      "http://api.github.com/a", "/a"};
    char json[256];

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        memset(&script, 0, sizeof script);
        int len =
            snprintf(json, sizeof json,
                     "{\"id\":1,\"tag_name\":\"v1.1.0\",\"assets\":"
                     "[{\"id\":2,\"name\":\"app-1.bin\",\"size\":" SIZE_TEXT
                     ",\"browser_download_url\":\"%s\"}]}",
                     bad[i]);
        script_add(&script, "HTTP/1.1 200 OK\n", json, (size_t)len);
        whole();
        run();
        CHECK(failed(ROTA_EREDIRECT) && rig.server.opens == 1);
    }
}

static void item_43_a_loop_ends_after_five_redirects(void)
{
    begin();
    for (int i = 0; i < 20; i++)
        script_redirect(&script, "https://api.github.com/loop");
    run();
    CHECK(failed(ROTA_EREDIRECT));
    CHECK(count("GET /loop") == ROTA_REDIRECTS_MAX);
}

static void a_location_without_a_host_stays_on_it(void)
{
    begin();
    script_redirect(&script, "/elsewhere?x=1");
    whole();
    run();
    CHECK(installed() && rig.server.opens == 1);
    CHECK(strstr(request(2), "GET /elsewhere?x=1 "));
}

static void item_48_a_login_page_means_no_access(void)
{
    begin();
    script_redirect(&script, "https://github.com/login?return_to=%2F");
    run();
    CHECK(failed(ROTA_EAUTH));
}

static void item_45_pages_and_json_are_not_firmware(void)
{
    static const char *const types[] = {"text/html; charset=utf-8",
                                        "application/json", "application/xml",
                                        "application/vnd.github.v3+json"};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        char head[128];
        begin();
        snprintf(head, sizeof head, "HTTP/1.1 200 OK\nContent-Type: %s\n",
                 types[i]);
        script_add(&script, head, script_image(), SIZE);
        run();
        CHECK(failed(ROTA_EFORMAT));
        CHECK(rig.slot_bytes[0] == 0xff);
    }
}

static void item_46_and_47_a_refused_url_is_made_anew(void)
{
    static const char *const refusals[] = {
        "HTTP/1.1 400 Bad Request\n", "HTTP/1.1 401 Unauthorized\n",
        "HTTP/1.1 403 Forbidden\nContent-Type: application/xml\n",
        "HTTP/1.1 404 Not Found\n"};

    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        begin();
        script_redirect(&script, SCRIPT_CDN);
        script_add(&script, refusals[i], "<Error/>", 8);
        script_redirect(&script, SCRIPT_CDN "2");
        whole();
        run();
        CHECK(installed());
        CHECK(count("GET /repos/acme/app/releases/assets/4300000007 ") == 2);
        CHECK(rig.server.now_ms >= 2000);
    }
}

static void item_47_endless_refusals_end(void)
{
    begin();
    for (int i = 0; i < 12; i++) {
        script_redirect(&script, SCRIPT_CDN);
        script_add(&script, "HTTP/1.1 403 Forbidden\n", "", 0);
    }
    run();
    CHECK(failed(ROTA_EAUTH) && rig.last.status == 403);
    CHECK(count("GET /a/7") == ROTA_ATTEMPTS_MAX);
}

static void a_refusal_by_the_api_is_final(void)
{
    begin();
    script_add(&script, "HTTP/1.1 404 Not Found\n", "{}", 2);
    whole();
    run();
    CHECK(failed(ROTA_ENOTFOUND));
}

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
    CHECK(!strstr(request(3), "Range"));
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

int main(void)
{
    RUN(item_44_bytes_come_from_the_asset_host_or_at_once);
    RUN(item_42_a_location_goes_back_byte_for_byte);
    RUN(item_41_the_token_stays_with_the_origin_of_the_api);
    RUN(item_41_another_port_is_another_origin);
    RUN(item_40_a_renamed_repository_keeps_accept_and_token);
    RUN(item_43_redirects_lead_to_allowed_https_hosts_only);
    RUN(item_43_a_release_names_allowed_https_hosts_only);
    RUN(item_43_a_loop_ends_after_five_redirects);
    RUN(a_location_without_a_host_stays_on_it);
    RUN(item_48_a_login_page_means_no_access);
    RUN(item_45_pages_and_json_are_not_firmware);
    RUN(item_46_and_47_a_refused_url_is_made_anew);
    RUN(item_47_endless_refusals_end);
    RUN(a_refusal_by_the_api_is_final);
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
    RUN(pieces_come_over_one_connection);
    RUN(a_piece_longer_than_asked_for_is_refused);
    RUN(a_server_without_ranges_sends_all_at_once);
    RUN(a_download_goes_on_at_the_checkpoint_after_a_restart);
    RUN(before_the_first_checkpoint_it_starts_over);
    RUN(without_a_digest_it_starts_over);
    RUN(another_release_is_not_mixed_with_the_first);
    RUN(a_slot_that_lost_what_the_journal_says_starts_over);
    RUN(a_replaced_file_after_a_restart_starts_over);
    return test_end();
}
