/* SPDX-License-Identifier: Apache-2.0 */
#include "port/port_check.h"

#include <string.h>

/* No call may take longer; what a busy machine adds is in it. */
enum { CALL_MS = 250, PATIENCE_MS = 30000, BULK = 200000, ROUNDS = 20 };

struct run {
    const struct port_check_net *n;
    uint64_t slowest_ms; /* call so far */
    bool legal;          /* every count was 1..len, or an error */
};

static uint64_t now(const struct run *run)
{
    return run->n->sys->now_ms(run->n->sys->ctx);
}

static int took(struct run *run, uint64_t since, int result)
{
    uint64_t ms = now(run) - since;

    if (ms > run->slowest_ms)
        run->slowest_ms = ms;
    if (result == ROTA_EAGAIN && run->n->idle)
        run->n->idle(run->n->arg);
    return result;
}

static int try_open(struct run *run, const char *host, uint16_t port)
{
    const struct rota_net *net = run->n->net;
    uint64_t start = now(run), call;
    int err;

    do {
        call = now(run);
        err = took(run, call, net->open(net->ctx, host, port));
    } while (err == ROTA_EAGAIN && now(run) - start < PATIENCE_MS);
    return err;
}

static int counted(struct run *run, int n, size_t len)
{
    if (n == 0 || (n > 0 && (size_t)n > len))
        run->legal = false;
    return n;
}

static int try_send(struct run *run, const void *buf, size_t len)
{
    const struct rota_net *net = run->n->net;
    uint64_t call = now(run);

    return counted(run, took(run, call, net->send(net->ctx, buf, len)), len);
}

static int try_recv(struct run *run, void *buf, size_t len)
{
    const struct rota_net *net = run->n->net;
    uint64_t call = now(run);

    return counted(run, took(run, call, net->recv(net->ctx, buf, len)), len);
}

static void end(struct run *run)
{
    run->n->net->close(run->n->net->ctx);
}

static bool opens(struct run *run)
{
    return try_open(run, run->n->host, run->n->port) == ROTA_OK;
}

static int recv_some(struct run *run, void *buf, size_t len)
{
    uint64_t start = now(run);
    int n;

    while ((n = try_recv(run, buf, len)) == ROTA_EAGAIN)
        if (now(run) - start > PATIENCE_MS)
            break;
    return n;
}

static uint8_t pattern(uint32_t off)
{
    return (uint8_t)(5 + (off ^ off >> 8) % 200); /* neither 1 nor 4 */
}

static bool send_part(struct run *run, uint32_t *sent)
{
    uint8_t buf[1460];
    size_t len = BULK - *sent < sizeof(buf) ? BULK - *sent : sizeof(buf);
    int n;

    if (len == 0)
        return true;
    for (size_t i = 0; i < len; i++)
        buf[i] = pattern(*sent + (uint32_t)i);
    n = try_send(run, buf, len);
    if (n > 0)
        *sent += (uint32_t)n;
    return n > 0 || n == ROTA_EAGAIN;
}

static bool recv_part(struct run *run, uint32_t *got)
{
    uint8_t buf[1000];
    int n = try_recv(run, buf, sizeof(buf));

    for (int i = 0; i < n; i++)
        if (buf[i] != pattern((*got)++))
            return false;
    return n > 0 || n == ROTA_EAGAIN;
}

static bool echoes_bulk(struct run *run)
{
    uint64_t start = now(run);
    uint32_t sent = 0, got = 0;

    while (got < BULK && now(run) - start < 2 * PATIENCE_MS)
        if (!send_part(run, &sent) || !recv_part(run, &got))
            return false;
    return got == BULK;
}

/* Milliseconds for so many rounds of first being sent, then an x, and the x
 * coming back. */
static uint64_t rounds(struct run *run, const char *first)
{
    uint64_t start = now(run);
    uint8_t c;

    for (int i = 0; i < ROUNDS; i++)
        if ((first && try_send(run, first, 1) != 1)
            || try_send(run, "x", 1) != 1 || recv_some(run, &c, 1) != 1)
            return PATIENCE_MS;
    return now(run) - start;
}

/* Without TCP_NODELAY a second piece waits until the first one's receipt is
 * confirmed, and a server without an answer to that takes its time. */
static bool sends_at_once(struct run *run)
{
    uint64_t one = rounds(run, NULL);

    return rounds(run, "\1") < one + ROUNDS * 15;
}

static bool ends(struct run *run)
{
    uint8_t c;

    return try_send(run, "\4", 1) == 1 && recv_some(run, &c, 1) == ROTA_ECLOSED
        && try_recv(run, &c, 1) == ROTA_ECLOSED;
}

static bool refuses_bytes(struct run *run)
{
    uint8_t c = 0;
    int sent = try_send(run, &c, 1), got = try_recv(run, &c, 1);

    return sent < 0 && sent != ROTA_EAGAIN && got < 0 && got != ROTA_EAGAIN;
}

static int tell(const struct port_check *r, bool good, const char *what)
{
    r->report(r->arg, good, what);
    return !good;
}

static int check_connection(const struct port_check *r, struct run *run)
{
    uint8_t c;
    int bad = tell(r, opens(run), "open gets through");

    if (bad)
        return bad;
    bad += tell(r, try_recv(run, &c, 1) == ROTA_EAGAIN,
                "recv says EAGAIN when nothing has come");
    bad += tell(r, echoes_bulk(run), "bytes come whole and in order");
    bad += tell(r, sends_at_once(run), "small pieces go out at once");
    bad += tell(r, ends(run), "recv says ECLOSED at the end, and again");
    end(run);
    end(run);
    bad += tell(r, refuses_bytes(run), "after close no bytes go or come");
    bad += tell(r, opens(run), "it can be opened again");
    end(run);
    return bad;
}

int port_check_net(const struct port_check *r, const struct port_check_net *n)
{
    struct run run = {.n = n, .legal = true};
    int bad = 0;

    end(&run);
    bad += tell(r, refuses_bytes(&run), "before open no bytes go or come");
    bad += check_connection(r, &run);
    if (n->closed_port) {
        bad += tell(r, try_open(&run, n->host, n->closed_port) == ROTA_ECONNECT,
                    "open says ECONNECT where nothing listens");
        bad += tell(r, opens(&run), "and gets through afterwards");
        end(&run);
    }
    if (n->no_host)
        bad += tell(r, try_open(&run, n->no_host, n->port) == ROTA_EDNS,
                    "open says EDNS to a name that is not found");
    (void)n->net->open(n->net->ctx, n->host, n->port);
    end(&run);
    bad += tell(r, refuses_bytes(&run), "an attempt to open can be ended");
    bad += tell(r, run.legal, "counts are never 0 nor above what was asked");
    bad += tell(r, run.slowest_ms < CALL_MS, "no call waits");
    return bad;
}
