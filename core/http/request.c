/* SPDX-License-Identifier: Apache-2.0 */
#include "http/request.h"

#include <string.h>

#include "http/url.h"

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

/* name has the colon, and whatever stands before the value. No header is empty:
 * a request without it says the same. */
static void request_put_header(struct out *o, const char *name,
                               const char *value)
{
    if (!value || !*value)
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

/* Empty when all is wanted. */
static void request_write_range(struct rota_text *t, const struct rota_ask *a)
{
    if (a->from == 0 && a->to == 0)
        return;
    rota_text_add_u64(t, a->from);
    rota_text_add(t, "-");
    if (a->to)
        rota_text_add_u64(t, a->to);
}

/* A loop over names and values takes half the code of a call for each. */
static void request_put_texts(struct out *o, const struct rota_request *q)
{
    static const char names[] = "Host: \0"
                                "Range: bytes=\0"
                                "User-Agent: \0"
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
    const char *known = a->validator;
    bool tagged = known && strchr(known, '"');
    char host[ROTA_HOST_MAX + sizeof "[]:65535"];
    char range[sizeof "4294967295-4294967295"];
    struct rota_text t;
    const char *const values[] = {
        host,
        range,
        q->user_agent,
        a->accept,
        /* Without this header any coding would be acceptable (RFC 9110,
         * 12.5.3); a plain body also has the strong ETag that If-Range
         * needs. */
        "identity",
        q->token,
        q->api_version,
        tagged ? NULL : known,
        tagged ? known : NULL,
        a->from ? a->if_range : NULL,
        q->content_type,
        q->content_length,
    };
    const char *name = names;

    rota_text_init(&t, host, sizeof host);
    rota_url_add_host(&t, q->host, q->port);
    rota_text_init(&t, range, sizeof range);
    request_write_range(&t, a);
    for (size_t i = 0; *name; i++, name += strlen(name) + 1)
        request_put_header(o, name, values[i]);
}

size_t rota_request_bytes(const struct rota_request *q, size_t off, void *buf,
                          size_t len)
{
    struct out o = {.skip = off, .buf = buf, .room = len};

    request_put_start(&o, q);
    request_put_texts(&o, q);
    request_put_own(&o, "\r\n");
    return o.len;
}
