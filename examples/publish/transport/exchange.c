/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "transport/exchange.h"

#include <inttypes.h>
#include <string.h>

#include "http/url.h"
#include "base/bytes.h"
#include "base/text.h"
#include "http/http.h"
#include "http/request.h"

enum { PIECE = 16384, HEAD_MAX = 8192 };

struct run {
    struct pub_link *link;
    const struct pub_exchange *x;
    struct pub_answer *answer;
    struct rota_url url;
    struct rota_http http;
    uint64_t off;       /* of the content that was read */
    size_t at, len;     /* of what is in out */
    bool sending;       /* there is more to send */
    bool cut;           /* the request was not sent whole */
    bool more;          /* the server said more than the reply */
    bool reused;        /* the connection had carried a request before */
    uint8_t out[PIECE]; /* on its way to the server */
    uint8_t in[PIECE];
};

/* --- The request --------------------------------------------------------- */

static int write_head(struct run *r, const char *host)
{
    const struct pub_exchange *x = r->x;
    struct rota_ask ask = {
        .accept = x->accept, .if_range = x->if_range, .from = x->from};
    const struct pub_content *c = x->content;
    char length[24];
    struct rota_request q = {
        .method = x->method,
        .ask = &ask,
        .host = host,
        .port = r->url.port,
        .target = {(const uint8_t *)x->url + r->url.path, r->url.path_len},
        .user_agent = "rota-publish/" ROTA_VERSION,
        .token = x->token,
        .api_version = x->api_version,
        .content_type = c && c->size ? c->type : NULL,
        .content_length = c ? length : NULL,
    };

    snprintf(length, sizeof(length), "%" PRIu64, c ? c->size : 0);
    r->len = rota_request_bytes(&q, 0, r->out, HEAD_MAX);
    return r->len == HEAD_MAX ? ROTA_ETOOLONG : ROTA_OK;
}

/* The next piece of the content, when all before it has gone. */
static int refill(struct run *r)
{
    const struct pub_content *c = r->x->content;
    uint64_t left = c ? c->size - r->off : 0;
    size_t n = left < PIECE ? (size_t)left : PIECE;
    int err;

    if (r->at < r->len)
        return ROTA_OK;
    r->at = r->len = 0;
    r->sending = n > 0;
    if (!n)
        return ROTA_OK;
    err = c->read(c->ctx, r->off, r->out, n);
    r->off += n;
    r->len = n;
    return err;
}

static int transmit(struct run *r)
{
    int n = refill(r);

    if (n || !r->sending)
        return n ? n : ROTA_EAGAIN;
    n = pub_link_send(r->link, r->out + r->at, r->len - r->at);
    if (n > 0) {
        r->at += (size_t)n;
        r->answer->begun = true;
    }
    return n;
}

/* --- The reply ----------------------------------------------------------- */

static int body(struct run *r, const struct rota_span *piece)
{
    if (r->answer->reply.encoded)
        return ROTA_EENCODING;
    if (!r->x->take)
        return ROTA_OK;
    return r->x->take(r->x->ctx, &r->answer->reply, piece->p, piece->len);
}

/* The bytes in, up to the end of the reply: ROTA_HTTP_DONE or MORE. */
static int parse(struct run *r, struct rota_span in)
{
    struct rota_span piece;
    int event, err = ROTA_OK;

    do {
        event = rota_http_next(&r->http, &in, &piece);
        if (event == ROTA_HTTP_HEAD && r->sending) {
            r->sending = false; /* it has heard enough */
            r->cut = true;
        }
        if (event == ROTA_HTTP_BODY)
            err = body(r, &piece);
    } while (!err && (event == ROTA_HTTP_HEAD || event == ROTA_HTTP_BODY));
    r->more = event == ROTA_HTTP_DONE && in.len > 0;
    return err ? err : event;
}

static int receive(struct run *r)
{
    int n = pub_link_recv(r->link, r->in, sizeof(r->in));

    if (n == ROTA_ECLOSED) {
        r->link->open = false;
        return rota_http_closed(&r->http);
    }
    return n < 0 ? n : parse(r, (struct rota_span){r->in, (size_t)n});
}

/* --- Both ---------------------------------------------------------------- */

/* The server is listened to first: what it answers to half a body must not be
 * lost to the reset that may follow. */
static int converse(struct run *r)
{
    for (;;) {
        int got = receive(r), put;

        if (got != ROTA_EAGAIN && got != ROTA_HTTP_MORE)
            return got < 0 ? got : ROTA_OK;
        put = r->sending ? transmit(r) : ROTA_EAGAIN;
        if (put < 0 && put != ROTA_EAGAIN && put != ROTA_ECLOSED)
            return put;
        if (put == ROTA_ECLOSED) { /* what it said before may still come */
            r->sending = false;
            r->cut = true;
        }
        if (got == ROTA_EAGAIN && put < 0 && pub_link_wait(r->link))
            return ROTA_ESTALL;
    }
}

static bool connected(const struct pub_link *l, const char *host, uint16_t port)
{
    return l->open && l->port == port
        && rota_text_same_nocase(host, strlen(host), l->host);
}

static int prepare(struct run *r)
{
    char host[ROTA_HOST_MAX + 1];
    int err = rota_url_parse(&r->url, r->x->url);

    if (err)
        return err;
    memcpy(host, r->x->url + r->url.host, r->url.host_len);
    host[r->url.host_len] = '\0';
    err = write_head(r, host);
    /* A server may end a kept connection at any time; then nobody could tell
     * whether it has done what was asked. */
    r->reused = !r->x->content && connected(r->link, host, r->url.port);
    if (!err && !r->reused)
        err = pub_link_open(r->link, host, r->url.port);
    return err;
}

static int attempt(struct run *r, const struct rota_headers_room *room)
{
    int err;

    r->off = r->at = r->len = 0;
    r->sending = true;
    r->cut = r->more = false;
    rota_http_init(&r->http, &r->answer->reply, room,
                   strcmp(r->x->method, "HEAD") == 0);
    err = prepare(r);
    r->link->heard_ms = pub_link_now_ms();
    if (!err)
        err = converse(r);
    if (err || r->cut || r->more || !rota_http_keeps(&r->http))
        pub_link_close(r->link);
    return err;
}

int pub_exchange(struct pub_link *l, const struct pub_exchange *x,
                 struct pub_answer *a)
{
    struct rota_headers_room room = {a->location, a->next, sizeof(a->location),
                                     sizeof(a->next), rota_paging_byte};
    struct run run = {.link = l, .x = x, .answer = a};
    int err;

    a->begun = false;
    a->next[0] = '\0';
    l->deadline_ms = x->deadline_ms ? pub_link_now_ms() + x->deadline_ms : 0;
    err = attempt(&run, &room);
    /* The server had ended the kept connection: what is asked here does no
     * harm when it is done twice. */
    if (run.reused && !run.http.past_head
        && (err == ROTA_ECLOSED || err == ROTA_ETLS))
        err = attempt(&run, &room);
    l->deadline_ms = 0;
    return err;
}
