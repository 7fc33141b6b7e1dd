/* SPDX-License-Identifier: Apache-2.0 */
/* The headers of a reply that matter, gathered from pieces of any size. */
#ifndef ROTA_HTTP_HEADERS_H
#define ROTA_HTTP_HEADERS_H

#include "base/date.h"
#include "base/text.h"
#include "http/paging.h"
#include "rota.h"

enum rota_media {
    ROTA_MEDIA_NONE, /* no Content-Type */
    ROTA_MEDIA_JSON, /* application/json, application/...+json */
    ROTA_MEDIA_TEXT, /* text/anything, application/xml, ...+xml */
    ROTA_MEDIA_OTHER
};

/* What of a reply's head matters. Numbers are -1 when a header is missing or
 * not a number, and at most 2^31-1: no asset is larger, no wait is longer.
 * Strings are "" when missing or too long to keep. Of a header that
 * comes twice the first counts; but two Content-Length are an error, and any
 * Content-Encoding but identity, or Transfer-Encoding but chunked, sets
 * encoded. */
struct rota_reply {
    int status;
    uint8_t media; /* enum rota_media */
    bool encoded;
    bool has_location;                            /* one that is not empty */
    bool weak;                                    /* the ETag had W/ in front */
    int32_t length;                               /* Content-Length */
    int32_t range_first, range_last, range_total; /* Content-Range; total -1
                                                   * for "*" */
    int32_t retry_after;       /* seconds; a date is turned into seconds from
                                * the reply's Date */
    int32_t limit_remaining;   /* X-RateLimit-Remaining */
    uint64_t limit_reset;      /* X-RateLimit-Reset: Unix time; 0 = missing */
    int64_t date;              /* Date, as Unix time */
    char etag[ROTA_ETAG_SIZE]; /* with quotes, without W/ */
    char last_modified[32];    /* as sent */
};

/* Where the two headers that can be long go. A value longer than size - 1
 * bytes makes rota_http_next say ROTA_ETOOLONG, never a shorter text. Both
 * rooms may be part of what the request was made of: neither is touched
 * before its header comes. They may also overlap: with a Location there is no
 * link. */
struct rota_headers_room {
    char *location; /* valid if the reply has_location */
    char *next;     /* the URL of rel="next" alone; "" = none */
    uint16_t location_size, next_size;
    /* rota_paging_byte, or NULL when nobody asks for that URL. */
    void (*paging)(struct rota_paging *p, struct rota_text *url, char c);
};

struct rota_headers {
    struct rota_reply *reply;
    uint8_t field; /* whose value is coming */
    bool ended;    /* what follows are trailers, nobody asks for them */
    bool location_too_long; /* for its room, */
    bool next_too_long;     /* and so was the URL of the next page */
    uint16_t seen;          /* fields of which another one does not count */
    struct rota_paging paging;
    struct rota_text text; /* the name or value being read, in the room that
                            * it has in the end, or in value */
    struct rota_headers_room room;
    int64_t retry_date; /* Retry-After, when it is a date */
    char value[56];     /* names, numbers, dates, the front of other values */
};

/* Begin a head: reply is emptied, room is not. */
void rota_headers_init(struct rota_headers *h, struct rota_reply *reply,
                       const struct rota_headers_room *room);

/* Begin another head in its place, with the same reply and room. */
void rota_headers_begin(struct rota_headers *h);

/* A header is a name in any number of pieces, name_end, a value in any number
 * of pieces, value_end. */
void rota_headers_name(struct rota_headers *h, const char *s, size_t len);
void rota_headers_name_end(struct rota_headers *h);
void rota_headers_value(struct rota_headers *h, const char *s, size_t len);
void rota_headers_value_end(struct rota_headers *h);

/* End the head: reply stays as it is from now on. ROTA_ETOOLONG when Location
 * or the next link did not fit. */
int rota_headers_end(struct rota_headers *h) ROTA_CHECKED;

#endif
