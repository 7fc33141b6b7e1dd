/* SPDX-License-Identifier: Apache-2.0 */
/* What tests with real sockets need: somebody to talk to, on loopback. */
#ifndef PEER_H
#define PEER_H

#include "net_bsd.h"

uint64_t peer_now_ms(void);

/* A socket that listens on an IPv4 address; *port 0 = any, then set. -1 when
 * that fails. */
int peer_listen(const char *addr, uint16_t *port, int backlog);

/* Call n->open, and wait in between, until it stops saying ROTA_EAGAIN. */
int peer_open(struct rota_net_bsd *b, const struct rota_net *n,
              const char *host, uint16_t port);

/* Start a process that listens on 127.0.0.1 and does what port_check_net
 * needs. Its id, or -1. */
int peer_echo_start(uint16_t *port);
void peer_echo_stop(int pid);

#endif
