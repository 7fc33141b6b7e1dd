/* SPDX-License-Identifier: Apache-2.0 */
/* What happens on a connection once it is there; opening: test_net_bsd.c. */
#define _GNU_SOURCE
#include "net_bsd.h"
#include "port/peer.h"
#include "support/test.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static struct rota_net_bsd bsd;
static struct rota_net net;

/* A connection to a peer of our own. */
static int connected(void)
{
    uint16_t port = 0;
    int listener = peer_listen("127.0.0.1", &port, 5), peer;

    net = rota_net_bsd_init(&bsd);
    CHECK(peer_open(&bsd, &net, "127.0.0.1", port) == ROTA_OK);
    peer = accept(listener, NULL, NULL);
    CHECK(peer >= 0);
    close(listener);
    return peer;
}

static void the_socket_sends_at_once_and_is_not_inherited(void)
{
    int peer = connected(), on = 0;
    socklen_t len = sizeof(on);

    CHECK(!getsockopt(bsd.fd, IPPROTO_TCP, TCP_NODELAY, &on, &len) && on);
    CHECK(fcntl(bsd.fd, F_GETFD) & FD_CLOEXEC);
    CHECK(fcntl(bsd.fd, F_GETFL) & O_NONBLOCK);
    net.close(net.ctx);
    close(peer);
}

/* --- Bytes ---------------------------------------------------------------- */

static void bytes_come_as_they_were_sent(void)
{
    int peer = connected();
    char buf[16];

    CHECK(net.recv(net.ctx, buf, sizeof(buf)) == ROTA_EAGAIN);
    CHECK(write(peer, "abc", 3) == 3);
    CHECK(rota_net_bsd_wait(&bsd, 5000));
    CHECK(net.recv(net.ctx, buf, 2) == 2 && !memcmp(buf, "ab", 2));
    CHECK(net.recv(net.ctx, buf, sizeof(buf)) == 1 && buf[0] == 'c');
    CHECK(net.send(net.ctx, "xyz", 3) == 3);
    CHECK(read(peer, buf, sizeof(buf)) == 3 && !memcmp(buf, "xyz", 3));
    net.close(net.ctx);
    close(peer);
}

static void the_peers_end_is_eclosed_orderly_or_not(void)
{
    const struct linger at_once = {.l_onoff = 1};
    int peer = connected();
    char buf[16];

    CHECK(write(peer, "z", 1) == 1);
    close(peer);
    usleep(10000);
    CHECK(net.recv(net.ctx, buf, sizeof(buf)) == 1);
    CHECK(net.recv(net.ctx, buf, sizeof(buf)) == ROTA_ECLOSED);
    CHECK(net.recv(net.ctx, buf, sizeof(buf)) == ROTA_ECLOSED);
    net.close(net.ctx);

    peer = connected();
    setsockopt(peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(peer); /* a reset */
    usleep(10000);
    CHECK(net.recv(net.ctx, buf, sizeof(buf)) == ROTA_ECLOSED);
    net.close(net.ctx);
}

static void sending_to_a_peer_that_is_gone_is_eclosed_and_no_signal(void)
{
    const struct linger at_once = {.l_onoff = 1};
    int peer = connected();

    setsockopt(peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(peer);
    usleep(10000);
    CHECK(net.send(net.ctx, "x", 1) == ROTA_ECLOSED);
    CHECK(net.send(net.ctx, "x", 1) == ROTA_ECLOSED);
    net.close(net.ctx);
}

static void without_a_connection_nothing_can_be_sent(void)
{
    char c;

    net = rota_net_bsd_init(&bsd);
    net.close(net.ctx);
    CHECK(net.send(net.ctx, "x", 1) == ROTA_ECLOSED);
    CHECK(net.recv(net.ctx, &c, 1) == ROTA_ECLOSED);
}

static void a_full_socket_says_eagain_until_the_peer_reads(void)
{
    static char block[65536];
    int peer = connected(), n;
    long sent = 0, got = 0;

    while ((n = net.send(net.ctx, block, sizeof(block))) > 0)
        sent += n;
    CHECK(n == ROTA_EAGAIN);
    CHECK(!rota_net_bsd_wait(&bsd, 20));
    CHECK(net.send(net.ctx, block, 1) == ROTA_EAGAIN);
    while (got < sent) {
        ssize_t r = read(peer, block, sizeof(block));
        CHECK(r > 0);
        got += r > 0 ? r : sent;
    }
    CHECK(rota_net_bsd_wait(&bsd, 5000));
    CHECK(net.send(net.ctx, block, 1) == 1);
    net.close(net.ctx);
    close(peer);
}

/* --- Waiting -------------------------------------------------------------- */

static void waiting_ends_when_the_time_is_up(void)
{
    int peer = connected();
    uint64_t start = peer_now_ms();
    char c;

    CHECK(net.recv(net.ctx, &c, 1) == ROTA_EAGAIN);
    CHECK(!rota_net_bsd_wait(&bsd, 60));
    CHECK(peer_now_ms() - start >= 59 && peer_now_ms() - start < 1000);
    net.close(net.ctx);
    close(peer);
}

static void a_hang_up_that_nobody_reads_wakes_only_once(void)
{
    int peer = connected();
    uint64_t start;
    char c;

    CHECK(net.recv(net.ctx, &c, 1) == ROTA_EAGAIN);
    close(peer);
    CHECK(rota_net_bsd_wait(&bsd, 5000));
    start = peer_now_ms();
    CHECK(!rota_net_bsd_wait(&bsd, 60));
    CHECK(peer_now_ms() - start >= 59);
    net.close(net.ctx);
}

static void waiting_ends_when_wake_fd_is_readable(void)
{
    int fd[2];

    net = rota_net_bsd_init(&bsd);
    CHECK(!pipe(fd));
    bsd.wake_fd = fd[0];
    CHECK(write(fd[1], "x", 1) == 1);
    CHECK(!rota_net_bsd_wait(&bsd, UINT32_MAX));
    close(fd[0]);
    close(fd[1]);
}

static void caught(int sig)
{
    (void)sig;
}

static void waiting_ends_when_a_signal_is_caught(void)
{
    const struct itimerval soon = {.it_value = {.tv_usec = 30000}};
    struct sigaction action = {.sa_handler = caught};
    uint64_t start = peer_now_ms();

    net = rota_net_bsd_init(&bsd);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &soon, NULL);
    CHECK(!rota_net_bsd_wait(&bsd, 5000));
    CHECK(peer_now_ms() - start < 2000);
}

/* --- System calls --------------------------------------------------------- */

static void recv_bytes(int n)
{
    char c;
    while (n-- > 0)
        if (net.recv(net.ctx, &c, 1) != 1)
            _exit(1);
}

static void send_bytes(int n)
{
    while (n-- > 0)
        if (net.send(net.ctx, "x", 1) != 1)
            _exit(1);
}

/* How many system calls a child makes that does work n times; -1 = unknown. */
static int count_calls(void (*work)(int n), int n)
{
    int status, stops = 0;
    pid_t child = fork();

    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
            _exit(2);
        raise(SIGSTOP);
        work(n);
        _exit(0);
    }
    while (waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
        if (stops++ == 0)
            ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_EXITKILL);
        ptrace(PTRACE_SYSCALL, child, NULL, NULL);
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? stops / 2 : -1;
}

static void each_send_and_recv_is_one_system_call(void)
{
    static const char bytes[500];
    int peer = connected();
    int before = count_calls(send_bytes, 0);

    if (before < 0) {
        printf("no ptrace here: system calls not counted\n");
    } else {
        CHECK(count_calls(send_bytes, 100) == before + 100);
        CHECK(write(peer, bytes, sizeof(bytes)) == sizeof(bytes));
        CHECK(count_calls(recv_bytes, 100) == before + 100);
    }
    net.close(net.ctx);
    close(peer);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    RUN(the_socket_sends_at_once_and_is_not_inherited);
    RUN(bytes_come_as_they_were_sent);
    RUN(the_peers_end_is_eclosed_orderly_or_not);
    RUN(sending_to_a_peer_that_is_gone_is_eclosed_and_no_signal);
    RUN(without_a_connection_nothing_can_be_sent);
    RUN(a_full_socket_says_eagain_until_the_peer_reads);
    RUN(waiting_ends_when_the_time_is_up);
    RUN(a_hang_up_that_nobody_reads_wakes_only_once);
    RUN(waiting_ends_when_wake_fd_is_readable);
    RUN(waiting_ends_when_a_signal_is_caught);
    RUN(each_send_and_recv_is_one_system_call);
    return test_end();
}
