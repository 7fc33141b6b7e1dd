/* SPDX-License-Identifier: Apache-2.0 */
/* What an event loop of somebody else's is told to wait for. */
#define _GNU_SOURCE
#include "net_bsd.h"
#include "port/peer.h"
#include "support/test.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 5000, BULK = 300000 };

static struct rota_net_bsd bsd;
static struct rota_net net;

/* --- Names under .test are ours ------------------------------------------- */

static atomic_uint delay_ms;

int getaddrinfo(const char *host, const char *port,
                const struct addrinfo *hints, struct addrinfo **list)
{
    int (*real)(const char *, const char *, const struct addrinfo *,
                struct addrinfo **);
    const char *tail = strrchr(host, '.');

    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    if (!tail || strcmp(tail, ".test") != 0 || hints->ai_flags & AI_NUMERICHOST)
        return real(host, port, hints, list);
    usleep(delay_ms * 1000);
    if (strcmp(host, "missing.test") == 0)
        return EAI_NONAME;
    return real("127.0.0.1", port, hints, list);
}

/* --- Helpers -------------------------------------------------------------- */

static void fresh(unsigned look_up_ms)
{
    delay_ms = look_up_ms;
    net = rota_net_bsd_init(&bsd);
}

static bool nothing_to_wait_for(void)
{
    struct pollfd p;

    return !rota_net_bsd_pollfd(&bsd, &p) && p.fd == -1;
}

static bool waits_for(short events)
{
    struct pollfd p;

    return rota_net_bsd_pollfd(&bsd, &p) && p.fd >= 0 && p.events == events;
}

/* What poll says of it, after ms at most. */
static short ready(int ms)
{
    struct pollfd p;

    rota_net_bsd_pollfd(&bsd, &p);
    return (short)(poll(&p, 1, ms) > 0 ? p.revents : 0);
}

static int fds_at_start;

static bool no_fd_is_left(void)
{
    return peer_fds_are(fds_at_start);
}

/* --- What is awaited ------------------------------------------------------ */

static void a_closed_connection_waits_for_nothing(void)
{
    fresh(0);
    CHECK(nothing_to_wait_for());
    net.close(net.ctx);
    CHECK(nothing_to_wait_for());
}

static void a_look_up_is_a_pipe_that_becomes_readable(void)
{
    uint16_t port = 0;
    int listener = peer_listen("127.0.0.1", &port, 5), err;

    fresh(200);
    CHECK(net.open(net.ctx, "slow.test", port) == ROTA_EAGAIN);
    CHECK(waits_for(POLLIN) && ready(0) == 0);
    CHECK(waits_for(POLLIN)); /* to ask changes nothing */
    CHECK(ready(PATIENCE_MS) & POLLIN);
    while ((err = net.open(net.ctx, "slow.test", port)) == ROTA_EAGAIN)
        CHECK(waits_for(POLLOUT) && ready(PATIENCE_MS) & POLLOUT);
    CHECK(err == ROTA_OK && nothing_to_wait_for());
    net.close(net.ctx);
    CHECK(nothing_to_wait_for());
    close(listener);
}

static void a_look_up_that_fails_leaves_nothing_to_wait_for(void)
{
    fresh(20);
    CHECK(net.open(net.ctx, "missing.test", 9) == ROTA_EAGAIN);
    CHECK(ready(PATIENCE_MS) & POLLIN);
    CHECK(net.open(net.ctx, "missing.test", 9) == ROTA_EDNS);
    CHECK(nothing_to_wait_for());
}

static void closing_during_a_look_up_leaves_nothing_to_wait_for(void)
{
    fresh(100);
    CHECK(net.open(net.ctx, "slow.test", 9) == ROTA_EAGAIN);
    CHECK(waits_for(POLLIN));
    net.close(net.ctx);
    CHECK(nothing_to_wait_for());
}

/* A listener whose queue is full says nothing. */
static void connecting_waits_until_it_can_be_written_to(void)
{
    uint16_t port = 0;
    int listener = peer_listen("127.0.0.1", &port, 0), calls = 0;
    struct rota_net_bsd other[4];
    struct rota_net others[4];

    for (int i = 0; i < 4; i++) {
        others[i] = rota_net_bsd_init(&other[i]);
        (void)others[i].open(&other[i], "127.0.0.1", port);
    }
    usleep(20000);
    fresh(0);
    bsd.connect_ms = 50;
    while (net.open(net.ctx, "127.0.0.1", port) == ROTA_EAGAIN) {
        CHECK(waits_for(POLLOUT) && ready(10) == 0);
        calls++;
    }
    CHECK(calls > 1 && nothing_to_wait_for());
    for (int i = 0; i < 4; i++)
        others[i].close(&other[i]);
    close(listener);
}

/* A connection to a peer of our own. */
static int connected(void)
{
    uint16_t port = 0;
    int listener = peer_listen("127.0.0.1", &port, 5), peer;

    fresh(0);
    CHECK(peer_open(&bsd, &net, "127.0.0.1", port) == ROTA_OK);
    peer = accept(listener, NULL, NULL);
    CHECK(peer >= 0 && nothing_to_wait_for());
    close(listener);
    return peer;
}

static void a_reply_is_awaited_until_it_is_read(void)
{
    int peer = connected();
    char c;

    CHECK(net.recv(net.ctx, &c, 1) == ROTA_EAGAIN);
    CHECK(waits_for(POLLIN) && ready(0) == 0);
    CHECK(write(peer, "x", 1) == 1);
    CHECK(ready(PATIENCE_MS) == POLLIN);
    CHECK(net.recv(net.ctx, &c, 1) == 1 && nothing_to_wait_for());
    net.close(net.ctx);
    close(peer);
}

static void a_full_socket_is_awaited_beside_a_reply(void)
{
    static char block[65536];
    int peer = connected();

    while (net.send(net.ctx, block, sizeof block) > 0)
        ;
    CHECK(waits_for(POLLOUT) && ready(0) == 0);
    CHECK(net.recv(net.ctx, block, 1) == ROTA_EAGAIN);
    CHECK(waits_for(POLLIN | POLLOUT));
    net.close(net.ctx);
    close(peer);
}

static void after_a_wait_nothing_is_awaited(void)
{
    int peer = connected();
    char c;

    CHECK(net.recv(net.ctx, &c, 1) == ROTA_EAGAIN && waits_for(POLLIN));
    CHECK(!rota_net_bsd_wait(&bsd, 1));
    CHECK(nothing_to_wait_for());
    net.close(net.ctx);
    close(peer);
}

/* --- A whole exchange by epoll -------------------------------------------- */

static int loop = -1;

/* As port/README.md has it. */
static void watch(void)
{
    struct pollfd p;
    struct epoll_event e = {.events = EPOLLONESHOT};

    if (!rota_net_bsd_pollfd(&bsd, &p))
        return;
    e.events |= (unsigned short)p.events; /* EPOLLIN is POLLIN */
    if (epoll_ctl(loop, EPOLL_CTL_MOD, p.fd, &e))
        CHECK(epoll_ctl(loop, EPOLL_CTL_ADD, p.fd, &e) == 0);
}

/* Something said ROTA_EAGAIN: sleep. False when nothing woke us. */
static bool sleep_well(void)
{
    struct epoll_event e;

    watch();
    return epoll_wait(loop, &e, 1, PATIENCE_MS) == 1;
}

static int open_by_epoll(const char *host, uint16_t port)
{
    int err;

    while ((err = net.open(net.ctx, host, port)) == ROTA_EAGAIN)
        if (!sleep_well())
            return ROTA_ESTALL;
    return err;
}

static uint8_t pattern(int at)
{
    return (uint8_t)(at % 251 | 8); /* none that means something to the peer */
}

static int send_part(int *sent)
{
    uint8_t buf[5000];
    int len = BULK - *sent < 5000 ? BULK - *sent : 5000, n;

    for (int i = 0; i < len; i++)
        buf[i] = pattern(*sent + i);
    n = len ? net.send(net.ctx, buf, (size_t)len) : ROTA_EAGAIN;
    if (n > 0)
        *sent += n;
    return n;
}

static int recv_part(int *got)
{
    uint8_t buf[3000];
    int n = net.recv(net.ctx, buf, sizeof buf);

    for (int i = 0; i < n; i++)
        if (buf[i] != pattern((*got)++))
            return ROTA_ECORRUPT;
    return n;
}

/* Send more than the socket takes, and get it back. */
static bool bulk_by_epoll(void)
{
    int sent = 0, got = 0;

    while (got < BULK) {
        int out = send_part(&sent), in = recv_part(&got);
        if ((out < 0 && out != ROTA_EAGAIN) || (in < 0 && in != ROTA_EAGAIN))
            return false;
        if (out < 0 && in < 0 && !sleep_well())
            return false;
    }
    return true;
}

static bool end_by_epoll(void)
{
    uint8_t c;
    int n = net.send(net.ctx, "\4", 1);

    if (n != 1)
        return false;
    while ((n = net.recv(net.ctx, &c, 1)) == ROTA_EAGAIN)
        if (!sleep_well())
            return false;
    return n == ROTA_ECLOSED;
}

static void a_whole_exchange_needs_nothing_but_epoll(void)
{
    uint16_t port = 0;
    int echo = peer_start(&port, peer_echo);

    loop = epoll_create1(EPOLL_CLOEXEC);
    for (unsigned i = 0; i < 3; i++) { /* the numbers of descriptors return */
        fresh(20 * i);
        CHECK(open_by_epoll("peer.test", port) == ROTA_OK);
        CHECK(bulk_by_epoll());
        CHECK(end_by_epoll());
        net.close(net.ctx);
        CHECK(open_by_epoll("missing.test", port) == ROTA_EDNS);
    }
    close(loop);
    peer_stop(echo);
    CHECK(no_fd_is_left());
}

static void no_way_out_of_a_look_up_leaks_a_descriptor(void)
{
    for (unsigned i = 0; i < 60; i++) {
        fresh(i % 3);
        CHECK(net.open(net.ctx, i % 2 ? "missing.test" : "peer.test", 9)
              == ROTA_EAGAIN);
        if (i % 4 == 3)
            CHECK(ready(PATIENCE_MS) & POLLIN);
        else
            usleep(i * 70);
        if (i % 5 < 2)
            (void)net.open(net.ctx, i % 2 ? "missing.test" : "peer.test", 9);
        net.close(net.ctx);
        CHECK(nothing_to_wait_for());
    }
    CHECK(no_fd_is_left());
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    fds_at_start = peer_open_fds();
    RUN(a_closed_connection_waits_for_nothing);
    RUN(a_look_up_is_a_pipe_that_becomes_readable);
    RUN(a_look_up_that_fails_leaves_nothing_to_wait_for);
    RUN(closing_during_a_look_up_leaves_nothing_to_wait_for);
    RUN(connecting_waits_until_it_can_be_written_to);
    RUN(a_reply_is_awaited_until_it_is_read);
    RUN(a_full_socket_is_awaited_beside_a_reply);
    RUN(after_a_wait_nothing_is_awaited);
    RUN(a_whole_exchange_needs_nothing_but_epoll);
    RUN(no_way_out_of_a_look_up_leaks_a_descriptor);
    return test_end();
}
