/* SPDX-License-Identifier: Apache-2.0 */
#include "core/read_reply.h"

#include <string.h>

#include "support/test.h"
#include "base/date.h"
#include "http/http.h"

#define CSP_LEN                                                                \
    3585 /* of the longest line that the service is known to send              \
          */

static void read_ok(const char *headers)
{
    read_head(headers);
    CHECK(r.end == ROTA_HTTP_DONE && r.heads == 1);
}

static void item_07_header_names_match_without_case(void)
{
    read_ok("location: https://h/1\r\n");
    CHECK(!strcmp(r.location, "https://h/1"));
    read_ok("LOCATION: https://h/2\r\n");
    CHECK(!strcmp(r.location, "https://h/2"));
    read_ok("LocatioN:https://h/3\r\neTAG:\"x\"\r\n");
    CHECK(!strcmp(r.location, "https://h/3"));
    CHECK(!strcmp(r.reply.etag, "\"x\""));
    read_ok("Location: \t https://h/4 \t \r\n");
    CHECK(!strcmp(r.location, "https://h/4"));
}

static void names_that_only_begin_alike_are_other_headers(void)
{
    read_ok("Locations: https://h/1\r\nLocatio: https://h/2\r\n"
            "X-Location: https://h/3\r\nEtags: \"1\"\r\n");
    CHECK(!r.reply.has_location && !r.reply.etag[0]);
}

static void item_08_long_lines_that_nobody_asked_for_pass_by(void)
{
    static char headers[9000];
    int n = snprintf(headers, sizeof(headers), "X-Csp: ");

    memset(headers + n, 'x', CSP_LEN);
    n += CSP_LEN;
    n += snprintf(headers + n, sizeof(headers) - (size_t)n, "\r\n");
    memset(headers + n, 'n', 4000);
    n += 4000;
    snprintf(headers + n, sizeof(headers) - (size_t)n,
             ": a name as long\r\nLocation: https://h/p\r\n");
    read_ok(headers);
    CHECK(!strcmp(r.location, "https://h/p"));
}

static void item_09_a_location_is_kept_whole_or_refused(void)
{
    static char text[4096];

    for (size_t len = 2040; len < 2060; len++) {
        int n =
            snprintf(text, sizeof(text), "HTTP/1.1 302 Found\r\nLocation: ");
        memset(text + n, 'x', len);
        snprintf(text + n + len, sizeof(text) - (size_t)n - len,
                 "\r\nContent-Length: 0\r\n\r\n");
        read_reply(text);
        CHECK(len <= 2048 ? r.end == ROTA_HTTP_DONE : r.end == ROTA_ETOOLONG);
        CHECK(r.reply.status == 302);
        if (r.end == ROTA_HTTP_DONE)
            CHECK(strlen(r.location) == len);
    }
}

static void item_10_of_duplicate_headers_the_first_counts(void)
{
    read_ok("Vary: Accept\r\nVary: Accept-Encoding\r\nX-Empty:\r\n"
            "X-Empty: \r\nLocation: https://h/1\r\nLocation: https://h/2\r\n"
            "ETag: \"1\"\r\nETag: \"2\"\r\nRetry-After: 5\r\n"
            "Retry-After: 6\r\nX-RateLimit-Reset: 7\r\n"
            "X-RateLimit-Reset: 8\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Date: Sun, 06 Nov 1994 08:49:38 GMT\r\n"
            "Content-Range: bytes 0-1/2\r\nContent-Range: bytes 0-2/3\r\n"
            "Content-Type: text/html\r\nContent-Type: application/json\r\n"
            "Last-Modified: a\r\nLast-Modified: b\r\n");
    CHECK(!strcmp(r.location, "https://h/1"));
    CHECK(!strcmp(r.reply.etag, "\"1\""));
    CHECK(r.reply.retry_after == 5 && r.reply.limit_reset == 7);
    CHECK(r.reply.date == 784111777);
    CHECK(r.reply.range_total == 2);
    CHECK(r.reply.media == ROTA_MEDIA_TEXT);
    CHECK(!strcmp(r.reply.last_modified, "a"));
}

static void item_10_empty_values_are_no_values(void)
{
    read_ok("Location:\r\nETag: \r\nX-OAuth-Scopes: \r\nRetry-After:\r\n"
            "Content-Type: \r\nContent-Encoding:\r\nLink:\r\nDate:\r\n"
            "Content-Range:\r\nLast-Modified:\r\n");
    CHECK(!r.reply.has_location && !r.reply.etag[0] && !r.link[0]);
    CHECK(r.reply.retry_after == -1 && r.reply.date == -1);
    CHECK(r.reply.media == ROTA_MEDIA_NONE && !r.reply.encoded);
    CHECK(r.reply.range_total == -1 && !r.reply.last_modified[0]);
}

static void values_too_long_to_keep_are_no_values(void)
{
    char headers[512];

    snprintf(headers, sizeof(headers),
             "Last-Modified: %032d\r\nX-RateLimit-Reset: 1%0100d\r\n"
             "Retry-After: %0100d\r\n",
             0, 0, 0);
    read_ok(headers);
    CHECK(!r.reply.last_modified[0]);
    CHECK(r.reply.limit_reset == 0 && r.reply.retry_after == -1);
    snprintf(headers, sizeof(headers), "Last-Modified: %031d\r\n", 0);
    read_ok(headers);
    CHECK(strlen(r.reply.last_modified) == 31);
}

static void item_12_codings_are_noticed(void)
{
    static const char *const encoded[] = {
        "Content-Encoding: gzip\r\n",
        "content-encoding:br\r\n",
        "Content-Encoding: identity\r\nContent-Encoding: gzip\r\n",
        "Content-Encoding: gzip\r\nContent-Encoding: identity\r\n",
        "Content-Encoding: identity, gzip\r\n",
    };

    for (size_t i = 0; i < sizeof(encoded) / sizeof(encoded[0]); i++) {
        read_ok(encoded[i]);
        CHECK(r.reply.encoded);
    }
    read_ok("Content-Encoding: Identity\r\n");
    CHECK(!r.reply.encoded);
    read_reply("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n");
    CHECK(r.heads == 1 && r.reply.encoded);
    read_reply("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n");
    CHECK(r.heads == 1 && r.reply.encoded);
    read_reply("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    CHECK(r.heads == 1 && !r.reply.encoded);
}

static void item_28_the_next_link_is_found_wherever_it_stands(void)
{
    static const struct {
        const char *headers, *next;
    } links[] = {
        {"Link: <https://h/r/1?p=2>; rel=\"next\"\r\n", "https://h/r/1?p=2"},
        {"link:<https://h/2>;rel=next\r\n", "https://h/2"},
        {"Link: <https://h/1>; rel=\"prev\", <https://h/3>; rel=\"next\", "
         "<https://h/9>; rel=\"last\", <https://h/0>; rel=\"first\"\r\n",
         "https://h/3"},
        {"Link: <https://h/1>; rel=prev,<https://h/3>; rel=next\r\n",
         "https://h/3"},
        {"Link: <https://h/1>; rel=\"prev\"\r\n"
         "Link: <https://h/3>; rel=\"next\"\r\n",
         "https://h/3"},
        {"Link: <https://h/3>; rel=\"next\"\r\n"
         "Link: <https://h/4>; rel=\"next\"\r\n",
         "https://h/3"},
        {"Link: <https://h/a,b;c>; title=\"x, <https://h/5>; rel=next\"; "
         "REL=\"last NEXT\"\r\n",
         "https://h/a,b;c"},
        {"Link: <https://h/1>; title=\"a\\\"b\"; rel=\"next\"\r\n",
         "https://h/1"},
        {"Link: <https://h/1> ; rel = \"next\" \r\n", "https://h/1"},
        {"Link: <https://h/1>; rel=\"prev\"\r\n", ""},
        {"Link: <https://h/1>; rel=\"nextish\"\r\n", ""},
        {"Link: <https://h/1>; rel=\"nex t\"\r\n", ""},
        {"Link: <https://h/1>; rel=\"nextish next\"\r\n", "https://h/1"},
        {"Link: <https://h/1>; rel=\"next prev\"\r\n", "https://h/1"},
        {"Link: <https://h/1>; rel=\"next prev\r\n", ""},
        {"Link: <https://h/1>; rel=\" n  next\"\r\n", "https://h/1"},
        {"Link: <https://h/1>; rel=\"n\\ext\"\r\n", "https://h/1"},
        {"Link: <https://h/1>; rel=\"rel=next\"\r\n", ""},
        {"Link: <https://h/1>; rel=\r\n", ""},
        {"Link: <https://h/1>; re=\"next\"\r\n", ""},
        {"Link: <https://h/1>; rel=prev; rel=next\r\n", "https://h/1"},
        {"Link: <https://h/1>; rel=ne, <https://h/2>; xt\r\n", ""},
        {"Link: <https://h/1>; rel=ne\r\nLink: xt, <https://h/2>\r\n", ""},
        {"Link: <https://h/1\r\nLink: >; rel=next\r\n", ""},
        {"Link: <https://h/1>; rel=\"\r\nLink: next\"\r\n", ""},
        {"Link: <https://h/1>; rel=\"https://registry.example/a/relation/of/a/"
         "length/that/nobody/would/keep/for/a/comparison next\"\r\n",
         "https://h/1"},
        {"Link: <https://h/1>; title=\"rel=next\"\r\n", ""},
        {"Link: <https://h/1>; xrel=\"next\"\r\n", ""},
        {"Link: <https://h/1>\r\n", ""},
        {"Link: <https://h/1; rel=\"next\"\r\n", ""},
        {"Link: https://h/1; rel=\"next\"\r\n", ""},
        {"Link: <https://h/1>; rel=\"next\r\n", ""},
        {"X: 1\r\n", ""},
    };

    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
        read_ok(links[i].headers);
        CHECK(!strcmp(r.link, links[i].next));
    }
}

static void item_28_a_next_link_is_kept_whole_or_refused(void)
{
    static char text[8192];

    for (int next = 0; next <= 1; next++)
        for (size_t len = 511; len <= 512; len++) {
            int n = snprintf(text, sizeof(text),
                             "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nLink: <");
            memset(text + n, 'x', len);
            snprintf(text + n + len, sizeof(text) - (size_t)n - len,
                     ">; rel=%s\r\n\r\n", next ? "next" : "last");
            read_reply(text);
            CHECK(len <= 511 || !next ? r.end == ROTA_HTTP_DONE
                                      : r.end == ROTA_ETOOLONG);
            if (r.end == ROTA_HTTP_DONE)
                CHECK(strlen(r.link) == (next ? len : 0));
        }
}

static void the_room_for_a_link_may_be_missing(void)
{
    const struct rota_headers_room room = {r.location, NULL, sizeof(r.location),
                                           0, NULL};
    static const char text[] = "HTTP/1.1 204 N\r\n"
                               "Link: <https://h/1>; rel=\"next\"\r\n\r\n";

    begin_reply(false);
    rota_http_init(&r.http, &r.reply, &room, false);
    feed(text, strlen(text));
    CHECK(r.end == ROTA_HTTP_DONE);
}

/* The URL that was asked for may stand there: it is needed once more when the
 * connection turns out to be dead. */
static void rooms_are_not_touched_before_their_headers_come(void)
{
    begin_reply(false);
    strcpy(r.location, "https://asked");
    strcpy(r.link, "part of it");
    feed("HTTP/1.1 200 OK\r\nVary: x\r\n", 26);
    CHECK(!strcmp(r.location, "https://asked"));
    CHECK(!strcmp(r.link, "part of it"));
    feed("\r\n", 2);
    CHECK(r.heads == 1 && !r.reply.has_location && !r.link[0]);
}

static void a_location_may_lie_over_the_room_for_a_link(void)
{
    const struct rota_headers_room room = {r.location, r.location + 10, 64, 54,
                                           rota_paging_byte};
    static const char text[] = "HTTP/1.1 301 M\r\nContent-Length: 0\r\n"
                               "Location: https://host/a/long/path\r\n\r\n";

    begin_reply(false);
    rota_http_init(&r.http, &r.reply, &room, false);
    feed(text, strlen(text));
    CHECK(r.end == ROTA_HTTP_DONE);
    CHECK(!strcmp(r.location, "https://host/a/long/path"));
}

/* What hints at the answer is not the answer. */
static void an_interim_head_leaves_nothing(void)
{
    read_reply("HTTP/1.1 103 Early Hints\r\n"
               "Link: <https://h/early>; rel=\"next\"\r\n"
               "Location: https://h/early\r\nETag: \"early\"\r\n"
               "Retry-After: 1\r\n\r\n"
               "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    CHECK(r.end == ROTA_HTTP_DONE && r.heads == 1);
    CHECK(!r.link[0] && !r.reply.has_location);
    CHECK(!r.reply.etag[0] && r.reply.retry_after == -1);
    read_reply("HTTP/1.1 103 Early Hints\r\nLink: <https://h/early>; rel=\"\r\n"
               "\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
               "Link: <https://h/2>; rel=next\r\n\r\n");
    CHECK(!strcmp(r.link, "https://h/2"));
}

static void item_30_weak_and_strong_etags_are_told_apart(void)
{
    static const struct {
        const char *header, *etag;
        bool weak;
    } etags[] = {
        {"ETag: \"0x8DD945EA37EFD30\"\r\n", "\"0x8DD945EA37EFD30\"", false},
        {"ETag: W/\"e98e1404\"\r\n", "\"e98e1404\"", true},
        {"etag:\"\"\r\n", "\"\"", false},
        {"ETag: unquoted\r\n", "", false},
        {"ETag: \"open\r\n", "", false},
        {"ETag: \"\r\n", "", false},
        {"ETag: W/\"\r\n", "", false},
        {"ETag: w/\"lower case is none\"\r\n", "", false},
        {"ETag: \"1234567890123456789012345678901234567890"
         "12345678901234567890123456789\"\r\n",
         "\"1234567890123456789012345678901234567890"
         "12345678901234567890123456789\"",
         false},
        {"ETag: W/\"12345678901234567890123456789012345678901"
         "23456789012345678901234567890\"\r\n",
         "", false},
        {"ETag: \"123456789012345678901234567890123456789012345678901234567890"
         "123456789012345678901234567890123456789012345678901234567890\"\r\n",
         "", false},
    };

    for (size_t i = 0; i < sizeof(etags) / sizeof(etags[0]); i++) {
        read_ok(etags[i].header);
        CHECK(!strcmp(r.reply.etag, etags[i].etag));
        CHECK(r.reply.weak == etags[i].weak);
    }
}

static void item_34_rate_limit_headers_are_read(void)
{
    read_ok("x-ratelimit-limit: 60\r\nX-Ratelimit-Remaining: 0\r\n"
            "X-RATELIMIT-RESET: 1658208999\r\n");
    CHECK(r.reply.limit_remaining == 0);
    CHECK(r.reply.limit_reset == 1658208999);
    read_ok("X-RateLimit-Remaining: many\r\nX-RateLimit-Reset: -1\r\n");
    CHECK(r.reply.limit_remaining == -1 && r.reply.limit_reset == 0);
    read_ok("X-RateLimit-Reset: 99999999999999999999999\r\n");
    CHECK(r.reply.limit_reset == 0);
}

static void item_35_retry_after_is_seconds_or_a_date(void)
{
    static const struct {
        const char *headers;
        int64_t s;
    } retries[] = {
        {"Retry-After: 60\r\n", 60},
        {"Retry-After: \t7 \t \r\n", 7},
        {"retry-after:0\r\n", 0},
        {"Retry-After: 2147483647\r\n", 2147483647},
        {"Retry-After: 2147483648\r\n", 2147483647},
        {"Retry-After: 99999999999999999999999\r\n", 2147483647},
        {"Retry-After: -1\r\n", -1},
        {"Retry-After: soon\r\n", -1},
        {"Retry-After: 1.5\r\n", -1},
        {"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
         "Retry-After: Sun, 06 Nov 1994 08:51:07 GMT\r\n",
         90},
        {"Retry-After: Sun, 06 Nov 1994 08:51:07 GMT\r\n"
         "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
         90},
        {"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
         "Retry-After: Sat, 05 Nov 1994 08:49:37 GMT\r\n",
         0},
        {"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
         "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n",
         2147483647},
        {"Retry-After: Sun, 06 Nov 1994 08:51:07 GMT\r\n", -1},
    };

    for (size_t i = 0; i < sizeof(retries) / sizeof(retries[0]); i++) {
        read_ok(retries[i].headers);
        CHECK(r.reply.retry_after == retries[i].s);
    }
}

static void item_45_the_kind_of_body_is_told(void)
{
    static const struct {
        const char *header;
        enum rota_media media;
    } types[] = {
        {"", ROTA_MEDIA_NONE},
        {"Content-Type: application/json\r\n", ROTA_MEDIA_JSON},
        {"Content-Type: application/json; charset=utf-8\r\n", ROTA_MEDIA_JSON},
        {"content-type:Application/Vnd.Github+JSON;x\r\n", ROTA_MEDIA_JSON},
        {"Content-Type: text/html;charset=utf-8\r\n", ROTA_MEDIA_TEXT},
        {"Content-Type: TEXT/plain\r\n", ROTA_MEDIA_TEXT},
        {"Content-Type: application/xml\r\n", ROTA_MEDIA_TEXT},
        {"Content-Type: application/xhtml+xml ; a\r\n", ROTA_MEDIA_TEXT},
        {"Content-Type: application/octet-stream\r\n", ROTA_MEDIA_OTHER},
        {"Content-Type: application/jsonp\r\n", ROTA_MEDIA_OTHER},
        {"Content-Type: nonsense\r\n", ROTA_MEDIA_OTHER},
        {"Content-Type: text/html; a=00000000000000000000000000000000000000000"
         "000000000000000000000000000000000000000000000000000000\r\n",
         ROTA_MEDIA_TEXT},
    };

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        read_ok(types[i].header);
        CHECK(r.reply.media == types[i].media);
    }
}

static void item_49_content_range_is_read_or_left_at_minus_one(void)
{
    static const struct {
        const char *value;
        int64_t first, last, total;
    } ranges[] = {
        {"bytes 0-1/2", 0, 1, 2},
        {"Bytes 5-9/10", 5, 9, 10},
        {"bytes 5-2147483646/2147483647", 5, 2147483646, 2147483647},
        {"bytes 5-2147483646/99999999999", 5, 2147483646, 2147483647},
        {"bytes 0-1/*", 0, 1, -1},
        {"bytes */123", -1, -1, -1},
        {"bytes */*", -1, -1, -1},
        {"bytes 2-1/3", -1, -1, -1},
        {"bytes 0-2/2", -1, -1, -1},
        {"bytes 0-1", -1, -1, -1},
        {"bytes 0-1/", -1, -1, -1},
        {"bytes -1/2", -1, -1, -1},
        {"bytes 0x1/2", -1, -1, -1},
        {"bytes 0-1x2", -1, -1, -1},
        {"bytes 0-/2", -1, -1, -1},
        {"bytes 0/2", -1, -1, -1},
        {"bytes 0-1/2x", -1, -1, -1},
        {"bytes 0-1/x", -1, -1, -1},
        {"bytes=0-1/2", -1, -1, -1},
        {"items 0-1/2", -1, -1, -1},
        {"bytes 18446744073709551616-18446744073709551617/"
         "18446744073709551618",
         -1, -1, -1},
        {"bytes", -1, -1, -1},
        {"/", -1, -1, -1},
    };

    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        char header[128];

        snprintf(header, sizeof(header), "Content-Range: %s\r\n",
                 ranges[i].value);
        read_ok(header);
        CHECK(r.reply.range_first == ranges[i].first);
        CHECK(r.reply.range_last == ranges[i].last);
        CHECK(r.reply.range_total == ranges[i].total);
    }
}

static void dates_become_seconds_since_1970(void)
{
    static const struct {
        const char *text;
        int64_t t;
    } dates[] = {
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
        {"Tue, 19 Jul 2022 04:40:21 GMT", 1658205621},
        {"Thu, 29 Feb 2024 23:59:59 GMT", 1709251199},
        {"Fri, 01 Mar 2024 00:00:00 GMT", 1709251200},
        {"Wed, 01 Mar 2000 00:00:00 GMT", 951868800},
        {"Mon, 01 Mar 2100 00:00:00 GMT", 4107542400},
        {"Fri, 31 Dec 9999 23:59:59 GMT", 253402300799},
        {"Sunday, 06-Nov-94 08:49:37 GMT", -1},
        {"Sun Nov  6 08:49:37 1994", -1},
        {"Sun, 06 Nov 1994 08:49:37 UTC", -1},
        {"Sun, 00 Nov 1994 08:49:37 GMT", -1},
        {"Sun, 32 Nov 1994 08:49:37 GMT", -1},
        {"Sun, 06 Nix 1994 08:49:37 GMT", -1},
        {"Sun, 06 Nov 0094 08:49:37 GMT", -1},
        {"Sun, 06 Nov 1994 24:00:00 GMT", -1},
        {"Sun, 06 Nov 1994 08:60:00 GMT", -1},
        {"Sun, 06 Nov 1994 08:00:61 GMT", -1},
        {"Sun, +6 Nov 1994 08:00:61 GMT", -1},
        {"", -1},
    };

    for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++)
        CHECK(rota_date_http(dates[i].text, strlen(dates[i].text))
              == dates[i].t);
}

int main(void)
{
    RUN(item_07_header_names_match_without_case);
    RUN(names_that_only_begin_alike_are_other_headers);
    RUN(item_08_long_lines_that_nobody_asked_for_pass_by);
    RUN(item_09_a_location_is_kept_whole_or_refused);
    RUN(item_10_of_duplicate_headers_the_first_counts);
    RUN(item_10_empty_values_are_no_values);
    RUN(values_too_long_to_keep_are_no_values);
    RUN(item_12_codings_are_noticed);
    RUN(item_28_the_next_link_is_found_wherever_it_stands);
    RUN(item_28_a_next_link_is_kept_whole_or_refused);
    RUN(the_room_for_a_link_may_be_missing);
    RUN(rooms_are_not_touched_before_their_headers_come);
    RUN(a_location_may_lie_over_the_room_for_a_link);
    RUN(an_interim_head_leaves_nothing);
    RUN(item_30_weak_and_strong_etags_are_told_apart);
    RUN(item_34_rate_limit_headers_are_read);
    RUN(item_35_retry_after_is_seconds_or_a_date);
    RUN(item_45_the_kind_of_body_is_told);
    RUN(item_49_content_range_is_read_or_left_at_minus_one);
    RUN(dates_become_seconds_since_1970);
    return test_end();
}
