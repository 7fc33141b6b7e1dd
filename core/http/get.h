/* SPDX-License-Identifier: Apache-2.0 */
/* One GET: through redirects, over a connection that is kept for the next.
 *
 * Redirects lead to https URLs on the API's own host or on an allowed one,
 * at most ROTA_REDIRECTS_MAX of them. Their bytes are sent back as they came.
 * The token goes to the API's origin and nowhere else.
 */
#ifndef ROTA_HTTP_GET_H
#define ROTA_HTTP_GET_H

#include "base/bytes.h"
#include "http/http.h"
#include "http/request.h"
#include "http/url.h"
#include "tls/tls.h"

/* Small and often used things first, where a Cortex-M0 reaches them in one
 * instruction. */
struct rota_get {
    const struct rota_config *config;
    uint8_t state;
    uint8_t redirects;
    bool open;      /* there is a connection to host and port */
    bool reused;    /* it has carried a request before */
    bool to_api;    /* host and port are the API's: the token goes there */
    bool blocked;   /* the last step ended because the network had
                     * nothing */
    bool slow;      /* the last ESTALL was one of rate, not of silence */
    uint16_t port;  /* at the other end of the connection */
    uint32_t moved; /* bytes of the request sent, or of a redirect's body
                     * received */
    uint32_t in_at, in_len; /* bytes received, in config->buffer */
    uint32_t heard_ms;      /* when the last byte came or went */
    uint32_t window_ms;     /* since when the rate is measured */
    uint32_t window_bytes;
    char *href; /* the URL that is asked for, borrowed room */
    char *next; /* for the URL of the next page, borrowed room */
    uint16_t href_size, next_size; /* bytes of those rooms */
    struct rota_url url;           /* parts of href */
    struct rota_ask ask;
    struct rota_reply reply; /* valid from ROTA_HTTP_HEAD on */
    struct rota_tls tls;
    struct rota_http http;
    char host[ROTA_HOST_MAX + 1]; /* of port */
};

/* config is valid (rota_config_check). href is room for URLs, and next for the
 * URL of the next page; both are borrowed. */
void rota_get_init(struct rota_get *g, const struct rota_config *config,
                   char href[ROTA_URL_MAX + 1], char *next, uint16_t next_size);

/* Ask for the URL in g->href. Its text is spent once the head of the reply has
 * come: the room may then serve for something else. */
int rota_get_begin(struct rota_get *g, const struct rota_ask *ask) ROTA_CHECKED;

/* Go on: ROTA_HTTP_HEAD, ROTA_HTTP_BODY with bytes that stay valid until the
 * next call, ROTA_HTTP_DONE, ROTA_EAGAIN (g->blocked tells whether the network
 * was the reason), or an error, after which the connection is closed. */
int rota_get_step(struct rota_get *g, struct rota_span *body) ROTA_CHECKED;

/* End the request; what is left of the reply is not read. The connection is
 * closed unless the reply was complete. */
void rota_get_end(struct rota_get *g);

/* End the connection too. */
void rota_get_close(struct rota_get *g);

#endif
