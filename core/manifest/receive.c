/* SPDX-License-Identifier: Apache-2.0 */
/*
 *   BEGIN -> ASK -> REPLY -> COMPLETE
 *             ^       |
 *             '- WAIT-'  try again, from the start
 */
#include "manifest/receive.h"

#include <string.h>

#include "base/clock.h"
#include "http/http.h"
#include "release/github.h"
#include "update/fetch.h"
#include "base/bytes.h"
#include "http/request.h"

enum { BEGIN, ASK, REPLY, WAIT, COMPLETE };

/* The server tells the length of the manifest: check it against the room. */
static int receive_check_size(struct rota_client *c,
                              struct rota_manifest_receive *s)
{
    s->state = ASK;
    return c->answer.release.size > ROTA_MANIFEST_MAX ? ROTA_EMANIFEST
                                                      : ROTA_EAGAIN;
}

static int receive_ask(struct rota_client *c, struct rota_manifest_receive *s)
{
    const struct rota_release *r = &c->answer.release;
    struct rota_get *g = &c->get;
    int err = rota_github_asset_url(c->config, r->asset_id, r->url, g->href,
                                    g->href_size);

    if (!err)
        err =
            rota_get_begin(g, &(struct rota_ask){.accept = ROTA_ACCEPT_BYTES});
    s->got = 0;
    s->state = REPLY;
    return err ? err : ROTA_EAGAIN;
}

/* The media type does not matter, since the signatures decide. */
static int receive_take_head(const struct rota_client *c)
{
    const struct rota_reply *r = &c->get.reply;
    int err = rota_http_error(r);

    if (err)
        return err;
    if (r->encoded)
        return ROTA_EENCODING;
    return r->status == 200 ? ROTA_EAGAIN : ROTA_ESTATUS;
}

static int receive_take_body(struct rota_client *c,
                             struct rota_manifest_receive *s,
                             const struct rota_span *body)
{
    if (body->len > c->answer.release.size - s->got)
        return ROTA_ELENGTH;
    memcpy(c->scratch.manifest + s->got, body->p, body->len);
    s->got += (uint32_t)body->len;
    return ROTA_EAGAIN;
}

static int receive_reply(struct rota_client *c, struct rota_manifest_receive *s)
{
    struct rota_span body;
    int event = rota_get_step(&c->get, &body);

    switch (event) {
    case ROTA_HTTP_HEAD: return receive_take_head(c);
    case ROTA_HTTP_BODY: return receive_take_body(c, s, &body);
    case ROTA_HTTP_DONE:
        return s->got == c->answer.release.size ? ROTA_OK : ROTA_ESIZE;
    default: return event;
    }
}

static int receive_wait(struct rota_client *c, struct rota_manifest_receive *s)
{
    c->get.blocked = true;
    if (rota_clock_ms(c->config) - s->wait_ms >= 500u << s->attempts)
        s->state = ASK;
    return ROTA_EAGAIN;
}

static int receive_run_state(struct rota_client *c,
                             struct rota_manifest_receive *s)
{
    switch (s->state) {
    case BEGIN: return receive_check_size(c, s);
    case ASK: return receive_ask(c, s);
    case REPLY: return receive_reply(c, s);
    case WAIT: return receive_wait(c, s);
    }
    return ROTA_OK; /* COMPLETE */
}

int rota_manifest_receive(struct rota_client *c,
                          struct rota_manifest_receive *s)
{
    int result = receive_run_state(c, s);

    if (result == ROTA_EAGAIN)
        return result;
    /* Give back the memory of the connection before signatures are checked,
     * which need it. */
    rota_get_close(&c->get);
    if (result == ROTA_OK)
        s->state = COMPLETE;
    if (result == ROTA_OK || !rota_fetch_may_cure(&c->get, result)
        || ++s->attempts >= ROTA_ATTEMPTS_MAX)
        return result;
    s->wait_ms = rota_clock_ms(c->config);
    s->state = WAIT;
    return ROTA_EAGAIN;
}
