/* SPDX-License-Identifier: Apache-2.0 */
/* A rota_net made of another rota_net: TLS 1.2 and 1.3 by mbedTLS.
 *
 * The server's name goes out as SNI, its chain must lead to one of the
 * anchors and its certificate must be for that name (or address): nothing
 * switches this off. mbedTLS's memory comes from wherever port/mbedtls put it,
 * its random numbers from sys.
 *
 * The clock rule. With a clock, which is one that says time_floor or later,
 * every certificate of the chain must be valid now. Without one, those that
 * had expired by time_floor are refused and nothing else is known. Dates that
 * servers tell are not used: whoever can show a stolen expired certificate
 * also tells the date that suits it, and a wrong one from a sound server must
 * not lock a device out.
 *
 * A session that a server lets us resume is kept in mbedTLS's memory, that of
 * the last server only, and saves most of the next handshake with it.
 */
#ifndef ROTA_TLS_TLS_H
#define ROTA_TLS_TLS_H

#include "rota.h"

struct rota_tls {
    const struct rota_config *config;
    uint64_t floor; /* Unix time that is certainly past; */
    int err;        /* that broke the connection */
    uint8_t phase;
    bool busy;        /* the last ROTA_EAGAIN does not come from the net: call
                       * again at once */
    bool ticket;      /* TLS 1.3: the server has sent one */
    uint32_t refused; /* *config->tls_refusals before the handshake */
    union {
        uint64_t align;
        void *align_pointer;
        unsigned char bytes[ROTA_TLS_SIZE];
    } context; /* mbedTLS's, known to tls.c alone */
};

/* config gives the net below, anchors, sys, time_floor, which is the floor to
 * begin with, and tls_refusals. A session that is resumed is not held against
 * the floor again. */
void rota_tls_init(struct rota_tls *t, const struct rota_config *config);

/* It is certainly later than time, a Unix time. */
static inline void rota_tls_raise_floor(struct rota_tls *t, uint64_t time)
{
    if (t->floor < time)
        t->floor = time;
}

/* As the functions of struct rota_net, with t for ctx. open goes on to the
 * end of the handshake, one step of it at each call. Besides the net's own:
 * ROTA_ETLS, ROTA_ECERT, ROTA_EHOSTNAME, ROTA_EEXPIRED, ROTA_ENOMEM,
 * ROTA_ERANDOM; after an error there is no connection. After ROTA_EAGAIN from
 * send, call it with the same bytes again. recv may return bytes that came
 * before an end of the connection; an end without TLS's own close_notify is
 * ROTA_ECLOSED as well, since HTTP knows lengths. */
int rota_tls_open(struct rota_tls *t, const char *host, uint16_t port);
int rota_tls_send(struct rota_tls *t, const void *buf, size_t len);
int rota_tls_recv(struct rota_tls *t, void *buf, size_t len);
void rota_tls_close(struct rota_tls *t);

/* Forget the kept session as well, and give back all of mbedTLS's memory. */
void rota_tls_free(struct rota_tls *t);

#endif
