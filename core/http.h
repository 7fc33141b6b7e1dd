/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP/1.1 (RFC 9112): the bytes of one request, and one reply as it comes.
 *
 * Neither touches the network. A header that nobody asked for costs no memory
 * however long it is.
 */
#ifndef ROTA_HTTP_H
#define ROTA_HTTP_H

#include <llhttp.h>

#include "rota.h"
#include "util.h"

/* A request without a body. All pointers are borrowed until it is sent; NULL
 * leaves a header out. */
struct rota_request {
    const char *host; /* NUL-terminated, no brackets */
    uint16_t port;    /* named in Host unless 443 */
    struct rota_span target; /* sent byte for byte; empty: "/" */
    const char *accept;
    const char *user_agent;
    const char *token;       /* Authorization: Bearer token */
    const char *api_version; /* X-GitHub-Api-Version */
    const char *if_modified_since;
    const char *if_none_match; /* with its quotes */
    const char *if_range;      /* with its quotes */
    uint32_t range_from; /* Range: bytes=from- ; 0 and to 0: no Range */
    uint32_t range_to;   /* last byte; 0: to the end */
};

/* Write the bytes of the request from off on to buf, at most len: how many
 * they are, 0 at the end. So that a request of any length goes through a
 * buffer of any size, with nothing to remember but off. */
size_t rota_request_bytes(const struct rota_request *q, size_t off, void *buf,
                          size_t len);

enum rota_media {
    ROTA_MEDIA_NONE, /* no Content-Type */
    ROTA_MEDIA_JSON, /* application/json, application/...+json */
    ROTA_MEDIA_TEXT, /* text/anything, application/xml, ...+xml */
    ROTA_MEDIA_OTHER
};

/* What of a reply's head matters. Numbers are -1 when a header is missing or
 * not a number, strings "" when missing or too long to keep. Of a header that
 * comes twice the first counts; but two different Content-Length are an
 * error, and any Content-Encoding but identity sets encoded. */
struct rota_reply {
    int status;
    int64_t length; /* Content-Length */
    int64_t range_first, range_last, range_total; /* Content-Range; total -1
                                                   * for "*" */
    int64_t retry_after;     /* seconds; a date is turned into seconds from
                              * the reply's Date */
    int64_t limit_remaining; /* X-RateLimit-Remaining */
    int64_t limit_reset;     /* X-RateLimit-Reset: Unix time */
    int64_t date;            /* Date, as Unix time */
    enum rota_media media;
    bool encoded;
    bool weak;             /* the ETag had W/ in front */
    char etag[80];         /* with quotes, without W/ */
    char last_modified[32]; /* as sent */
};

/* Where the two headers that can be long go. A value longer than size - 1
 * bytes makes rota_http_next say ROTA_ETOOLONG, never a shorter text. */
struct rota_http_room {
    char *location;
    size_t location_size;
    char *link; /* the URL of rel="next" alone; "" = none. May be NULL */
    size_t link_size;
};

enum rota_http_event {
    ROTA_HTTP_MORE, /* all input taken, more is needed */
    ROTA_HTTP_HEAD, /* the head is complete: reply is valid */
    ROTA_HTTP_BODY, /* a piece of body */
    ROTA_HTTP_DONE  /* the reply is complete */
};

struct rota_http {
    llhttp_t parser;
    struct rota_reply *reply;
    struct rota_http_room room;
    struct rota_span body;
    uint32_t head_bytes;
    char value[96]; /* of the header being read, or its name */
    uint8_t reserved[40]; /* author's choice */
};

/* Begin a reply to a request, one without a body when head. */
void rota_http_init(struct rota_http *h, struct rota_reply *reply,
                    const struct rota_http_room *room, bool head);

/* Take bytes from the front of in, which is advanced, until something is
 * worth telling: one of enum rota_http_event, or negative. body is set for
 * ROTA_HTTP_BODY and points into in's bytes. After DONE nothing more is
 * taken. 1xx replies are passed over. ROTA_EHTTP: not HTTP; ROTA_ETOOLONG;
 * ROTA_EENCODING is left to the caller (reply->encoded). A head above
 * ROTA_HEAD_MAX is ROTA_EHTTP. */
int rota_http_next(struct rota_http *h, struct rota_span *in,
                   struct rota_span *body) ROTA_CHECKED;

/* The connection has ended: ROTA_HTTP_DONE when that completes the reply (a
 * body delimited by close), else ROTA_ECLOSED. */
int rota_http_closed(struct rota_http *h) ROTA_CHECKED;

/* After DONE: may the connection carry another request? */
bool rota_http_keeps(const struct rota_http *h);

/* "Sun, 06 Nov 1994 08:49:37 GMT" as Unix time, or -1 (RFC 9110, 5.6.7, the
 * preferred form only). */
int64_t rota_http_date(const char *s, size_t len);

#endif
