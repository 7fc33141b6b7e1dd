/* SPDX-License-Identifier: Apache-2.0 */
/* The core's TLS over sockets, for a program that can wait: one connection at
 * a time. */
#ifndef ROTA_LINK_H
#define ROTA_LINK_H

#include "anchors_pem.h"
#include "net_bsd.h"
#include "rota.h"
#include "words/say.h"
#include "tls/tls.h"

struct rota_link {
    struct rota_net_bsd bsd;
    struct rota_net net;
    struct rota_config config; /* what the TLS looks at */
    struct rota_anchors_pem anchors;
    struct rota_arena arena;
    struct rota_tls tls;
    char host[ROTA_HOST_MAX + 1]; /* at the other end, when open */
    uint16_t port;
    bool open;
    uint32_t stall_ms;    /* patience without a byte */
    uint64_t heard_ms;    /* when the last one came or went */
    uint64_t deadline_ms; /* of all of it; 0: none */
};

/* Trust the roots of the PEM bundle ca_file; NULL: the system's. 0 or, having
 * said why, an exit code. To be ended by rota_link_free in either case. */
int rota_link_init(struct rota_link *l, const struct rota_say *s,
                   const char *ca_file, uint32_t stall_ms);
void rota_link_free(struct rota_link *l);

/* Connect, and wait until that is done. */
int rota_link_open(struct rota_link *l, const char *host,
                   uint16_t port) ROTA_CHECKED;
void rota_link_close(struct rota_link *l);

/* As those of the TLS: ROTA_EAGAIN when there is nothing to do. */
int rota_link_send(struct rota_link *l, const void *buf,
                   size_t len) ROTA_CHECKED;
int rota_link_recv(struct rota_link *l, void *buf, size_t len) ROTA_CHECKED;

/* After ROTA_EAGAIN: wait until it may go on. ROTA_ESTALL when patience or the
 * deadline is over. */
int rota_link_wait(struct rota_link *l) ROTA_CHECKED;

uint64_t rota_link_now_ms(void);
void rota_link_sleep_ms(uint64_t ms);

#endif
