/* SPDX-License-Identifier: Apache-2.0 */
#include "net_lwip.h"

#include <string.h>

#include <lwip/dns.h>
#include <lwip/pbuf.h>
#include <lwip/sys.h>
#include <lwip/tcp.h>

#define CONNECT_MS 5000

enum phase { IDLE, LOOKUP, FOUND, NOT_FOUND, CONNECT, OPEN };

/* --- Looking up a name ---------------------------------------------------- */

/* FNV-1a. A look-up cannot be called off, so its answer may come when another
 * one is under way. */
static uint32_t hash(const char *name)
{
    uint32_t h = 2166136261u;

    for (; *name; name++)
        h = (h ^ (uint8_t)*name) * 16777619u;
    return h;
}

static void on_name(const char *name, const ip_addr_t *address, void *arg)
{
    struct rota_net_lwip *n = arg;

    if (n->phase != LOOKUP || n->lookup != hash(name))
        return;
    n->phase = address ? FOUND : NOT_FOUND;
    if (address)
        ip_addr_copy(n->address, *address);
}

static int look_up(struct rota_net_lwip *n, const char *host)
{
    n->lookup = hash(host);
    n->phase = LOOKUP;
    switch (dns_gethostbyname(host, &n->address, on_name, n)) {
    case ERR_OK: n->phase = FOUND; return ROTA_OK;
    case ERR_INPROGRESS: return ROTA_EAGAIN;
    default: return ROTA_EDNS;
    }
}

/* --- What lwIP tells ------------------------------------------------------ */

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
    struct rota_net_lwip *n = arg;

    (void)pcb;
    (void)err; /* always ERR_OK, says lwIP */
    n->phase = OPEN;
    return ERR_OK;
}

/* pbuf chains count their bytes in 16 bits, which a scaled window exceeds.
 * What is refused here lwIP keeps and offers again. */
static err_t on_bytes(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    struct rota_net_lwip *n = arg;

    (void)pcb;
    (void)err;
    if (!p)
        n->ended = true;
    else if (!n->queue)
        n->queue = p;
    else if (n->queue->tot_len + p->tot_len > 0xffff)
        return ERR_MEM;
    else
        pbuf_cat(n->queue, p);
    return ERR_OK;
}

/* The connection was refused, reset or given up; pcb is gone already. */
static void on_error(void *arg, err_t err)
{
    struct rota_net_lwip *n = arg;

    (void)err;
    n->pcb = NULL;
    n->ended = true;
}

/* --- Connecting ----------------------------------------------------------- */

static int start_connect(struct rota_net_lwip *n, uint16_t port)
{
    n->pcb = tcp_new_ip_type(IP_GET_TYPE(&n->address));
    if (!n->pcb)
        return ROTA_ECONNECT;
    n->phase = CONNECT;
    n->started_ms = sys_now();
    tcp_arg(n->pcb, n);
    tcp_recv(n->pcb, on_bytes);
    tcp_err(n->pcb, on_error);
    tcp_nagle_disable(n->pcb);
    if (tcp_connect(n->pcb, &n->address, port, on_connected) != ERR_OK)
        return ROTA_ECONNECT;
    return ROTA_EAGAIN;
}

static int wait_connect(const struct rota_net_lwip *n)
{
    if (!n->pcb || sys_now() - n->started_ms >= n->connect_ms)
        return ROTA_ECONNECT;
    return ROTA_EAGAIN;
}

static int go_on(struct rota_net_lwip *n, const char *host, uint16_t port)
{
    int err;

    switch ((enum phase)n->phase) {
    case IDLE:
        err = look_up(n, host);
        return err ? err : start_connect(n, port);
    case LOOKUP: return ROTA_EAGAIN;
    case FOUND: return start_connect(n, port);
    case NOT_FOUND: return ROTA_EDNS;
    case CONNECT: return wait_connect(n);
    case OPEN: break;
    }
    return ROTA_OK;
}

/* --- The table ------------------------------------------------------------ */

/* tcp_close sends what is queued and then FIN on its own, or RST when bytes
 * were left unread. Without memory for that, the peer is told by RST. */
static void drop_pcb(struct tcp_pcb *pcb)
{
    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_err(pcb, NULL);
    if (tcp_close(pcb) != ERR_OK)
        tcp_abort(pcb);
}

static void net_close(void *ctx)
{
    struct rota_net_lwip *n = ctx;

    if (n->pcb)
        drop_pcb(n->pcb);
    if (n->queue)
        pbuf_free(n->queue);
    n->pcb = NULL;
    n->queue = NULL;
    n->ended = false;
    n->phase = IDLE;
}

static int net_open(void *ctx, const char *host, uint16_t port)
{
    int err = go_on(ctx, host, port);

    if (err && err != ROTA_EAGAIN)
        net_close(ctx);
    return err;
}

/* lwIP may lack memory for a segment that its send buffer has room for: less
 * may fit. */
static int net_send(void *ctx, const void *buf, size_t len)
{
    struct rota_net_lwip *n = ctx;
    u16_t room;
    err_t err = ERR_MEM;

    if (n->phase != OPEN || !n->pcb)
        return ROTA_ECLOSED;
    room = (u16_t)LWIP_MIN(tcp_sndbuf(n->pcb), len);
    while (room) {
        err = tcp_write(n->pcb, buf, room, TCP_WRITE_FLAG_COPY);
        if (err != ERR_MEM)
            break;
        room /= 2;
    }
    (void)tcp_output(n->pcb); /* failed: lwIP tries again by itself */
    if (err == ERR_OK)
        return room;
    return err == ERR_MEM ? ROTA_EAGAIN : ROTA_ECLOSED;
}

static int net_recv(void *ctx, void *buf, size_t len)
{
    struct rota_net_lwip *n = ctx;
    u16_t got;

    if (n->phase != OPEN)
        return ROTA_ECLOSED;
    if (!n->queue)
        return n->ended ? ROTA_ECLOSED : ROTA_EAGAIN;
    got = (u16_t)LWIP_MIN(n->queue->tot_len, len);
    pbuf_copy_partial(n->queue, buf, got, 0);
    n->queue = pbuf_free_header(n->queue, got);
    if (n->pcb)
        tcp_recved(n->pcb, got);
    return got;
}

struct rota_net rota_net_lwip_init(struct rota_net_lwip *n)
{
    memset(n, 0, sizeof(*n));
    n->connect_ms = CONNECT_MS;
    return (struct rota_net){n, net_open, net_send, net_recv, net_close};
}
