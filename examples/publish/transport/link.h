/* SPDX-License-Identifier: Apache-2.0 */
/* The core's TLS over sockets, for a program that can wait: one connection at
 * a time. */
#ifndef PUB_TRANSPORT_LINK_H
#define PUB_TRANSPORT_LINK_H

#include "anchors_pem.h"
#include "net_bsd.h"
#include "rota.h"
#include "words/say.h"
#include "tls/tls.h"

struct pub_link {
    struct rota_net_bsd bsd;
    struct rota_net net;
    struct rota_config config; /* what the TLS looks at */
    struct rota_anchors_pem anchors;
    struct rota_arena arena;
    unsigned char memory[192 * 1024]; /* of the arena: all that TLS gets */
    struct rota_tls tls;
    char host[ROTA_HOST_MAX + 1]; /* at the other end, when open */
    uint16_t port;
    bool open;
    uint32_t stall_ms;    /* patience without a byte */
    uint64_t heard_ms;    /* when the last one came or went */
    uint64_t deadline_ms; /* of all of it; 0: none */
};

/* Trust the roots of the PEM bundle ca_file; NULL: the system's. 0 or, having
 * said why, an exit code. To be ended by pub_link_free in either case. */
int pub_link_init(struct pub_link *l, const struct pub_say *s,
                  const char *ca_file, uint32_t stall_ms);
void pub_link_free(struct pub_link *l);

/* Connect, and wait until that is done. */
int pub_link_open(struct pub_link *l, const char *host,
                  uint16_t port) ROTA_CHECKED;
void pub_link_close(struct pub_link *l);

/* As those of the TLS: ROTA_EAGAIN when there is nothing to do. */
int pub_link_send(struct pub_link *l, const void *buf, size_t len) ROTA_CHECKED;
int pub_link_recv(struct pub_link *l, void *buf, size_t len) ROTA_CHECKED;

/* After ROTA_EAGAIN: wait until it may go on. ROTA_ESTALL when patience or the
 * deadline is over. */
int pub_link_wait(struct pub_link *l) ROTA_CHECKED;

uint64_t pub_link_now_ms(void);
void pub_link_sleep_ms(uint64_t ms);

#endif
