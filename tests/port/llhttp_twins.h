/* SPDX-License-Identifier: Apache-2.0 */
/* core/http/http.c twice: on the whole llhttp, and on that of firmware
 * (port/llhttp/llhttp_response.c). What each hears of a head is written down
 * rather than understood. */
#ifndef LLHTTP_TWINS_H
#define LLHTTP_TWINS_H

#define rota_headers_init heard_init
#define rota_headers_begin heard_begin
#define rota_headers_name heard_name
#define rota_headers_name_end heard_name_end
#define rota_headers_value heard_value
#define rota_headers_value_end heard_value_end
#define rota_headers_end heard_end

#ifdef LLHTTP_SMALL
#define rota_http_init small_http_init
#define rota_http_next small_http_next
#define rota_http_closed small_http_closed
#define rota_http_keeps small_http_keeps
#define rota_http_error small_http_error
#define llhttp_init small_init
#define llhttp_execute small_execute
#define llhttp__internal_init small_internal_init
#define llhttp__internal_execute small_internal_execute
#else
#define rota_http_init whole_http_init
#define rota_http_next whole_http_next
#define rota_http_closed whole_http_closed
#define rota_http_keeps whole_http_keeps
#define rota_http_error whole_http_error
#endif

#include "http/http.h"
#include "base/bytes.h"

/* What both can be asked for. */
struct http_kind {
    void (*init)(struct rota_http *h, struct rota_reply *reply,
                 const struct rota_headers_room *room, bool head_only);
    int (*next)(struct rota_http *h, struct rota_span *in,
                struct rota_span *body);
    int (*closed)(struct rota_http *h);
    bool (*keeps)(const struct rota_http *h);
};

extern const struct http_kind whole_http, small_http;

enum { WHOLE, SMALL };

struct twins {
    struct rota_http http[2];
    struct rota_reply reply[2];
};

/* What each was told by the bytes fed last: each thing is a letter, and its
 * bytes in braces. */
extern struct heard {
    char text[8192];
    size_t len;
    size_t span; /* where the last thing begins, if that is a span */
    int end;     /* of enum rota_http_event, or negative */
} heard[2];

void twins_begin(struct twins *t, bool head_only);

/* Feed both the same: is what they say the same? */
bool twins_feed(struct twins *t, const char *s, size_t len);

/* The connection would end: the same, too? */
bool twins_closed(const struct twins *t);

#endif
