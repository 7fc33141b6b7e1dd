/* SPDX-License-Identifier: Apache-2.0 */
#include "http/request.h"

#include <string.h>

/* The request is written anew at each call, but only the part between off and
 * off + len reaches the buffer. */
struct out {
    size_t skip; /* bytes still before the part */
    uint8_t *buf;
    size_t room;
    size_t len;
};

static void request_put(struct out *o, char c)
{
    if (o->skip > 0)
        o->skip--;
    else if (o->len < o->room)
        o->buf[o->len++] = (uint8_t)c;
}

/* Rota's own text, with its line ends. */
static void request_put_own(struct out *o, const char *s)
{
    while (*s)
        request_put(o, *s++);
}

static void request_put_given(struct out *o, const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((uint8_t)s[i] >= ' ' && s[i] != 0x7f)
            request_put(o, s[i]);
}

static void request_put_number(struct out *o, uint32_t v)
{
    if (v >= 10)
        request_put_number(o, v / 10);
    request_put(o, (char)('0' + v % 10));
}

static bool request_is_given(const char *value)
{
    return value && *value;
}

/* name has the colon, and whatever stands before the value. No header is empty:
 * a request without it says the same. */
static void request_put_header(struct out *o, const char *name,
                               const char *value)
{
    if (!request_is_given(value))
        return;
    request_put_own(o, name);
    request_put_given(o, value, strlen(value));
    request_put_own(o, "\r\n");
}

static void request_put_start(struct out *o, const struct rota_request *q)
{
    request_put_own(o, q->method ? q->method : "GET");
    request_put(o, ' ');
    if (q->target.len)
        request_put_given(o, (const char *)q->target.p, q->target.len);
    else
        request_put(o, '/');
    request_put_own(o, " HTTP/1.1\r\n");
}

static void request_put_host(struct out *o, const struct rota_request *q)
{
    bool ipv6 = strchr(q->host, ':') != NULL;

    request_put_own(o, ipv6 ? "Host: [" : "Host: ");
    request_put_given(o, q->host, strlen(q->host));
    request_put_own(o, ipv6 ? "]" : "");
    if (q->port != 443) {
        request_put(o, ':');
        request_put_number(o, q->port);
    }
    request_put_own(o, "\r\n");
}

static void request_put_range(struct out *o, const struct rota_ask *a)
{
    if (a->from == 0 && a->to == 0)
        return;
    request_put_own(o, "Range: bytes=");
    request_put_number(o, a->from);
    request_put(o, '-');
    if (a->to)
        request_put_number(o, a->to);
    request_put_own(o, "\r\n");
}

/* A loop over names and values takes half the code of a call for each. */
static void request_put_texts(struct out *o, const struct rota_request *q)
{
    static const char names[] = "User-Agent: \0"
                                "Accept: \0"
                                "Accept-Encoding: \0"
                                "Authorization: Bearer \0"
                                "X-GitHub-Api-Version: \0"
                                "If-Modified-Since: \0"
                                "If-None-Match: \0"
                                "If-Range: \0"
                                "Content-Type: \0"
                                "Content-Length: \0";
    const struct rota_ask *a = q->ask;
    bool dated = request_is_given(a->last_modified);
    const char *const values[] = {
        q->user_agent,
        a->accept,
        /* Without this header any coding would be acceptable (RFC 9110,
         * 12.5.3); a plain body also has the strong ETag that If-Range
         * needs. */
        "identity",
        q->token,
        q->api_version,
        a->last_modified,
        dated ? NULL : a->etag,
        a->from ? a->if_range : NULL,
        q->content_type,
        q->content_length,
    };
    const char *name = names;

    for (size_t i = 0; *name; i++, name += strlen(name) + 1)
        request_put_header(o, name, values[i]);
}

size_t rota_request_bytes(const struct rota_request *q, size_t off, void *buf,
                          size_t len)
{
    struct out o = {.skip = off, .buf = buf, .room = len};

    request_put_start(&o, q);
    request_put_host(&o, q);
    request_put_range(&o, q->ask);
    request_put_texts(&o, q);
    request_put_own(&o, "\r\n");
    return o.len;
}
