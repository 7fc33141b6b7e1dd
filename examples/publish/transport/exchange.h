/* SPDX-License-Identifier: Apache-2.0 */
/* One request, with a body or without, and its reply.
 *
 * The head comes from the core's writer of requests, and the reply goes
 * through its parser; what is added is the method and the body. A body goes
 * out piece by piece as its content gives it, and a server that answers
 * before it has it all is listened to.
 */
#ifndef PUB_TRANSPORT_EXCHANGE_H
#define PUB_TRANSPORT_EXCHANGE_H

#include "http/http.h"
#include "transport/link.h"

/* The body of a request. It may be asked for again from its start. */
struct pub_content {
    const char *type; /* Content-Type */
    uint64_t size;    /* Content-Length */
    /* Put the len bytes at off to buf; all of them, or an error that ends the
     * exchange. */
    int (*read)(void *ctx, uint64_t off, void *buf, size_t len);
    void *ctx;
};

struct pub_exchange {
    const char *method;
    const char *url; /* absolute, percent-encoded */
    const char *accept;
    const char *token;       /* NULL: none */
    const char *api_version; /* NULL: none */
    const char *if_range;
    uint32_t from;
    const struct pub_content *content; /* NULL: none */
    uint64_t deadline_ms;              /* for all of it; 0: none */
    bool once;                         /* api.h: do not ask again */
    /* A piece of the reply's body. An error ends the exchange. */
    int (*take)(void *ctx, const struct rota_reply *reply, const void *p,
                size_t len);
    void *ctx;
};

struct pub_answer {
    struct rota_reply reply;         /* valid when status is not 0 */
    char location[ROTA_URL_MAX + 1]; /* when the reply has one */
    char next[ROTA_URL_MAX + 1];     /* rel="next"; "" = none */
    bool begun; /* a byte of the request may have reached the server */
};

/* Do it, over the kept connection when it leads there and the request has no
 * body, and keep the connection for the next. ROTA_OK: the reply is complete,
 * whatever its status. */
int pub_exchange(struct pub_link *l, const struct pub_exchange *x,
                 struct pub_answer *a) ROTA_CHECKED;

#endif
