/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "port/peer.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

uint64_t peer_now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

int peer_listen(const char *addr, uint16_t *port, int backlog)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(*port)};
    socklen_t len = sizeof(a);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

    inet_pton(AF_INET, addr, &a.sin_addr);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, (struct sockaddr *)&a, len) || listen(fd, backlog)) {
        close(fd);
        return -1;
    }
    getsockname(fd, (struct sockaddr *)&a, &len);
    *port = ntohs(a.sin_port);
    return fd;
}

int peer_open(struct rota_net_bsd *b, const struct rota_net *n,
              const char *host, uint16_t port)
{
    int err;

    while ((err = n->open(n->ctx, host, port)) == ROTA_EAGAIN)
        rota_net_bsd_wait(b, 5000);
    return err;
}

/* False at the end of the connection. */
static bool send_back(int fd, const char *p, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (p[i] == 4)
            return false;
    while (len > 0) {
        ssize_t n = send(fd, p, len, MSG_NOSIGNAL);
        if (n < 0)
            return false;
        p += n;
        len -= (size_t)n;
    }
    return true;
}

void peer_echo(int fd)
{
    char buf[4096];
    ssize_t n;

    while ((n = read(fd, buf, sizeof(buf))) > 0) {
        size_t skip = buf[0] == 1;
        if (!send_back(fd, buf + skip, (size_t)n - skip))
            return;
    }
}

int peer_start(uint16_t *port, void (*serve)(int fd))
{
    int listener = peer_listen("127.0.0.1", port, 8);
    pid_t pid = listener < 0 ? -1 : fork();

    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;) {
            int fd = accept(listener, NULL, NULL);
            serve(fd);
            close(fd);
        }
    }
    if (listener >= 0)
        close(listener);
    return pid;
}

void peer_stop(int pid)
{
    if (pid > 0) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
}

int peer_open_fds(void)
{
    DIR *d = opendir("/proc/self/fd");
    int n = 0;

    if (!d)
        return 0;
    while (readdir(d))
        n++;
    closedir(d);
    return n;
}

bool peer_fds_are(int before)
{
    for (int i = 0; i < 200 && peer_open_fds() != before; i++)
        usleep(10000);
    return peer_open_fds() == before;
}
