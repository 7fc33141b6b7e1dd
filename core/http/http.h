/* SPDX-License-Identifier: Apache-2.0 */
/* One reply of HTTP/1.1 (RFC 9112), as it comes. Touches no network. A header
 * that nobody asked for costs no memory, however long it is. */
#ifndef ROTA_HTTP_HTTP_H
#define ROTA_HTTP_HTTP_H

#include <llhttp.h>

#include "base/bytes.h"
#include "http/headers.h"

enum rota_http_event {
    ROTA_HTTP_MORE, /* all input taken, more is needed */
    ROTA_HTTP_HEAD, /* the head is complete: reply is valid */
    ROTA_HTTP_BODY, /* a piece of body */
    ROTA_HTTP_DONE  /* the reply is complete */
};

struct rota_http {
    llhttp_t parser; /* first: its callbacks are handed this alone */
    uint8_t event;   /* enum rota_http_event */
    bool head_only;  /* the request was one without a reply body */
    bool past_head;
    bool done;
    bool keeps;
    uint32_t overhead;      /* bytes since the last of the body */
    struct rota_span *body; /* the caller's, of the event BODY */
    struct rota_headers headers;
};

/* Begin a reply to a request, one without a body when head_only (HEAD). */
void rota_http_init(struct rota_http *h, struct rota_reply *reply,
                    const struct rota_headers_room *room, bool head_only);

/* Take bytes from the front of in, which is advanced, until something is
 * worth telling: one of enum rota_http_event, or negative. body is set for
 * ROTA_HTTP_BODY and points into in's bytes. After DONE nothing more is
 * taken. 1xx replies are passed over. ROTA_EHTTP: not HTTP; ROTA_ETOOLONG;
 * ROTA_EENCODING is left to the caller (reply->encoded). A head above
 * ROTA_HEAD_MAX, or as much of anything else without a byte of body, is
 * ROTA_EHTTP. h cannot be used after an error. */
int rota_http_next(struct rota_http *h, struct rota_span *in,
                   struct rota_span *body) ROTA_CHECKED;

/* The connection has ended: ROTA_HTTP_DONE when that completes the reply (a
 * body delimited by close), else ROTA_ECLOSED. */
int rota_http_closed(struct rota_http *h) ROTA_CHECKED;

/* After DONE: may the connection carry another request? Not when the server
 * says so, and not when it sent more than the reply. */
bool rota_http_keeps(const struct rota_http *h);

/* The error that a reply's status stands for; ROTA_OK for 2xx and 304. */
int rota_http_error(const struct rota_reply *reply) ROTA_CHECKED;

#endif
