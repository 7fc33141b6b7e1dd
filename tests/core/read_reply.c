/* SPDX-License-Identifier: Apache-2.0 */
#include "core/read_reply.h"
#include "base/bytes.h"
#include "http/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct read_reply r;

void begin_reply(bool head_only)
{
    const struct rota_headers_room room = {r.location, r.link,
                                           sizeof(r.location), sizeof(r.link),
                                           rota_paging_byte};

    memset(&r, 0, sizeof(r));
    rota_http_init(&r.http, &r.reply, &room, head_only);
}

static void keep_body(const struct rota_span *body, const char *s, size_t len)
{
    const uint8_t *first = (const uint8_t *)s;

    if (body->len == 0 || body->p < first || body->p + body->len > first + len
        || body->len >= sizeof(r.body) - r.body_len) {
        r.wild = true;
        return;
    }
    memcpy(r.body + r.body_len, body->p, body->len);
    r.body_len += body->len;
}

void feed(const char *s, size_t len)
{
    struct rota_span in = {(const uint8_t *)s, len}, body = {0};

    do {
        r.end = rota_http_next(&r.http, &in, &body);
        if (r.end == ROTA_HTTP_HEAD)
            r.heads++;
        if (r.end == ROTA_HTTP_BODY)
            keep_body(&body, s, len);
    } while (r.end == ROTA_HTTP_HEAD || r.end == ROTA_HTTP_BODY);
    r.left = in.len;
}

void feed_alone(const char *s, size_t len)
{
    char *copy = malloc(len + 1);

    memcpy(copy + 1, s, len);
    feed(copy + 1, len);
    free(copy);
}

void end_connection(void)
{
    if (r.end == ROTA_HTTP_MORE)
        r.end = rota_http_closed(&r.http);
}

void read_reply(const char *text)
{
    begin_reply(false);
    feed(text, strlen(text));
}

void read_head(const char *headers)
{
    static char text[16384];

    snprintf(text, sizeof(text),
             "HTTP/1.1 200 OK\r\n%sContent-Length: 0\r\n\r\n", headers);
    read_reply(text);
}
