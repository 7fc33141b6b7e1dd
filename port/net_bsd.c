/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "net_bsd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECT_MS 5000
#define HOST_MAX 253 /* RFC 1035, 2.3.4, without the last dot */

/* Belongs to two: who lets go of it last, the thread that looks up or the
 * connection that waits, frees it. */
struct rota_net_bsd_lookup {
    char host[HOST_MAX + 1];
    char port[6];
    struct addrinfo *list;
    int err;         /* 0 or EAI_ */
    int wait_fd;     /* becomes readable when the thread is done */
    int done_fd;     /* the thread's end of wait_fd */
    atomic_int left; /* who of the two has let go, if any */
};

enum { NOBODY, THREAD, CONNECTION };

static uint64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* --- Looking up a name ---------------------------------------------------- */

/* RFC 6761, 6.3: a name below .localhost is this machine. Not every resolver
 * knows, and none need be asked. */
static const char *known_name(const char *host)
{
    static const char tail[] = ".localhost";
    size_t len = strlen(host);

    if (len < sizeof(tail) || strcasecmp(host + len - sizeof(tail) + 1, tail))
        return host;
    return "localhost";
}

static int resolve(const char *host, const char *port, int flags,
                   struct addrinfo **list)
{
    const struct addrinfo hints = {.ai_family = AF_UNSPEC,
                                   .ai_socktype = SOCK_STREAM,
                                   .ai_flags = flags | AI_NUMERICSERV};

    return getaddrinfo(known_name(host), port, &hints, list);
}

static void free_lookup(struct rota_net_bsd_lookup *l)
{
    if (l->list)
        freeaddrinfo(l->list);
    close(l->wait_fd);
    free(l);
}

static void *look_up(void *arg)
{
    struct rota_net_bsd_lookup *l = arg;
    int done_fd = l->done_fd;

    l->err = resolve(l->host, l->port, 0, &l->list);
    if (atomic_exchange(&l->left, THREAD) == CONNECTION)
        free_lookup(l);
    /* l may be gone by now, and wait_fd too: SIGPIPE is blocked here. Some
     * loops call the end of a pipe an error, and a byte readable. */
    (void)!write(done_fd, "", 1);
    close(done_fd);
    return NULL;
}

/* Signals are for the program's own threads. */
static int start_thread(struct rota_net_bsd_lookup *l)
{
    pthread_attr_t attr;
    pthread_t thread;
    sigset_t all, old;
    int err = pthread_attr_init(&attr);

    if (err)
        return err;
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    err = pthread_create(&thread, &attr, look_up, l);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attr);
    return err;
}

static int start_lookup(struct rota_net_bsd *b, const char *host,
                        const char *port)
{
    struct rota_net_bsd_lookup *l = calloc(1, sizeof(*l));
    int fd[2];

    b->gai_err = EAI_MEMORY;
    if (!l)
        return ROTA_EDNS;
    if (pipe2(fd, O_CLOEXEC)) {
        free(l);
        return ROTA_EDNS;
    }
    memcpy(l->host, host, strlen(host));
    memcpy(l->port, port, strlen(port));
    l->wait_fd = fd[0];
    l->done_fd = fd[1];
    if (start_thread(l)) {
        close(fd[1]);
        free_lookup(l);
        return ROTA_EDNS;
    }
    b->gai_err = 0;
    b->lookup = l;
    return ROTA_OK;
}

/* Addresses need no thread: nobody is asked. */
static int begin(struct rota_net_bsd *b, const char *host, uint16_t port)
{
    char text[6];
    int err;

    b->sys_err = 0;
    b->gai_err = EAI_NONAME;
    if (strlen(host) > HOST_MAX)
        return ROTA_EDNS;
    snprintf(text, sizeof(text), "%u", (unsigned)port);
    err = resolve(host, text, AI_NUMERICHOST, &b->list);
    if (err)
        return start_lookup(b, host, text);
    b->gai_err = 0;
    b->next = b->list;
    return ROTA_OK;
}

static int end_lookup(struct rota_net_bsd *b)
{
    struct rota_net_bsd_lookup *l = b->lookup;

    if (atomic_load(&l->left) != THREAD) {
        b->events = POLLIN;
        return ROTA_EAGAIN;
    }
    b->gai_err = l->err;
    b->next = b->list = l->list;
    l->list = NULL;
    b->lookup = NULL;
    free_lookup(l);
    return b->gai_err ? ROTA_EDNS : ROTA_OK;
}

/* --- Connecting ----------------------------------------------------------- */

static void drop_socket(struct rota_net_bsd *b)
{
    if (b->fd >= 0)
        close(b->fd);
    b->fd = -1;
    b->connected = false;
}

static int start_connect(struct rota_net_bsd *b, const struct addrinfo *a)
{
    const int on = 1;

    b->fd = socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
                   a->ai_protocol);
    if (b->fd < 0)
        return errno;
    setsockopt(b->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    b->deadline_ms = now_ms() + b->connect_ms;
    return connect(b->fd, a->ai_addr, a->ai_addrlen) ? errno : 0;
}

/* How the attempt stands: 0, EINPROGRESS or the errno that ended it. */
static int connect_result(const struct rota_net_bsd *b)
{
    struct pollfd p = {.fd = b->fd, .events = POLLOUT};
    int err = 0;
    socklen_t len = sizeof(err);

    if (poll(&p, 1, 0) < 1)
        return now_ms() < b->deadline_ms ? EINPROGRESS : ETIMEDOUT;
    if (getsockopt(b->fd, SOL_SOCKET, SO_ERROR, &err, &len))
        return errno;
    return err;
}

static int connect_one(struct rota_net_bsd *b)
{
    while (b->fd >= 0 || b->next) {
        int err;

        if (b->fd >= 0) {
            err = connect_result(b);
        } else {
            err = start_connect(b, b->next);
            b->next = b->next->ai_next;
        }
        if (err == EINPROGRESS || err == EINTR) {
            b->events = POLLOUT;
            return ROTA_EAGAIN;
        }
        if (!err)
            return ROTA_OK;
        b->sys_err = err;
        drop_socket(b);
    }
    return ROTA_ECONNECT;
}

static void drop_list(struct rota_net_bsd *b)
{
    if (b->list)
        freeaddrinfo(b->list);
    b->list = NULL;
    b->next = NULL;
}

/* --- The table ------------------------------------------------------------ */

static void net_close(void *ctx)
{
    struct rota_net_bsd *b = ctx;
    struct rota_net_bsd_lookup *l = b->lookup;

    if (l && atomic_exchange(&l->left, CONNECTION) == THREAD)
        free_lookup(l);
    b->lookup = NULL;
    drop_list(b);
    drop_socket(b);
    b->events = 0;
}

static int go_on(struct rota_net_bsd *b, const char *host, uint16_t port)
{
    int err = ROTA_OK;

    if (!b->lookup && !b->list)
        err = begin(b, host, port);
    if (!err && b->lookup)
        err = end_lookup(b);
    if (!err)
        err = connect_one(b);
    return err;
}

static int net_open(void *ctx, const char *host, uint16_t port)
{
    struct rota_net_bsd *b = ctx;
    int err;

    if (b->connected)
        return ROTA_OK;
    b->events = 0;
    err = go_on(b, host, port);
    if (!err) {
        drop_list(b);
        b->connected = true;
    } else if (err != ROTA_EAGAIN) {
        net_close(b);
    }
    return err;
}

/* What a call of send or recv came to: n bytes, or errno. */
static int outcome(struct rota_net_bsd *b, ssize_t n, short events)
{
    bool blocked = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);

    b->events = (short)(blocked ? b->events | events : b->events & ~events);
    if (n > 0)
        return (int)n;
    return blocked ? ROTA_EAGAIN : ROTA_ECLOSED;
}

static int net_send(void *ctx, const void *buf, size_t len)
{
    struct rota_net_bsd *b = ctx;
    ssize_t n;

    if (!b->connected)
        return ROTA_ECLOSED;
    do
        n = send(b->fd, buf, len < INT_MAX ? len : INT_MAX, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return outcome(b, n, POLLOUT);
}

static int net_recv(void *ctx, void *buf, size_t len)
{
    struct rota_net_bsd *b = ctx;
    ssize_t n;

    if (!b->connected)
        return ROTA_ECLOSED;
    do
        n = recv(b->fd, buf, len < INT_MAX ? len : INT_MAX, 0);
    while (n < 0 && errno == EINTR);
    return outcome(b, n, POLLIN);
}

struct rota_net rota_net_bsd_init(struct rota_net_bsd *b)
{
    *b = (struct rota_net_bsd){
        .connect_ms = CONNECT_MS, .wake_fd = -1, .fd = -1};
    return (struct rota_net){b, net_open, net_send, net_recv, net_close};
}

/* --- Waiting -------------------------------------------------------------- */

/* An attempt to connect must be looked at when its time is up. */
static uint32_t shorten(const struct rota_net_bsd *b, uint32_t ms)
{
    uint64_t now;

    if (b->fd < 0 || b->connected)
        return ms;
    now = now_ms();
    if (now >= b->deadline_ms)
        return 0;
    return b->deadline_ms - now < ms ? (uint32_t)(b->deadline_ms - now) : ms;
}

bool rota_net_bsd_pollfd(const struct rota_net_bsd *b, struct pollfd *p)
{
    *p = (struct pollfd){.fd = b->lookup ? b->lookup->wait_fd : b->fd,
                         .events = b->events};
    if (!b->events)
        p->fd = -1; /* or poll would report a hang-up for ever */
    return p->fd >= 0;
}

bool rota_net_bsd_wait(struct rota_net_bsd *b, uint32_t ms)
{
    struct pollfd p[2] = {{.fd = -1}, {.fd = b->wake_fd, .events = POLLIN}};

    rota_net_bsd_pollfd(b, &p[0]);
    b->events = 0;
    ms = shorten(b, ms);
    return poll(p, 2, ms < INT_MAX ? (int)ms : INT_MAX) > 0 && p[0].revents;
}

const char *rota_net_bsd_why(const struct rota_net_bsd *b)
{
    if (b->gai_err)
        return gai_strerror(b->gai_err);
    return strerror(b->sys_err);
}
