/* SPDX-License-Identifier: Apache-2.0 */
/* core/http/http.c is told the same by the llhttp of firmware as by the whole
 * one: of replies, in pieces, and of what is left when they are mutilated. */
#include <stdlib.h>
#include <string.h>

#include "port/llhttp_twins.h"
#include "support/test.h"

static const char *const replies[] = {
    "HTTP/1.1 200 OK\r\nServer: github.com\r\nContent-Type: application/json; "
    "charset=utf-8\r\nETag: W/\"0123456789abcdef\"\r\nx-ratelimit-limit: 60"
    "\r\ncontent-security-policy: default-src 'none'; base-uri 'self'\r\n"
    "Transfer-Encoding: chunked\r\n\r\n"
    "1a\r\n{\"tag_name\":\"v1.2.3\",\"a\":1\r\n1\r\n}\r\n0\r\n\r\n",
    "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
    "https://objects.example.com/a?b=c&d=%20e\r\nVary: Accept-Encoding, "
    "Accept\r\nSet-Cookie: a=b; path=/; secure; HttpOnly\r\n\r\n",
    "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 5-9/10\r\n"
    "Content-Length:  5 \t\r\nConnection: keep-alive\r\n\r\nhello",
    "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nConnection: close\r\n\r\n",
    "HTTP/1.0 200 OK\r\nConnection: Keep-Alive, x\r\nContent-Length: 3\r\n\r\n"
    "abc",
    "HTTP/1.1 200\r\nProxy-Connection:close\r\nUpgrade: h2c\r\nConnection: "
    "upgrade , close\r\nEmpty:\r\nBlank:  \r\n\r\nuntil the end",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <a>\r\n"
    "\r\nHTTP/1.1 204 No Content\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n"
    "\r\n\1\2\3",
    "HTTP/1.1 101 Switching Protocols\r\nContent-Length: 4\r\n\r\nabcd",
    "HTTP/1.1 199 Odd\r\nConnection: close\r\nContent-Length: 3\r\n\r\n"
    "\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    "HTTP/1.1 199 Odd\r\nContent-Length: 3\r\n\r\n"
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked , identity\r\n\r\nab",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding:chunked \r\nTrailer: X\r\n\r\n"
    "00000000005 ;a=b;c=\"d\\\"e\";f\r\nhello\r\n0\t;g\r\nX: 1\r\n"
    "Connection: close\r\n\r\n",
    "\r\n\nRTSP/1.0 404 Gone\r\nA: b\r\nContent-Length: 2\r\n\r\nxy",
    "ICE/2.0 999 \xff\x80\r\nA:\tb\xe4\r\nContent-Length: 1\r\n\r\nxy",
    "HTTP/0.9 200 OK\r\n\r\nx",
    "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\nx",
    "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551616\r\n\r\nx",
    "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nx",
    "HTTP/1.1 200 OK\r\nContent-Length: 4294967296\r\n\r\nx",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    "FFFFFFFFFFFFFFFF\r\nx",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    "10000000000000000\r\nx",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n"
    "\r\n1\r\nx\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n"
    "\r\n1\r\nx\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\nA: b\n\n",
    "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
    "HTTP/1.1 200 OK\r\n A: b\r\n\r\n",
    "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
};

#define REPLIES (sizeof replies / sizeof replies[0])

static size_t length_of(size_t i)
{
    return strlen(replies[i]);
}

/* Feed in pieces that end at these places, until it ends. */
static bool in_pieces(const char *s, const size_t ends[], int n, bool head_only)
{
    struct twins t;
    size_t from = 0;

    twins_begin(&t, head_only);
    for (int i = 0; i < n; i++) {
        /* In memory of its own, for the sanitizer. */
        size_t len = ends[i] - from;
        char *piece = malloc(len ? len : 1);
        memcpy(piece, s + from, len);
        bool same = twins_feed(&t, piece, len);
        free(piece);
        if (!same || heard[WHOLE].end < 0)
            return same;
        from = ends[i];
    }
    return twins_closed(&t);
}

static void replies_are_the_same_at_every_split(void)
{
    for (size_t i = 0; i < REPLIES; i++)
        for (size_t a = 0; a <= length_of(i); a++)
            for (size_t b = a; b <= length_of(i); b += 1 + (b - a) / 4) {
                size_t ends[] = {a, b, length_of(i)};
                CHECK(in_pieces(replies[i], ends, 3, false));
                CHECK(in_pieces(replies[i], ends, 3, true));
            }
}

static void replies_are_the_same_byte_by_byte(void)
{
    static size_t ends[2048];

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        ends[i] = i;
    for (size_t i = 0; i < REPLIES; i++)
        CHECK(in_pieces(replies[i], ends, (int)length_of(i) + 1, false));
}

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* Change a byte, take some out, or put in what replies are made of. */
static size_t mutate(char *s, size_t len, uint32_t *seed)
{
    static const char *const parts[] = {"\r\n",
                                        "\r\n\r\n",
                                        "\n",
                                        "\r",
                                        " ",
                                        "\t",
                                        ":",
                                        "chunked",
                                        "close",
                                        ",",
                                        "0",
                                        ";",
                                        "f\r\n",
                                        "Connection: ",
                                        "keep-alive",
                                        "\"",
                                        "\\",
                                        "upgrade",
                                        "\xff",
                                        "Content-Length:",
                                        "HTTP/1.1 200",
                                        "=",
                                        "\x7f",
                                        "gzip",
                                        "1.0 20",
                                        "Transfer-Encoding: "};
    const char *part =
        parts[next_random(seed) % (sizeof parts / sizeof parts[0])];
    size_t at = next_random(seed) % (len + 1), n = strlen(part);

    switch (next_random(seed) % 3) {
    case 0:
        if (at < len)
            s[at] = (char)next_random(seed);
        return len;
    case 1:
        n = next_random(seed) % 8;
        n = n < len - at ? n : len - at;
        memmove(s + at, s + at + n, len - at - n);
        return len - n;
    default:
        memmove(s + at + n, s + at, len - at);
        memcpy(s + at, part, n);
        return len + n;
    }
}

static bool mutated(uint32_t seed)
{
    char s[2048];
    size_t len, i = next_random(&seed) % REPLIES, ends[4];

    memcpy(s, replies[i], len = length_of(i));
    for (uint32_t n = 1 + next_random(&seed) % 4; n; n--)
        len = mutate(s, len, &seed);
    ends[3] = len;
    for (int k = 2; k >= 0; k--)
        ends[k] = next_random(&seed) % (ends[k + 1] + 1);
    return in_pieces(s, ends, 4, next_random(&seed) % 8 == 0);
}

static void mutated_replies_are_the_same(void)
{
    for (uint32_t seed = 1; seed <= 200000 && test_bad < 20; seed++) {
        bool same = mutated(seed * 2654435761u);
        CHECK(same);
        if (!same)
            printf("seed %u\n", (unsigned)seed);
    }
}

int main(void)
{
    RUN(replies_are_the_same_at_every_split);
    RUN(replies_are_the_same_byte_by_byte);
    RUN(mutated_replies_are_the_same);
    return test_end();
}
