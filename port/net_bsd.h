/* SPDX-License-Identifier: Apache-2.0 */
/* rota_net over BSD sockets: IPv4 and IPv6, one connection at a time.
 *
 *     struct rota_net_bsd bsd;
 *     struct rota_net net = rota_net_bsd_init(&bsd);
 *     ...
 *     rota_step(&rota);
 *     rota_net_bsd_wait(&bsd, rota_wait_ms(&rota));
 *
 * A program with an event loop of its own asks rota_net_bsd_pollfd instead.
 * Nothing blocks but rota_net_bsd_wait. Names are looked up by getaddrinfo in
 * a thread of its own that ends with the look-up; when the connection is
 * closed meanwhile, the thread cleans up after itself. Addresses are tried in
 * the order that getaddrinfo gives them.
 */
#ifndef ROTA_NET_BSD_H
#define ROTA_NET_BSD_H

#include <netdb.h>
#include <poll.h>
#include <stdbool.h>

#include "rota_port.h"

struct rota_net_bsd_lookup;

/* Set the first two after rota_net_bsd_init if the defaults do not suit; do
 * not touch the rest. */
struct rota_net_bsd {
    uint32_t connect_ms; /* patience per address; default 5 s, in which a
                          * lost SYN is sent three times. All addresses get
                          * their turn only if the stall timeout allows it */
    int wake_fd;         /* rota_net_bsd_wait also ends when this becomes
                          * readable: a signalfd or pipe. Default -1: none */

    int fd; /* socket, or -1 */
    bool connected;
    short events;                       /* what said ROTA_EAGAIN, as for poll */
    uint64_t deadline_ms;               /* of this attempt to connect */
    struct rota_net_bsd_lookup *lookup; /* under way, or NULL */
    struct addrinfo *list;              /* found, or NULL */
    const struct addrinfo *next;        /* the address to try next */
    int gai_err; /* why the last look-up failed, EAI_, or 0 */
    int sys_err; /* why the last address failed, as errno, or 0 */
};

/* The table for a fresh b, which it borrows. */
struct rota_net rota_net_bsd_init(struct rota_net_bsd *b);

/* Sleep until the connection can go on with what said ROTA_EAGAIN, or ms have
 * passed, or a signal was caught, or wake_fd is readable (which is left
 * unread). True in the first case. When nothing said ROTA_EAGAIN since the
 * last call, the connection is not looked at. */
bool rota_net_bsd_wait(struct rota_net_bsd *b, uint32_t ms);

/* What an event loop waits for instead: what said ROTA_EAGAIN needs p->fd to be
 * ready for p->events, POLLIN or POLLOUT or both. While a name is looked up, fd
 * is a pipe that becomes readable when the look-up has ended; then it is the
 * socket. False, with fd -1, which poll passes over: there is nothing to wait
 * for on the network. In both cases rota_wait_ms is the time-out.
 *
 * Good until the next call of rota: it may close fd, and what it opens then
 * often has the same number. So a loop that keeps descriptors in a list takes
 * this one out before the call (libuv, libev), or adds it anew after it (epoll:
 * EPOLL_CTL_MOD with EPOLLONESHOT, and EPOLL_CTL_ADD when that says ENOENT;
 * port/README.md shows it). After rota_net_bsd_wait there is nothing to wait
 * for: use the one or the other. */
bool rota_net_bsd_pollfd(const struct rota_net_bsd *b, struct pollfd *p);

/* Why open said ROTA_EDNS or ROTA_ECONNECT last, for a log: "Connection
 * refused". Valid until the next call of strerror. */
const char *rota_net_bsd_why(const struct rota_net_bsd *b);

#endif
