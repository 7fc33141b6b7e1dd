/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP/1.1 (RFC 9112): the bytes of one request, and one reply as it comes.
 *
 * Neither touches the network. A header that nobody asked for costs no memory
 * however long it is.
 */
#ifndef ROTA_HTTP_H
#define ROTA_HTTP_H

#include <llhttp.h>

#include "headers.h"

/* What to ask for besides the URL. Of texts NULL or "" leaves a header out. */
struct rota_ask {
    const char *accept;
    const char *last_modified; /* of what is known, for If-Modified-Since */
    const char *etag;          /* with its quotes, for If-None-Match, if there
                                * is no last_modified */
    const char *if_range;      /* strong ETag of what a range is of, which
                                * does not begin at 0 */
    uint32_t from;             /* first byte wanted, */
    uint32_t to;               /* and the last one; 0: all that follow */
    bool paged;                /* keep the Link to the next page */
    bool no_token;             /* send none that there may be */
};

/* A request without a body. All pointers are borrowed until it is sent; of
 * texts NULL or "" leaves a header out. They were checked by whoever set them;
 * should one hold a control character all the same, that is left out, so that
 * nothing can begin a line of its own. */
struct rota_request {
    const struct rota_ask *ask;
    const char *host;        /* NUL-terminated, no brackets */
    uint16_t port;           /* named in Host unless 443 */
    struct rota_span target; /* sent byte for byte; empty: "/" */
    const char *user_agent;
    const char *token;       /* Authorization: Bearer token */
    const char *api_version; /* X-GitHub-Api-Version */
};

/* Write the bytes of the request from off on to buf, at most len: how many
 * they are, 0 at the end. So that a request of any length goes through a
 * buffer of any size, with nothing to remember but off. */
size_t rota_request_bytes(const struct rota_request *q, size_t off, void *buf,
                          size_t len);

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
    uint32_t overhead;     /* bytes since the last of the body */
    struct rota_span body; /* of the event BODY */
    struct rota_headers headers;
};

/* Begin a reply to a request, one without a body when head_only (HEAD). */
void rota_http_init(struct rota_http *h, struct rota_reply *reply,
                    const struct rota_http_room *room, bool head_only);

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

#endif
