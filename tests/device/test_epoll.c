/* SPDX-License-Identifier: Apache-2.0 */
/* A whole update by the loop that port/README.md shows: a name is looked up, a
 * server over sockets is asked, and the image goes to RAM. Nothing but epoll
 * wakes the client while it waits for the network. */
#define _GNU_SOURCE
#include "flash_ram.h"
#include "net_bsd.h"
#include "port/peer.h"
#include "rota.h"
#include "support/script.h"
#include "sys_posix.h"
#include "support/test.h"

#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { IMAGE = 32 << 10, PATIENCE_MS = 10000 };

/* --- The server, a process ------------------------------------------------ */

static bool put(int fd, const void *bytes, size_t len)
{
    const char *p = bytes;

    while (len > 0) {
        ssize_t n = send(fd, p, len < 5000 ? len : 5000, MSG_NOSIGNAL);
        if (n < 0)
            return false;
        p += n;
        len -= (size_t)n;
        usleep(3000); /* so that the client must wait */
    }
    return true;
}

static bool reply(int fd, const char *type, const void *body, size_t len)
{
    char head[200];
    int n = snprintf(head, sizeof head,
                     "HTTP/1.1 200 OK\r\nContent-Type: application/%s\r\n"
                     "Content-Length: %zu\r\n\r\n",
                     type, len);

    usleep(20000);
    return put(fd, head, (size_t)n) && put(fd, body, len);
}

static bool answer(int fd, const char *request)
{
    char size[16];
    const char *json;

    if (strstr(request, "/assets/"))
        return reply(fd, "octet-stream", script_image(), IMAGE);
    snprintf(size, sizeof size, "%d", IMAGE);
    json = script_release_json("v1.1.0", "app-1.1.0.bin", size, NULL);
    return reply(fd, "json", json, strlen(json));
}

static void serve(int fd)
{
    char request[4096] = "";
    size_t len = 0;
    ssize_t n;

    while ((n = read(fd, request + len, sizeof request - 1 - len)) > 0) {
        len += (size_t)n;
        request[len] = '\0';
        if (!strstr(request, "\r\n\r\n"))
            continue;
        if (!answer(fd, request))
            return;
        len = 0;
    }
}

/* --- The client ----------------------------------------------------------- */

static struct rota_net_bsd bsd;
static uint8_t image[IMAGE];
static unsigned char buffer[4096];
static bool downloaded, failed;

static void on_event(void *app, const struct rota_event *e)
{
    (void)app;
    downloaded |= e->type == ROTA_EV_DOWNLOADED;
    failed |= e->type == ROTA_EV_FAILED;
    if (e->type == ROTA_EV_FAILED)
        printf("%s: %s\n", e->state, rota_err_text(e->err));
}

static bool start_client(struct rota *r, uint16_t port)
{
    static struct rota_flash_ram ram;
    static struct rota_flash slot;
    static struct rota_net net;
    static struct rota_config config;
    static const uint8_t root[1];
    static const struct rota_anchor anchor = {root, sizeof root};
    static char api[64];

    snprintf(api, sizeof api, "https://localhost:%u/api/v3", (unsigned)port);
    slot = rota_flash_ram(&ram, image, sizeof image);
    net = rota_net_bsd_init(&bsd);
    config = (struct rota_config){.net = &net,
                                  .sys = &rota_sys_posix,
                                  .slot = &slot,
                                  .buffer = buffer,
                                  .buffer_size = sizeof buffer,
                                  .anchors = &anchor,
                                  .anchor_count = 1,
                                  .api = api,
                                  .repo = "acme/app",
                                  .asset = "app-*.bin",
                                  .version = "1.0.0",
                                  .event = on_event};
    return rota_init(r, &config) == ROTA_OK;
}

/* --- The loop ------------------------------------------------------------- */

/* Does the client wait for the network? epoll watches for it then. */
static bool watch(int loop)
{
    struct pollfd p;
    struct epoll_event e = {.events = EPOLLONESHOT};

    if (!rota_net_bsd_pollfd(&bsd, &p))
        return false;
    e.events |= (unsigned short)p.events; /* EPOLLIN is POLLIN */
    e.data.ptr = &bsd;
    if (epoll_ctl(loop, EPOLL_CTL_MOD, p.fd, &e))
        CHECK(epoll_ctl(loop, EPOLL_CTL_ADD, p.fd, &e) == 0);
    return true;
}

/* How often the network woke the client, or -1 when it did not in time. With
 * rota_wait_ms as the time-out, as a program has it, that would go unseen. */
static int run(struct rota *r)
{
    int loop = epoll_create1(EPOLL_CLOEXEC), woken = 0;
    struct epoll_event e;

    for (rota_step(r); !downloaded && !failed && woken >= 0; rota_step(r)) {
        uint32_t ms = rota_wait_ms(r);
        bool network = watch(loop) && ms > 0;
        int n = epoll_wait(loop, &e, 1, network ? PATIENCE_MS : (int)ms);
        if (n == 1)
            woken++;
        else if (network)
            woken = -1;
    }
    close(loop);
    return woken;
}

static void an_update_needs_nothing_but_epoll(void)
{
    static struct rota rota;
    uint16_t port = 0;
    int server = peer_start(&port, serve);
    int before = peer_open_fds();

    CHECK(server > 0 && start_client(&rota, port));
    CHECK(run(&rota) > 2);
    CHECK(downloaded && !failed);
    CHECK(memcmp(image, script_image(), sizeof image) == 0);
    rota_stop(&rota);
    CHECK(peer_fds_are(before));
    peer_stop(server);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    RUN(an_update_needs_nothing_but_epoll);
    return test_end();
}
