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

/* Start a process that listens on 127.0.0.1 and serves one connection after the
 * other; *port 0 = any, then set. Its id, or -1. */
int peer_start(uint16_t *port, void (*serve)(int fd));
void peer_stop(int pid);

/* For peer_start: what port_check_net needs. */
void peer_echo(int fd);

/* How many descriptors this process has. */
int peer_open_fds(void);

/* Are there as many as before? Threads that look up close theirs a little
 * later: wait two seconds at most. */
bool peer_fds_are(int before);

#endif
