/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "net_bsd.h"
#include "port/peer.h"
#include "support/test.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct rota_net_bsd bsd;
static struct rota_net net;

/* --- Names under .test are ours: getaddrinfo of the C library is covered -- */

static struct {
    const char *addr[4]; /* of every name, in this order */
    int err;
    atomic_uint delay_ms;
    atomic_int lists;    /* given and not yet freed */
    atomic_int threaded; /* calls outside the main thread */
} dns;

static pthread_t main_thread;
static char fake_mark[] = "fake";

static struct addrinfo *fake_list(const char *const addr[], uint16_t port)
{
    struct addrinfo *list = NULL, **end = &list;

    for (; *addr; addr++) {
        struct addrinfo *a = calloc(1, sizeof(*a) + sizeof(struct sockaddr_in));
        struct sockaddr_in *in = (struct sockaddr_in *)(void *)(a + 1);
        in->sin_family = AF_INET;
        in->sin_port = htons(port);
        inet_pton(AF_INET, *addr, &in->sin_addr);
        a->ai_family = AF_INET;
        a->ai_socktype = SOCK_STREAM;
        a->ai_addr = (struct sockaddr *)in;
        a->ai_addrlen = sizeof(*in);
        a->ai_canonname = fake_mark;
        *end = a;
        end = &a->ai_next;
    }
    return list;
}

int getaddrinfo(const char *host, const char *port,
                const struct addrinfo *hints, struct addrinfo **list)
{
    int (*real)(const char *, const char *, const struct addrinfo *,
                struct addrinfo **);
    size_t len = strlen(host);

    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    if (!pthread_equal(pthread_self(), main_thread))
        dns.threaded++;
    if (len < 5 || strcmp(host + len - 5, ".test") != 0
        || hints->ai_flags & AI_NUMERICHOST)
        return real(host, port, hints, list);
    usleep(dns.delay_ms * 1000);
    if (dns.err)
        return dns.err;
    dns.lists++;
    *list = fake_list(dns.addr, (uint16_t)atoi(port));
    return 0;
}

void freeaddrinfo(struct addrinfo *list)
{
    void (*real)(struct addrinfo *);

    *(void **)&real = dlsym(RTLD_NEXT, "freeaddrinfo");
    if (list->ai_canonname != fake_mark) {
        real(list);
        return;
    }
    dns.lists--;
    while (list) {
        struct addrinfo *next = list->ai_next;
        free(list);
        list = next;
    }
}

/* --- Peers ---------------------------------------------------------------- */

/* An address from which nothing comes back, not even a refusal: a listener
 * whose queue is full. */
static int silent_fd[4];

static void fall_silent(const char *addr, uint16_t port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};

    inet_pton(AF_INET, addr, &a.sin_addr);
    silent_fd[0] = peer_listen(addr, &port, 0);
    for (int i = 1; i < 4; i++) {
        silent_fd[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)!connect(silent_fd[i], (struct sockaddr *)&a, sizeof(a));
    }
    usleep(20000);
}

static void speak_again(void)
{
    for (int i = 0; i < 4; i++)
        close(silent_fd[i]);
}

static void fresh(void)
{
    for (int i = 0; i < 4; i++)
        dns.addr[i] = NULL;
    dns.err = 0;
    dns.delay_ms = 0;
    dns.lists = dns.threaded = 0;
    net = rota_net_bsd_init(&bsd);
}

/* --- Opening -------------------------------------------------------------- */

static void an_address_is_connected_to_without_a_thread(void)
{
    uint16_t port = 0;
    int listener = peer_listen("127.0.0.1", &port, 5);

    fresh();
    CHECK(peer_open(&bsd, &net, "127.0.0.1", port) == ROTA_OK);
    CHECK(net.open(net.ctx, "127.0.0.1", port) == ROTA_OK);
    CHECK(dns.threaded == 0);
    net.close(net.ctx);
    close(listener);
}

static void an_ipv6_address_is_connected_to(void)
{
    struct sockaddr_in6 a = {.sin6_family = AF_INET6,
                             .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    socklen_t len = sizeof(a);
    int listener = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (listener < 0 || bind(listener, (struct sockaddr *)&a, len)) {
        printf("no ::1 on this machine: not tried\n");
    } else {
        CHECK(!listen(listener, 5));
        getsockname(listener, (struct sockaddr *)&a, &len);
        fresh();
        CHECK(peer_open(&bsd, &net, "::1", ntohs(a.sin6_port)) == ROTA_OK);
        net.close(net.ctx);
    }
    close(listener);
}

static void a_slow_look_up_holds_up_nobody(void)
{
    uint16_t port = 0;
    int listener = peer_listen("127.0.0.1", &port, 5);
    uint64_t start, slowest = 0;
    unsigned calls = 0;
    int err;

    fresh();
    dns.addr[0] = "127.0.0.1";
    dns.delay_ms = 300;
    start = peer_now_ms();
    do {
        uint64_t before = peer_now_ms();
        err = net.open(net.ctx, "slow.test", port);
        if (peer_now_ms() - before > slowest)
            slowest = peer_now_ms() - before;
        calls++;
    } while (err == ROTA_EAGAIN && (rota_net_bsd_wait(&bsd, 5000), true));
    CHECK(err == ROTA_OK && dns.threaded == 1);
    CHECK(slowest < 150 && peer_now_ms() - start >= 290);
    CHECK(calls < 12); /* it slept in between */
    net.close(net.ctx);
    CHECK(dns.lists == 0);
    close(listener);
}

static void closing_during_a_look_up_is_safe_and_leaks_nothing(void)
{
    int before = peer_open_fds();

    fresh();
    dns.addr[0] = "127.0.0.1";
    for (int i = 0; i < 200; i++) {
        dns.delay_ms = (unsigned)i % 3;
        CHECK(net.open(net.ctx, "gone.test", 9) == ROTA_EAGAIN);
        usleep((unsigned)i * 17 % 4000);
        net.close(net.ctx);
        net.close(net.ctx);
    }
    CHECK(peer_fds_are(before));
    CHECK(dns.lists == 0);
}

static void a_name_that_is_not_found_is_edns(void)
{
    char longest[300] = "";

    fresh();
    dns.err = EAI_NONAME;
    CHECK(peer_open(&bsd, &net, "missing.test", 9) == ROTA_EDNS);
    CHECK(!strcmp(rota_net_bsd_why(&bsd), gai_strerror(EAI_NONAME)));
    dns.err = EAI_AGAIN;
    CHECK(peer_open(&bsd, &net, "missing.test", 9) == ROTA_EDNS);
    CHECK(!strcmp(rota_net_bsd_why(&bsd), gai_strerror(EAI_AGAIN)));
    dns.threaded = 0;
    memset(longest, 'a', 254);
    CHECK(peer_open(&bsd, &net, longest, 9) == ROTA_EDNS);
    CHECK(dns.threaded == 0);
}

static void a_refused_address_makes_way_for_the_next_at_once(void)
{
    uint16_t port = 0;
    int listener = peer_listen("127.0.0.3", &port, 5);
    uint64_t start = peer_now_ms();

    fresh();
    dns.addr[0] = "127.0.0.1";
    dns.addr[1] = "127.0.0.2";
    dns.addr[2] = "127.0.0.3";
    CHECK(peer_open(&bsd, &net, "three.test", port) == ROTA_OK);
    CHECK(peer_now_ms() - start < 1000);
    net.close(net.ctx);
    CHECK(dns.lists == 0);
    close(listener);
}

static void a_silent_address_makes_way_when_its_time_is_up(void)
{
    uint16_t port = 0;
    int listener = peer_listen("127.0.0.3", &port, 5);
    uint64_t start;

    fresh();
    fall_silent("127.0.0.2", port);
    dns.addr[0] = "127.0.0.2";
    dns.addr[1] = "127.0.0.3";
    bsd.connect_ms = 200;
    start = peer_now_ms();
    CHECK(peer_open(&bsd, &net, "two.test", port) == ROTA_OK);
    CHECK(peer_now_ms() - start >= 190 && peer_now_ms() - start < 2000);
    net.close(net.ctx);
    speak_again();
    close(listener);
}

static void when_no_address_answers_it_is_econnect(void)
{
    uint16_t port = 0;
    int before = peer_open_fds(), listener = peer_listen("127.0.0.1", &port, 5);

    close(listener);
    fresh();
    dns.addr[0] = "127.0.0.1";
    dns.addr[1] = "127.0.0.2";
    CHECK(peer_open(&bsd, &net, "none.test", port) == ROTA_ECONNECT);
    CHECK(!strcmp(rota_net_bsd_why(&bsd), strerror(ECONNREFUSED)));
    fall_silent("127.0.0.1", port);
    bsd.connect_ms = 50;
    CHECK(peer_open(&bsd, &net, "127.0.0.1", port) == ROTA_ECONNECT);
    CHECK(!strcmp(rota_net_bsd_why(&bsd), strerror(ETIMEDOUT)));
    speak_again();
    CHECK(dns.lists == 0 && peer_open_fds() == before);
}

static void after_a_failure_it_can_be_opened_again(void)
{
    uint16_t port = 0;
    int listener = peer_listen("127.0.0.1", &port, 5);

    close(listener);
    fresh();
    CHECK(peer_open(&bsd, &net, "127.0.0.1", port) == ROTA_ECONNECT);
    listener = peer_listen("127.0.0.1", &port, 5);
    CHECK(peer_open(&bsd, &net, "127.0.0.1", port) == ROTA_OK);
    net.close(net.ctx);
    CHECK(peer_open(&bsd, &net, "127.0.0.1", port) == ROTA_OK);
    net.close(net.ctx);
    close(listener);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    main_thread = pthread_self();
    RUN(an_address_is_connected_to_without_a_thread);
    RUN(an_ipv6_address_is_connected_to);
    RUN(a_slow_look_up_holds_up_nobody);
    RUN(closing_during_a_look_up_is_safe_and_leaks_nothing);
    RUN(a_name_that_is_not_found_is_edns);
    RUN(a_refused_address_makes_way_for_the_next_at_once);
    RUN(a_silent_address_makes_way_when_its_time_is_up);
    RUN(when_no_address_answers_it_is_econnect);
    RUN(after_a_failure_it_can_be_opened_again);
    return test_end();
}
