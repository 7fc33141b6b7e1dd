/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "transport/link.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sys_posix.h"

/* Where systems keep the roots that they trust. */
static const char *const bundles[] = {
    "/etc/ssl/certs/ca-certificates.crt", /* Debian, Arch, Alpine */
    "/etc/pki/tls/certs/ca-bundle.crt",   /* Fedora, RHEL */
    "/etc/ssl/ca-bundle.pem",             /* openSUSE */
    "/etc/ssl/cert.pem",                  /* the BSDs */
};

static const char *system_bundle(void)
{
    for (size_t i = 0; i < sizeof(bundles) / sizeof(bundles[0]); i++)
        if (access(bundles[i], R_OK) == 0)
            return bundles[i];
    return bundles[0];
}

int pub_link_init(struct pub_link *l, const struct pub_say *s,
                  const char *ca_file, uint32_t stall_ms)
{
    const char *path = ca_file ? ca_file : system_bundle();

    memset(l, 0, sizeof(*l));
    l->net = rota_net_bsd_init(&l->bsd);
    l->stall_ms = stall_ms;
    rota_arena_init(&l->arena, l->memory, sizeof(l->memory));
    rota_arena_use(&l->arena);
    l->config = (struct rota_config){
        .net = &l->net,
        .sys = &rota_sys_posix,
        .tls_refusals = &l->arena.failed,
    };
    rota_tls_init(&l->tls, &l->config);
    if (rota_anchors_pem_read(&l->anchors, path))
        return pub_say_failure(
            s, PUB_EXIT_FILE, "ca-file", "%s: %s%s%s", path,
            l->anchors.why ? l->anchors.why : "cannot be read",
            l->anchors.sys_err ? ": " : "",
            l->anchors.sys_err ? strerror(l->anchors.sys_err) : "");
    l->config.anchors = l->anchors.list;
    l->config.anchor_count = l->anchors.count;
    return 0;
}

void pub_link_free(struct pub_link *l)
{
    rota_tls_free(&l->tls);
    rota_anchors_pem_free(&l->anchors);
}

uint64_t pub_link_now_ms(void)
{
    return rota_sys_posix.now_ms(rota_sys_posix.ctx);
}

void pub_link_sleep_ms(uint64_t ms)
{
    struct timespec t = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};

    while (nanosleep(&t, &t))
        ;
}

int pub_link_wait(struct pub_link *l)
{
    uint64_t now = pub_link_now_ms(), end = l->heard_ms + l->stall_ms;

    if (l->deadline_ms && l->deadline_ms < end)
        end = l->deadline_ms;
    if (now >= end)
        return ROTA_ESTALL;
    if (!l->tls.busy)
        rota_net_bsd_wait(&l->bsd, (uint32_t)(end - now));
    return ROTA_OK;
}

void pub_link_close(struct pub_link *l)
{
    rota_tls_close(&l->tls);
    l->open = false;
}

int pub_link_open(struct pub_link *l, const char *host, uint16_t port)
{
    int err;

    pub_link_close(l);
    if (strlen(host) > ROTA_HOST_MAX)
        return ROTA_ETOOLONG;
    memcpy(l->host, host, strlen(host) + 1);
    l->port = port;
    l->heard_ms = pub_link_now_ms();
    do {
        err = rota_tls_open(&l->tls, l->host, port);
        if (err == ROTA_EAGAIN && pub_link_wait(l))
            err = ROTA_ESTALL;
    } while (err == ROTA_EAGAIN);
    l->open = err == ROTA_OK;
    if (err)
        pub_link_close(l);
    l->heard_ms = pub_link_now_ms();
    return err;
}

static int heard(struct pub_link *l, int n)
{
    if (n > 0)
        l->heard_ms = pub_link_now_ms();
    return n;
}

int pub_link_send(struct pub_link *l, const void *buf, size_t len)
{
    return heard(l, rota_tls_send(&l->tls, buf, len));
}

int pub_link_recv(struct pub_link *l, void *buf, size_t len)
{
    return heard(l, rota_tls_recv(&l->tls, buf, len));
}
