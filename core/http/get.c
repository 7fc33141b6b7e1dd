/* SPDX-License-Identifier: Apache-2.0 */
/*
 *   IDLE -> CONNECT -> SEND -> HEAD -> BODY -> IDLE
 *              ^         |       |
 *              |_________|_______|  a redirect to another origin, or a kept
 *                        ^_______|  connection that the server had closed;
 *                                   a redirect within the origin
 */
#include "http/get.h"

#include <string.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/text.h"
#include "http/policy.h"

enum { IDLE, CONNECT, SEND, HEAD, BODY, DRAIN };

/* Fewer bytes a second than this, over three stall timeouts, is a stall. */
#define RATE_MIN 100u

/* A redirect's own body is read, to keep the connection, up to this. */
#define DRAIN_MAX 4096u

_Static_assert(ROTA_REDIRECTS_MAX >= 0 && ROTA_REDIRECTS_MAX < UINT8_MAX,
               "redirects must count to one more than the limit");

void rota_get_close(struct rota_get *g)
{
    rota_tls_close(&g->tls);
    g->open = false;
    g->state = IDLE;
    g->in_len = 0;
}

void rota_get_end(struct rota_get *g)
{
    if (g->state != IDLE)
        rota_get_close(g);
}

/* --- Time ---------------------------------------------------------------- */

static uint32_t get_stall_ms(const struct rota_get *g)
{
    return rota_config_stall_ms(g->config);
}

static void get_start_clock(struct rota_get *g)
{
    g->heard_ms = g->window_ms = rota_clock_ms(g->config);
    g->window_bytes = 0;
}

/* Bytes went out or came in. */
static void get_heard(struct rota_get *g, int n)
{
    g->heard_ms = rota_clock_ms(g->config);
    g->window_bytes += (uint32_t)n;
}

static int get_check_clock(struct rota_get *g)
{
    uint32_t stall = get_stall_ms(g), window = 3 * stall;
    uint32_t now = rota_clock_ms(g->config);

    g->slow = false;
    if (now - g->heard_ms >= stall)
        return ROTA_ESTALL;
    if (now - g->window_ms < window)
        return ROTA_OK;
    if (g->state != CONNECT && g->window_bytes < window / 1000 * RATE_MIN) {
        g->slow = true;
        return ROTA_ESTALL;
    }
    g->window_ms = now;
    g->window_bytes = 0;
    return ROTA_OK;
}

/* --- Where to ------------------------------------------------------------ */

void rota_get_init(struct rota_get *g, const struct rota_config *config,
                   char href[ROTA_URL_MAX + 1], char *next, uint16_t next_size)
{
    memset(g, 0, sizeof *g);
    g->config = config;
    g->href = href;
    g->href_size = ROTA_URL_MAX + 1;
    g->next = next;
    g->next_size = next_size;
    rota_tls_init(&g->tls, config);
}

static bool get_is_connected_to_url(const struct rota_get *g)
{
    return g->open && g->port == g->url.port
        && rota_text_same_nocase(g->href + g->url.host, g->url.host_len,
                                 g->host);
}

/* Make ready to ask for href, over the connection there is if it leads
 * there. Whoever named it, a redirect or a release: only to where it may. */
static int get_aim(struct rota_get *g)
{
    int err = rota_policy_aim(g);
    if (err)
        return err;

    g->reused = get_is_connected_to_url(g);
    if (!g->reused) {
        rota_get_close(g);
        memcpy(g->host, g->href + g->url.host, g->url.host_len);
        g->host[g->url.host_len] = '\0';
        g->port = g->url.port;
    }
    g->state = g->reused ? SEND : CONNECT;
    g->moved = 0;
    get_start_clock(g);
    return ROTA_OK;
}

int rota_get_begin(struct rota_get *g, const struct rota_ask *ask)
{
    g->ask = *ask;
    g->redirects = 0;
    return get_aim(g);
}

/* --- Redirects ----------------------------------------------------------- */

static bool get_is_redirect(const struct rota_reply *r)
{
    return r->status == 301 || r->status == 302 || r->status == 303
        || r->status == 307 || r->status == 308;
}

/* The head of a redirect has come, Location is in href. */
static int get_follow(struct rota_get *g)
{
    int err = rota_policy_redirect(g);
    if (err)
        return err;
    if (++g->redirects > ROTA_REDIRECTS_MAX)
        return ROTA_EREDIRECT;
    if (!get_is_connected_to_url(g))
        return get_aim(g);
    g->state = DRAIN;
    return ROTA_OK;
}

/* --- The states ---------------------------------------------------------- */

static int get_connect(struct rota_get *g)
{
    int err = rota_tls_open(&g->tls, g->host, g->port);
    if (err)
        return err;
    g->open = true;
    g->state = SEND;
    get_start_clock(g);
    return ROTA_EAGAIN;
}

static void get_describe(const struct rota_get *g, struct rota_request *q)
{
    const struct rota_config *c = g->config;

    *q = (struct rota_request){
        .ask = &g->ask,
        .host = g->host,
        .port = g->port,
        .target = {(const uint8_t *)g->href + g->url.path, g->url.path_len},
    };
    q->user_agent = rota_config_user_agent(c);
    if (g->to_api && !g->ask.no_token)
        q->token = c->token;
    if (g->to_api)
        q->api_version = rota_config_api_version(c);
}

static void get_expect_reply(struct rota_get *g)
{
    struct rota_headers_room room = {g->href, g->next, g->href_size,
                                     g->next_size, g->ask.paging};

    rota_http_init(&g->http, &g->reply, &room, false);
    g->in_len = 0;
    g->moved = 0;
    g->state = HEAD;
}

static int get_send(struct rota_get *g)
{
    struct rota_request q;
    uint8_t *buf = g->config->buffer;

    get_describe(g, &q);
    size_t n = rota_request_bytes(&q, g->moved, buf,
                                  rota_config_buffer_size(g->config));
    if (n == 0) {
        get_expect_reply(g);
        return ROTA_EAGAIN;
    }
    int taken = rota_tls_send(&g->tls, buf, n);
    if (taken < 0)
        return taken;
    g->moved += (uint32_t)taken;
    get_heard(g, taken);
    return ROTA_EAGAIN;
}

/* What the network has, as far as the buffer has room. */
static int get_fill(struct rota_get *g)
{
    const struct rota_config *c = g->config;

    return rota_tls_recv(&g->tls, c->buffer, rota_config_buffer_size(c));
}

/* Get bytes into the empty buffer. A positive result is an event: the end of
 * the connection ended the reply. */
static int get_receive(struct rota_get *g)
{
    int n = get_fill(g);
    if (n == ROTA_ECLOSED) {
        g->open = false;
        return rota_http_closed(&g->http);
    }
    if (n < 0)
        return n;
    get_heard(g, n);
    g->reused = false; /* whatever comes next, the server has answered */
    g->in_at = 0;
    g->in_len = (uint32_t)n;
    return ROTA_EAGAIN;
}

/* The next event of the reply, or ROTA_EAGAIN. */
static int get_read_reply(struct rota_get *g, struct rota_span *body)
{
    struct rota_span in = {(uint8_t *)g->config->buffer + g->in_at, g->in_len};
    int event = rota_http_next(&g->http, &in, body);

    g->in_at += g->in_len - (uint32_t)in.len;
    g->in_len = (uint32_t)in.len;
    return event == ROTA_HTTP_MORE ? get_receive(g) : event;
}

static int get_head(struct rota_get *g, struct rota_span *body)
{
    int event = get_read_reply(g, body);
    if (event != ROTA_HTTP_HEAD)
        return event;
    if (get_is_redirect(&g->reply)) {
        int err = get_follow(g);
        return err ? err : ROTA_EAGAIN;
    }
    g->state = BODY;
    return ROTA_HTTP_HEAD;
}

/* The reply is complete, and so is all that the server has to say: a byte
 * more means that it counts otherwise than it announced. Looking for one also
 * tells whether the connection is still there to be used again. */
static int get_end_of_reply(struct rota_get *g)
{
    g->state = IDLE;
    if (g->open && g->in_len == 0) {
        int n = get_fill(g);
        g->in_len = n > 0 ? (uint32_t)n : 0;
        g->open = n == ROTA_EAGAIN;
    }
    bool more = g->in_len != 0;
    if (!g->open || more || !rota_http_keeps(&g->http))
        rota_get_close(g);
    return more ? ROTA_ELENGTH : ROTA_HTTP_DONE;
}

static int get_body(struct rota_get *g, struct rota_span *body)
{
    int event = get_read_reply(g, body);
    return event == ROTA_HTTP_DONE ? get_end_of_reply(g) : event;
}

/* Read a redirect's body, so that the connection can be used again. */
static int get_drain(struct rota_get *g, struct rota_span *body)
{
    int event = get_body(g, body);
    if (event == ROTA_HTTP_BODY)
        g->moved += (uint32_t)body->len;
    if (event == ROTA_HTTP_DONE) {
        event = get_aim(g);
    } else if (g->moved > DRAIN_MAX || event == ROTA_ECLOSED) {
        rota_get_close(g);
        event = get_aim(g);
    }
    return event < 0 ? event : ROTA_EAGAIN;
}

static int get_run_state(struct rota_get *g, struct rota_span *body)
{
    switch (g->state) {
    case CONNECT: return get_connect(g);
    case SEND: return get_send(g);
    case HEAD: return get_head(g, body);
    case BODY: return get_body(g, body);
    case DRAIN: return get_drain(g, body);
    }
    return ROTA_EINVAL; /* IDLE: nothing was asked for */
}

/* A kept connection that the server had closed meanwhile: open it again, once.
 * href is still whole, since no head has come. */
static bool get_reopen(struct rota_get *g, int err)
{
    if (!g->reused || (err != ROTA_ECLOSED && err != ROTA_ETLS))
        return false;
    rota_get_close(g);
    return get_aim(g) == ROTA_OK;
}

int rota_get_step(struct rota_get *g, struct rota_span *body)
{
    uint8_t state = g->state;
    uint32_t bytes = g->window_bytes;

    int result = get_run_state(g, body);
    g->blocked = result == ROTA_EAGAIN && state == g->state
              && bytes == g->window_bytes && g->in_len == 0 && !g->tls.busy;
    if (result >= 0)
        return result;
    if (result == ROTA_EAGAIN) {
        result = get_check_clock(g);
        if (!result)
            return ROTA_EAGAIN;
    }
    if (get_reopen(g, result))
        return ROTA_EAGAIN;
    rota_get_close(g);
    return result;
}
