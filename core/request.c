/* SPDX-License-Identifier: Apache-2.0 */
#include "http.h"

#include <string.h>

/* The request is written anew at each call, but only the part between off and
 * off + len reaches the buffer. */
struct out {
    size_t skip; /* bytes still before the part */
    uint8_t *buf;
    size_t room;
    size_t len;
};

static void put(struct out *o, char c)
{
    if (o->skip > 0)
        o->skip--;
    else if (o->len < o->room)
        o->buf[o->len++] = (uint8_t)c;
}

/* Rota's own text, with its line ends. */
static void put_own(struct out *o, const char *s)
{
    while (*s)
        put(o, *s++);
}

static void put_given(struct out *o, const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((uint8_t)s[i] >= ' ' && s[i] != 0x7f)
            put(o, s[i]);
}

static void put_number(struct out *o, uint32_t v)
{
    if (v >= 10)
        put_number(o, v / 10);
    put(o, (char)('0' + v % 10));
}

static bool is_given(const char *value)
{
    return value && *value;
}

/* name has the colon, and whatever stands before the value. No header is empty:
 * a request without it says the same. */
static void put_header(struct out *o, const char *name, const char *value)
{
    if (!is_given(value))
        return;
    put_own(o, name);
    put_given(o, value, strlen(value));
    put_own(o, "\r\n");
}

static void put_start(struct out *o, const struct rota_request *q)
{
    put_own(o, "GET ");
    if (q->target.len)
        put_given(o, (const char *)q->target.p, q->target.len);
    else
        put(o, '/');
    put_own(o, " HTTP/1.1\r\n");
}

static void put_host(struct out *o, const struct rota_request *q)
{
    bool ipv6 = strchr(q->host, ':') != NULL;

    put_own(o, ipv6 ? "Host: [" : "Host: ");
    put_given(o, q->host, strlen(q->host));
    put_own(o, ipv6 ? "]" : "");
    if (q->port != 443) {
        put(o, ':');
        put_number(o, q->port);
    }
    put_own(o, "\r\n");
}

static void put_range(struct out *o, const struct rota_ask *a)
{
    if (a->from == 0 && a->to == 0)
        return;
    put_own(o, "Range: bytes=");
    put_number(o, a->from);
    put(o, '-');
    if (a->to)
        put_number(o, a->to);
    put_own(o, "\r\n");
    if (a->from)
        put_header(o, "If-Range: ", a->if_range);
}

size_t rota_request_bytes(const struct rota_request *q, size_t off, void *buf,
                          size_t len)
{
    const struct rota_ask *a = q->ask;
    struct out o = {.skip = off, .buf = buf, .room = len};

    put_start(&o, q);
    put_host(&o, q);
    put_header(&o, "User-Agent: ", q->user_agent);
    put_header(&o, "Accept: ", a->accept);
    /* Without this header any coding would be acceptable (RFC 9110, 12.5.3);
     * a plain body also has the strong ETag that If-Range needs. */
    put_own(&o, "Accept-Encoding: identity\r\n");
    put_header(&o, "Authorization: Bearer ", q->token);
    put_header(&o, "X-GitHub-Api-Version: ", q->api_version);
    put_header(&o, "If-Modified-Since: ", a->last_modified);
    if (!is_given(a->last_modified))
        put_header(&o, "If-None-Match: ", a->etag);
    put_range(&o, a);
    put_own(&o, "\r\n");
    return o.len;
}
