/* SPDX-License-Identifier: Apache-2.0 */
#include "core/read_reply.h"

#include <stdlib.h>
#include <string.h>

#include "support/test.h"
#include "http/http.h"

static char long_line[1024]; /* a reply with one of 700 bytes */

/* Replies of each framing. eof: ends with the connection. */
static const struct example {
    const char *name;
    const char *text;
    int status;
    const char *body;
    bool eof, keeps, head_only;
} examples[] = {
    {"length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200,
     "hello", .keeps = true},
    {"length, close",
     "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
     200, "hello", .keeps = false},
    {"length, HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
     200, "hello", .keeps = false},
    {"no body",
     "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n"
     "Location: https://h/p\r\n\r\n",
     302, "", .keeps = true},
    {"204", "HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n", 204, "",
     .keeps = true},
    {"304", "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n", 304, "",
     .keeps = true},
    {"304 with a length",
     "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n", 304, "",
     .keeps = true},
    {"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", 200, "",
     .keeps = true, .head_only = true},
    {"chunked",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
     "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
     200, "hello", .keeps = true},
    {"chunked, extensions, trailers",
     "HTTP/1.1 200 OK\r\nTRANSFER-ENCODING: Chunked\r\n\r\n"
     "1;a=b\r\nh\r\n4;c=\"d e\";f\r\nello\r\n0;g\r\n"
     "Location: https://evil/\r\nX-T: 1\r\n\r\n",
     200, "hello", .keeps = true},
    {"chunked, sizes filled up with blanks",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
     "5   \r\nhello\r\n0  \r\n\r\n",
     200, "hello", .keeps = true},
    {"one-byte chunks",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n1\r\ne"
     "\r\n1\r\nl\r\n1\r\nl\r\n1\r\no\r\n0\r\n\r\n",
     200, "hello", .keeps = true},
    {"until close", "HTTP/1.1 200 OK\r\nServer: x\r\n\r\nhello", 200, "hello",
     .eof = true},
    {"until close, HTTP/1.0",
     "HTTP/1.0 403 Forbidden\r\nContent-Type: text/html\r\n\r\n\r\nhello", 403,
     "\r\nhello", .eof = true},
    {"after 100 and 103",
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n"
     "Location: https://early/\r\nETag: \"early\"\r\n\r\n"
     "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
     200, "hello", .keeps = true},
    {"after 199 with a length",
     "HTTP/1.1 199 Odd\r\nContent-Length: 9\r\n\r\n"
     "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
     200, "hello", .keeps = true},
    {"long line", long_line, 200, "hello", .keeps = true},
};

#define EXAMPLES (sizeof(examples) / sizeof(examples[0]))

static void check_example(const struct example *e)
{
    bool right = r.end == ROTA_HTTP_DONE && r.heads == 1 && !r.wild
              && r.reply.status == e->status && r.left == 0
              && !strcmp(r.body, e->body)
              && rota_http_keeps(&r.http) == e->keeps;

    if (!right)
        printf("%s: end %d, status %d, body \"%s\"\n", e->name, r.end,
               r.reply.status, r.body);
    CHECK(right);
    CHECK(r.reply.has_location == (e->status == 302));
    CHECK(e->status != 302 || !strcmp(r.location, "https://h/p"));
}

static void every_reply_reads_whole(void)
{
    for (const struct example *e = examples; e < examples + EXAMPLES; e++) {
        begin_reply(e->head_only);
        feed(e->text, strlen(e->text));
        if (e->eof) {
            CHECK(r.end == ROTA_HTTP_MORE);
            end_connection();
        }
        check_example(e);
    }
}

static void every_reply_reads_split_at_every_byte(void)
{
    for (const struct example *e = examples; e < examples + EXAMPLES; e++) {
        size_t len = strlen(e->text);

        for (size_t cut = 0; cut <= len; cut++) {
            begin_reply(e->head_only);
            feed_alone(e->text, cut);
            if (r.end == ROTA_HTTP_MORE)
                feed_alone(e->text + cut, len - cut);
            end_connection();
            check_example(e);
        }
    }
}

static void every_reply_reads_byte_by_byte(void)
{
    for (const struct example *e = examples; e < examples + EXAMPLES; e++) {
        begin_reply(e->head_only);
        for (const char *s = e->text; *s; s++)
            feed_alone(s, 1);
        end_connection();
        check_example(e);
    }
}

static void item_11_every_reply_that_is_cut_short_is_an_error(void)
{
    for (const struct example *e = examples; e < examples + EXAMPLES; e++) {
        size_t len = strlen(e->text);
        size_t head = (size_t)(strstr(e->text, "\r\n\r\n") - e->text) + 4;

        if (e->eof)
            len = head; /* shorter bodies are complete as well */
        for (size_t cut = 0; cut < len; cut++) {
            begin_reply(e->head_only);
            feed_alone(e->text, cut);
            CHECK(r.end == ROTA_HTTP_MORE);
            end_connection();
            CHECK(r.end == ROTA_ECLOSED);
        }
    }
}

static void item_13_bodyless_replies_leave_what_follows(void)
{
    static const char *const texts[] = {
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", /* to HEAD */
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char text[256];

        snprintf(text, sizeof(text), "%sHTTP/1.1", texts[i]);
        begin_reply(i >= 3);
        feed(text, strlen(text));
        CHECK(r.end == ROTA_HTTP_DONE && r.left == 8 && r.body_len == 0);
        CHECK(!rota_http_keeps(&r.http));
    }
}

/* Feed the same piece n times. */
static void feed_often(const char *piece, size_t n)
{
    for (size_t i = 0; i < n && r.end >= 0 && r.end != ROTA_HTTP_DONE; i++)
        feed(piece, strlen(piece));
}

static void item_14_an_endless_head_is_refused(void)
{
    static const struct {
        const char *start, *piece;
    } endless[] = {
        {"HTTP/1.1 200 OK\r\n", "X-A: b\r\n"},
        {"HTTP/1.1 200 OK\r\nX-A: ", "bbbbbbbb"},
        {"HTTP/1.1 200 OK\r\n", "nnnnnnnn"},
        {"HTTP/1.1 200 ", "reason  "},
        {"", "HTTP/1.1 100 C\r\n\r\n"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", "eeeeeeee"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
         "X-A: b\r\n"},
    };

    for (size_t i = 0; i < sizeof(endless) / sizeof(endless[0]); i++) {
        size_t len = strlen(endless[i].piece);

        begin_reply(false);
        feed(endless[i].start, strlen(endless[i].start));
        feed_often(endless[i].piece, ROTA_HEAD_MAX / len - 10);
        CHECK(r.end == ROTA_HTTP_MORE);
        feed_often(endless[i].piece, 20);
        CHECK(r.end == ROTA_EHTTP);
    }
}

static void item_14_the_limit_holds_for_a_head_in_one_piece(void)
{
    for (int over = 0; over <= 1; over++) {
        size_t len = ROTA_HEAD_MAX + (size_t)over;
        char *text = malloc(len + 1);

        memset(text, 'x', len);
        memcpy(text, "HTTP/1.1 204 N\r\nX: ", 19);
        memcpy(text + len - 4, "\r\n\r\n", 5);
        read_reply(text);
        CHECK(r.end == (over ? ROTA_EHTTP : ROTA_HTTP_DONE));
        free(text);
    }
}

static void bodies_are_not_bounded_by_the_limit_of_heads(void)
{
    begin_reply(false);
    feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 47);
    for (size_t i = 0; i < ROTA_HEAD_MAX / 3 && r.end >= 0; i++) {
        feed("1\r\nx\r\n", 6);
        r.body_len = 0;
    }
    CHECK(r.end == ROTA_HTTP_MORE);
    feed("0\r\n\r\n", 5);
    CHECK(r.end == ROTA_HTTP_DONE);
}

static void what_is_not_http_is_refused(void)
{
    static const char *const texts[] = {
        "<html>",
        "SSH-2.0-x\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/3.1 200 OK\r\n\r\n",
        "HTTP/1.1 099 Low\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 1\n\nx",
        "HTTP/1.1 200 OK\r\nBad Name: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nName : 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a\001b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551616\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n"
        "Transfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
        "Content-Length: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "fffffffffffffffff\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n",
        "HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        read_reply(texts[i]);
        CHECK(r.end == ROTA_EHTTP);
        if (r.end != ROTA_EHTTP)
            printf("%d: %s\n", r.end, texts[i]);
        feed("HTTP/1.1 204 N\r\n\r\n", 18);
        CHECK(r.end == ROTA_EHTTP);
    }
}

static void more_than_the_reply_ends_the_connection(void)
{
    static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    read_reply(text);
    CHECK(r.end == ROTA_HTTP_DONE && rota_http_keeps(&r.http));
    begin_reply(false);
    feed("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok!", 41);
    CHECK(r.end == ROTA_HTTP_DONE && !rota_http_keeps(&r.http));
    CHECK(r.left == 1);
    feed("more", 4);
    CHECK(r.end == ROTA_HTTP_DONE && r.left == 4);
}

int main(void)
{
    snprintf(long_line, sizeof(long_line),
             "HTTP/1.1 200 OK\r\nX-Csp: %0700d\r\n"
             "Content-Length: 5\r\n\r\nhello",
             0);

    RUN(every_reply_reads_whole);
    RUN(every_reply_reads_split_at_every_byte);
    RUN(every_reply_reads_byte_by_byte);
    RUN(item_11_every_reply_that_is_cut_short_is_an_error);
    RUN(item_13_bodyless_replies_leave_what_follows);
    RUN(item_14_an_endless_head_is_refused);
    RUN(item_14_the_limit_holds_for_a_head_in_one_piece);
    RUN(bodies_are_not_bounded_by_the_limit_of_heads);
    RUN(what_is_not_http_is_refused);
    RUN(more_than_the_reply_ends_the_connection);
    return test_end();
}
