/* SPDX-License-Identifier: Apache-2.0 */
#include "support/fakenet.h"

#include <stdio.h>
#include <string.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static int again(struct fakenet *f)
{
    f->now_ms += f->tick_ms;
    return ROTA_EAGAIN;
}

static void next_reply(struct fakenet *f)
{
    f->next++;
    f->off = 0;
    f->waited = 0;
}

static int net_open(void *ctx, const char *host, uint16_t port)
{
    struct fakenet *f = ctx;
    size_t len = strlen(f->opened);

    if (f->up)
        return ROTA_OK;
    if (f->opening == 0) {
        f->opens++;
        snprintf(f->opened + len, sizeof(f->opened) - len, "%s:%u ", host,
                 (unsigned)port);
    }
    if (f->opening++ < f->open_again)
        return again(f);
    f->opening = 0;
    if (f->open_fails > 0) {
        f->open_fails--;
        return f->open_err;
    }
    f->up = true;
    f->ended = false;
    f->requests = f->crlf = 0;
    return ROTA_OK;
}

/* Count the empty lines that end a request's head: ours have no body. */
static void look_at(struct fakenet *f, const char *p, size_t len)
{
    static const char empty_line[] = "\r\n\r\n";

    for (size_t i = 0; i < len; i++) {
        if (p[i] == empty_line[f->crlf])
            f->crlf++;
        else
            f->crlf = p[i] == '\r';
        if (f->crlf < 4)
            continue;
        f->crlf = 0;
        f->requests++;
        if (f->next + f->requests > f->script_len && !f->ended)
            f->overruns++;
    }
}

static int net_send(void *ctx, const void *buf, size_t len)
{
    struct fakenet *f = ctx;
    size_t room = sizeof(f->sent) - 1 - least(f->sent_len, sizeof(f->sent) - 1);

    if (!f->up)
        return ROTA_ECLOSED;
    if (f->waited++ < f->send_again)
        return again(f);
    f->waited = 0;
    if (f->send_piece)
        len = least(len, f->send_piece);
    memcpy(f->sent + least(f->sent_len, sizeof(f->sent) - 1), buf,
           least(len, room));
    f->sent_len += len;
    look_at(f, buf, len);
    return (int)len;
}

static void end_of_reply(struct fakenet *f, enum fakenet_then then)
{
    f->requests -= f->requests > 0;
    f->ended = then == FAKENET_CLOSE;
    next_reply(f);
}

static int net_recv(void *ctx, void *buf, size_t len)
{
    struct fakenet *f = ctx;
    const struct fakenet_reply *r = f->script + f->next;
    size_t all;

    if (!f->up || f->ended || f->next >= f->script_len)
        return ROTA_ECLOSED;
    if (!f->requests && !f->eager)
        return again(f);
    all = r->len ? r->len : strlen(r->data);
    if (f->waited++ < r->again || (f->off == all && r->then == FAKENET_STALL))
        return again(f);
    f->waited = 0;
    len = least(len, all - f->off);
    if (r->piece)
        len = least(len, r->piece);
    memcpy(buf, (const char *)r->data + f->off, len);
    f->off += len;
    if (f->off == all && r->then == FAKENET_ENDLESS)
        f->off = r->from;
    if (f->off == all && r->then != FAKENET_STALL)
        end_of_reply(f, r->then);
    return len ? (int)len : ROTA_ECLOSED;
}

static void net_close(void *ctx)
{
    struct fakenet *f = ctx;

    f->opening = 0;
    if (!f->up)
        return;
    f->up = false;
    f->closes++;
    if (f->off > 0 || (f->requests > 0 && !f->ended))
        next_reply(f);
}

static uint64_t sys_now_ms(void *ctx)
{
    return ((struct fakenet *)ctx)->now_ms;
}

static uint64_t sys_unix_time(void *ctx)
{
    return ((struct fakenet *)ctx)->unix_time;
}

static int sys_random(void *ctx, void *buf, size_t len)
{
    struct fakenet *f = ctx;
    unsigned char *p = buf;

    while (len-- > 0) {
        f->seed = f->seed * 1664525u + 1013904223u;
        *p++ = (unsigned char)(f->seed >> 24);
    }
    return ROTA_OK;
}

void fakenet_init(struct fakenet *f, const struct fakenet_reply *script,
                  size_t script_len)
{
    memset(f, 0, sizeof(*f));
    f->script = script;
    f->script_len = (unsigned)script_len;
    f->tick_ms = 1;
    f->now_ms = 1000;
    f->seed = 1;
}

struct rota_net fakenet_net(struct fakenet *f)
{
    return (struct rota_net){f, net_open, net_send, net_recv, net_close};
}

struct rota_sys fakenet_sys(struct fakenet *f)
{
    return (struct rota_sys){f, sys_now_ms, sys_unix_time, sys_random};
}
