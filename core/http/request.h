/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of one request of HTTP/1.1 (RFC 9112). Touches no network. */
#ifndef ROTA_HTTP_REQUEST_H
#define ROTA_HTTP_REQUEST_H

#include "base/bytes.h"
#include "http/paging.h"
#include "rota.h"

/* What to ask for besides the URL. Of texts NULL or "" leaves a header out. */
struct rota_ask {
    const char *accept;
    const char *validator; /* of what is known: an ETag with its quotes,
                            * for If-None-Match, or a Last-Modified, for
                            * If-Modified-Since */
    const char *if_range;  /* strong ETag of what a range is of, which
                            * does not begin at 0 */
    uint32_t from;         /* first byte wanted, */
    uint32_t to;           /* and the last one; 0: all that follow */
    bool no_token;         /* send none that there may be */
    /* rota_paging_byte to keep the Link to the next page, or NULL. */
    void (*paging)(struct rota_paging *p, struct rota_text *url, char c);
};

/* The head of a request. All pointers are borrowed until it is sent; of
 * texts NULL or "" leaves a header out. They were checked by whoever set them;
 * should one hold a control character all the same, that is left out, so that
 * nothing can begin a line of its own. */
struct rota_request {
    const char *method; /* NULL: GET */
    const struct rota_ask *ask;
    const char *host;        /* NUL-terminated, no brackets */
    uint16_t port;           /* named in Host unless 443 */
    struct rota_span target; /* sent byte for byte; empty: "/" */
    const char *user_agent;
    const char *token;       /* Authorization: Bearer token */
    const char *api_version; /* X-GitHub-Api-Version */
    /* Of the content that the sender lets follow; both NULL without one. */
    const char *content_type;
    const char *content_length; /* decimal */
};

/* Write the bytes of the request from off on to buf, at most len: how many
 * they are, 0 at the end. So that a request of any length goes through a
 * buffer of any size, with nothing to remember but off. */
size_t rota_request_bytes(const struct rota_request *q, size_t off, void *buf,
                          size_t len);

#endif
