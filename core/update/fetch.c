/* SPDX-License-Identifier: Apache-2.0 */
/*
 *   ASK -> REPLY -> done
 *    ^       |
 *    '- WAIT-'  try again, at slot->written or from the start
 */
#include "update/fetch.h"

#include <string.h>

#include "base/clock.h"
#include "base/config.h"
#include "http/http.h"
#include "http/request.h"
#include "release/github.h"

enum { ASK, REPLY, WAIT, COMPLETE };

/* After so many stall timeouts in which every attempt ended in a stall, no
 * further one is made, not even when each gained a few bytes. The next check
 * goes on from the checkpoint. */
#define PATIENCE 12u

static uint32_t fetch_now_ms(const struct rota_fetch *f)
{
    return rota_clock_ms(f->get->config);
}

/* What cannot be read back is hashed on its way. */
static int fetch_begin_slot(struct rota_fetch *f,
                            const struct rota_flash *flash, uint32_t at)
{
    const struct rota_config *c = f->get->config;

    f->gained = at;
    rota_slot_drop(f->slot);
    int err = rota_slot_resume(f->slot, flash, f->source.size, at);
    if (err || flash->read)
        return err;
    uintptr_t room = (uintptr_t)c->buffer + rota_config_buffer_size(c);
    return rota_slot_hash(f->slot, (void *)((room + 7) & ~(uintptr_t)7));
}

static int fetch_start_over(struct rota_fetch *f)
{
    f->etag[0] = '\0';
    return fetch_begin_slot(f, f->slot->flash, 0);
}

int rota_fetch_begin(struct rota_fetch *f, struct rota_get *get,
                     struct rota_slot *slot, const struct rota_flash *flash,
                     const struct rota_source *source, uint32_t at,
                     const char etag[ROTA_ETAG_SIZE])
{
    *f = (struct rota_fetch){.get = get, .slot = slot, .source = *source};
    f->progress_ms = fetch_now_ms(f);
    f->furthest = at;
    memcpy(f->etag, etag, sizeof f->etag);
    f->state = at == source->size ? COMPLETE : ASK;
    return fetch_begin_slot(f, flash, at);
}

/* The last byte to ask for, 0 = of all that are left. */
static uint32_t fetch_last_byte(const struct rota_fetch *f)
{
    uint32_t from = f->slot->written, window = f->get->config->range_window;

    return window && window < f->source.size - from && !f->whole
             ? from + window - 1
             : 0;
}

static int fetch_ask(struct rota_fetch *f)
{
    struct rota_get *g = f->get;
    struct rota_ask ask = {.accept = ROTA_ACCEPT_BYTES,
                           .if_range = f->etag,
                           .from = f->slot->written,
                           .to = fetch_last_byte(f)};
    int err = ROTA_OK;

    /* The next piece comes from where the last one came, while the connection
     * lasts: the URL is still there. */
    if (!f->go_on || !g->open)
        err = rota_github_asset_url(g->config, f->source.asset_id,
                                    f->source.url, g->href, g->href_size);
    f->go_on = false;
    if (!err)
        err = rota_get_begin(g, &ask);
    f->gained = f->slot->written;
    f->state = REPLY;
    return err ? err : ROTA_EAGAIN;
}

/* --- The head ------------------------------------------------------------ */

/* Bytes from the start, in answer to whatever was asked. */
static int fetch_accept_whole(struct rota_fetch *f)
{
    const struct rota_reply *r = &f->get->reply;

    if (r->length > (int32_t)f->source.size)
        return ROTA_ELENGTH;
    if (r->length >= 0 && r->length < (int32_t)f->source.size)
        return ROTA_ESIZE;
    return f->slot->written ? fetch_start_over(f) : ROTA_OK;
}

/* A range: it must be the one asked for, of the file that was begun. */
static int fetch_accept_range(struct rota_fetch *f)
{
    const struct rota_reply *r = &f->get->reply;

    if (r->range_first != (int32_t)f->slot->written
        || (r->range_total >= 0 && r->range_total != (int32_t)f->source.size)
        || r->range_last >= (int32_t)f->source.size
        || (f->get->ask.to && r->range_last > (int32_t)f->get->ask.to))
        return ROTA_ERANGE;
    if (*f->etag && *r->etag && strcmp(f->etag, r->etag) != 0)
        return ROTA_ECHANGED;
    return ROTA_OK;
}

static int fetch_judge_head(struct rota_fetch *f)
{
    const struct rota_reply *r = &f->get->reply;
    int err = rota_http_error(r);

    if (err)
        return err;
    if (r->encoded)
        return ROTA_EENCODING;
    if (r->status != 200 && (r->status != 206 || f->whole))
        return ROTA_ESTATUS;
    if (!f->whole
        && (r->media == ROTA_MEDIA_JSON || r->media == ROTA_MEDIA_TEXT))
        return ROTA_EFORMAT;
    return r->status == 200 ? fetch_accept_whole(f) : fetch_accept_range(f);
}

static int fetch_take_head(struct rota_fetch *f)
{
    const struct rota_reply *r = &f->get->reply;
    int err = fetch_judge_head(f);

    if (err)
        return err;
    if (!r->weak)
        memcpy(f->etag, r->etag, sizeof f->etag);
    return ROTA_EAGAIN;
}

/* --- The body ------------------------------------------------------------ */

static int fetch_write_pending(struct rota_fetch *f)
{
    int n = rota_slot_write(f->slot, f->pending.p, f->pending.len);
    if (n < 0)
        return n;
    f->pending.p += n;
    f->pending.len -= (size_t)n;
    return ROTA_EAGAIN;
}

/* The reply is complete. A part of the file is what a server may send. */
static int fetch_end_of_reply(struct rota_fetch *f)
{
    if (f->slot->written == f->source.size)
        return ROTA_OK;
    if (f->get->reply.status == 200 || f->slot->written == f->gained)
        return ROTA_ESIZE;
    f->go_on = true;
    f->state = ASK;
    return ROTA_EAGAIN;
}

static int fetch_reply(struct rota_fetch *f)
{
    if (f->pending.len)
        return fetch_write_pending(f);

    int event = rota_get_step(f->get, &f->pending);
    if (event == ROTA_HTTP_BODY)
        return fetch_write_pending(f);
    f->pending.len = 0; /* what a redirect had */
    if (event == ROTA_HTTP_HEAD)
        return fetch_take_head(f);
    return event == ROTA_HTTP_DONE ? fetch_end_of_reply(f) : event;
}

static int fetch_wait(struct rota_fetch *f)
{
    f->get->blocked = true;
    if ((int32_t)(fetch_now_ms(f) - f->again_ms) >= 0)
        f->state = ASK;
    return ROTA_EAGAIN;
}

/* --- Faults -------------------------------------------------------------- */

/* Signed URLs expire, and are not valid yet in the second they were made: any
 * refusal by the asset host is worth a new attempt, which begins at the API. */
static bool fetch_may_cure(const struct rota_get *g, int err)
{
    if (rota_err_is(err, ROTA_ERR_HOST))
        return g->reply.status == 416 || (g->reply.status >= 400 && !g->to_api);
    return rota_err_is(err, ROTA_ERR_RETRY);
}

/* Bytes that had been there before, and were dropped, are no progress: with a
 * server that breaks off and knows no ranges there would be no end. */
static bool fetch_has_progress(struct rota_fetch *f)
{
    bool further = f->slot->written > f->furthest;

    if (further)
        f->furthest = f->slot->written;
    return further && !f->get->slow;
}

static int fetch_try_again(struct rota_fetch *f, int err)
{
    uint32_t patience = PATIENCE * rota_config_stall_ms(f->get->config);

    if (fetch_has_progress(f)) {
        f->attempts = 0;
        if (err != ROTA_ESTALL)
            f->progress_ms = fetch_now_ms(f);
    }
    f->attempts++;
    if (f->attempts >= ROTA_ATTEMPTS_MAX
        || fetch_now_ms(f) - f->progress_ms > patience)
        return err;
    f->again_ms = fetch_now_ms(f) + (500u << f->attempts);
    f->resumed = true;
    f->cause = err;
    f->state = WAIT;
    return ROTA_EAGAIN;
}

/* 416, another file under the same name, or an answer to a range that cannot
 * be: what is in the slot is worth nothing. */
static bool fetch_must_start_over(const struct rota_fetch *f, int err)
{
    return f->whole || err == ROTA_ECHANGED
        || (err == ROTA_ESTATUS && f->get->reply.status == 416);
}

static int fetch_handle(struct rota_fetch *f, int err)
{
    bool cure = fetch_may_cure(f->get, err);

    rota_get_end(f->get);
    f->pending.len = 0;
    if (!cure)
        return err;
    int result = fetch_try_again(f, err);
    if (result == ROTA_EAGAIN && fetch_must_start_over(f, err)) {
        int failed = fetch_start_over(f);
        return failed ? failed : result;
    }
    return result;
}

static int fetch_run_state(struct rota_fetch *f)
{
    switch (f->state) {
    case ASK: return fetch_ask(f);
    case REPLY: return fetch_reply(f);
    case WAIT: return fetch_wait(f);
    case COMPLETE: return ROTA_OK;
    }
    return ROTA_EINVAL;
}

int rota_fetch_step(struct rota_fetch *f)
{
    int result = fetch_run_state(f);
    return result == ROTA_OK || result == ROTA_EAGAIN ? result
                                                      : fetch_handle(f, result);
}
