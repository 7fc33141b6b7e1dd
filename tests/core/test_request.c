/* SPDX-License-Identifier: Apache-2.0 */
#include "http/http.h"

#include <string.h>

#include "support/test.h"
#include "base/bytes.h"
#include "http/request.h"

static struct rota_span span(const char *s)
{
    return (struct rota_span){(const uint8_t *)s, strlen(s)};
}

/* The request as text, in one of four buffers that take turns. */
static const char *request(const struct rota_request *q)
{
    static char bufs[4][2048];
    static int turn;
    char *buf = bufs[turn++ % 4];

    buf[rota_request_bytes(q, 0, buf, sizeof(bufs[0]) - 1)] = 0;
    return buf;
}

static const struct rota_ask json = {.accept = "application/vnd.github+json"};

static const struct rota_request plain = {
    .ask = &json,
    .host = "api.example.com",
    .port = 443,
    .user_agent = "rota/1.0.0",
};

static void item_01_the_user_agent_goes_out_as_given(void)
{
    CHECK(strstr(request(&plain), "\r\nUser-Agent: rota/1.0.0\r\n"));
}

static void item_02_accept_goes_out_as_given(void)
{
    struct rota_ask a = json;
    struct rota_request q = plain;

    q.ask = &a;
    CHECK(strstr(request(&q), "\r\nAccept: application/vnd.github+json\r\n"));
    a.accept = "application/octet-stream";
    CHECK(strstr(request(&q), "\r\nAccept: application/octet-stream\r\n"));
}

static void item_03_the_api_version_can_be_left_out(void)
{
    struct rota_request q = plain;

    CHECK(!strstr(request(&q), "X-GitHub-Api-Version"));
    q.api_version = "2022-11-28";
    CHECK(strstr(request(&q), "\r\nX-GitHub-Api-Version: 2022-11-28\r\n"));
}

static void item_04_host_names_the_port_unless_it_is_443(void)
{
    struct rota_request q = plain;

    CHECK(strstr(request(&q), "\r\nHost: api.example.com\r\n"));
    q.port = 8443;
    CHECK(strstr(request(&q), "\r\nHost: api.example.com:8443\r\n"));
    q.host = "fd00::1";
    CHECK(strstr(request(&q), "\r\nHost: [fd00::1]:8443\r\n"));
    q.port = 443;
    CHECK(strstr(request(&q), "\r\nHost: [fd00::1]\r\n"));
}

static void item_12_only_the_identity_coding_is_accepted(void)
{
    CHECK(strstr(request(&plain), "\r\nAccept-Encoding: identity\r\n"));
}

static void item_29_one_validator_goes_out_when_given(void)
{
    struct rota_ask a = json;
    struct rota_request q = plain;

    q.ask = &a;
    CHECK(!strstr(request(&q), "If-"));
    a.validator = "";
    CHECK(!strstr(request(&q), "If-"));
    a.validator = "\"abc\"";
    CHECK(strstr(request(&q), "\r\nIf-None-Match: \"abc\"\r\n"));
    CHECK(!strstr(request(&q), "If-Modified-Since"));
    a.validator = "Tue, 19 Jul 2022 04:40:21 GMT";
    CHECK(strstr(request(&q), "\r\nIf-Modified-Since: Tue, 19 Jul 2022 "
                              "04:40:21 GMT\r\n"));
    CHECK(!strstr(request(&q), "If-None-Match"));
}

static void item_42_the_target_goes_out_byte_for_byte(void)
{
    static const char target[] = "/a%2fB%2Fc?sig=x%3D+y%20z&se=1:2~'();*";
    struct rota_request q = plain;

    q.target = span(target);
    CHECK(!strncmp(request(&q), "GET ", 4));
    CHECK(!strncmp(request(&q) + 4, target, strlen(target)));
    CHECK(!strncmp(request(&q) + 4 + strlen(target), " HTTP/1.1\r\n", 11));
}

static void item_49_range_and_if_range(void)
{
    struct rota_ask a = json;
    struct rota_request q = plain;

    q.ask = &a;
    a.if_range = "\"0x8D\"";
    CHECK(!strstr(request(&q), "Range"));
    a.from = 1048576;
    CHECK(strstr(request(&q), "\r\nRange: bytes=1048576-\r\n"));
    CHECK(strstr(request(&q), "\r\nIf-Range: \"0x8D\"\r\n"));
    a.to = 4294967295;
    CHECK(strstr(request(&q), "\r\nRange: bytes=1048576-4294967295\r\n"));
    a.from = 0;
    a.to = 1;
    CHECK(strstr(request(&q), "\r\nRange: bytes=0-1\r\n"));
    CHECK(!strstr(request(&q), "If-Range"));
}

static const struct rota_ask all = {
    .accept = "a",
    .validator = "m",
    .if_range = "i",
    .from = 2,
    .to = 30,
};

static const struct rota_request full = {
    .ask = &all,
    .host = "h",
    .port = 1,
    .target = {(const uint8_t *)"/t", 2},
    .user_agent = "u",
    .token = "k",
    .api_version = "v",
};

static const char full_text[] = "GET /t HTTP/1.1\r\n"
                                "Host: h:1\r\n"
                                "Range: bytes=2-30\r\n"
                                "User-Agent: u\r\n"
                                "Accept: a\r\n"
                                "Accept-Encoding: identity\r\n"
                                "Authorization: Bearer k\r\n"
                                "X-GitHub-Api-Version: v\r\n"
                                "If-Modified-Since: m\r\n"
                                "If-Range: i\r\n"
                                "\r\n";

static void a_request_with_everything_reads_like_this(void)
{
    CHECK(!strcmp(request(&full), full_text));
}

static void content_follows_another_method(void)
{
    struct rota_request q = plain;

    CHECK(!strstr(request(&q), "Content-"));
    q.method = "POST";
    q.content_type = "text/plain";
    q.content_length = "18446744073709551615";
    CHECK(!strncmp(request(&q), "POST / HTTP/1.1\r\n", 17));
    CHECK(strstr(request(&q), "\r\nContent-Type: text/plain\r\n"));
    CHECK(strstr(request(&q), "\r\nContent-Length: 18446744073709551615\r\n"));
    q.content_type = NULL;
    q.content_length = "0";
    CHECK(!strstr(request(&q), "Content-Type"));
    CHECK(strstr(request(&q), "\r\nContent-Length: 0\r\n"));
}

static void an_empty_target_is_a_slash(void)
{
    CHECK(!strncmp(request(&plain), "GET / HTTP/1.1\r\n", 16));
}

static void a_request_passes_through_a_buffer_of_any_size(void)
{
    for (size_t size = 1; size < sizeof(full_text) + 2; size++) {
        char got[sizeof(full_text) + 1];
        size_t off = 0, n;

        memset(got, 0, sizeof(got));
        while ((n = rota_request_bytes(&full, off, got + off,
                                       size < sizeof(got) - 1 - off
                                           ? size
                                           : sizeof(got) - 1 - off)))
            off += n;
        CHECK(!strcmp(got, full_text));
    }
}

static void no_field_can_begin_a_line_of_its_own(void)
{
    struct rota_ask a = all;
    struct rota_request q = full;

    q.ask = &a;
    q.token = q.user_agent = q.host = q.api_version = "x\r\nEvil: 1\n";
    a.accept = a.validator = a.if_range = q.token;
    q.target = span("/x\r\nEvil: 1\r\n\r\n\x7f\x01");
    for (int i = 0; i < 2; i++) {
        CHECK(!strstr(request(&q), "\nEvil"));
        CHECK(strstr(request(&q), "GET /xEvil: 1 HTTP/1.1\r\n"));
        CHECK(strstr(request(&q), i ? "None-Match: \"xEvil" : "Since: xEvil"));
        const char *end = strstr(request(&q), "\r\n\r\n");
        CHECK(end && end[4] == 0);
        a.validator = "\"x\r\nEvil: 1\n";
    }
}

int main(void)
{
    RUN(item_01_the_user_agent_goes_out_as_given);
    RUN(item_02_accept_goes_out_as_given);
    RUN(item_03_the_api_version_can_be_left_out);
    RUN(item_04_host_names_the_port_unless_it_is_443);
    RUN(item_12_only_the_identity_coding_is_accepted);
    RUN(item_29_one_validator_goes_out_when_given);
    RUN(item_42_the_target_goes_out_byte_for_byte);
    RUN(item_49_range_and_if_range);
    RUN(a_request_with_everything_reads_like_this);
    RUN(content_follows_another_method);
    RUN(an_empty_target_is_a_slash);
    RUN(a_request_passes_through_a_buffer_of_any_size);
    RUN(no_field_can_begin_a_line_of_its_own);
    return test_end();
}
