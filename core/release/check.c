/* SPDX-License-Identifier: Apache-2.0 */
/*
 *   ASK -> REPLY -> (next page: ASK) -> result
 *    ^       |
 *    '- WAIT-'  a passing fault of the network
 */
#include "release/check.h"

#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "http/http.h"
#include "http/request.h"
#include "release/choice.h"
#include "release/github.h"

enum { ASK, REPLY, WAIT };

/* A check that fails twice more can as well wait for the next one. */
#define ATTEMPTS 3

static uint32_t check_mix(uint32_t key, const char *s)
{
    return s ? rota_bytes_crc32(key, s, strlen(s) + 1) : key + 1;
}

uint32_t rota_check_key(const struct rota_config *c)
{
    const char *const parts[] = {c->api,   c->repo,  c->tag,  c->tag_prefix,
                                 c->board, c->asset, c->token};
    uint32_t key = rota_choice_of(c)->number + (c->trust ? 128u : 0);

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        key = check_mix(key, parts[i]);
    return key;
}

/* The validators of a list tell about its first page only. */
void rota_check_begin(struct rota_check *d, struct rota_get *get,
                      struct rota_page *page, struct rota_answer *answer,
                      bool whole)
{
    *d = (struct rota_check){.get = get,
                             .page = page,
                             .choice = rota_choice_of(get->config),
                             .answer = answer};
    rota_finder_init(&d->finder, get->config, &answer->release);
    d->known = !whole && !d->choice->paging && *answer->release.tag
            && answer->key == rota_check_key(get->config);
}

void rota_check_named(struct rota_check *d, struct rota_get *get,
                      struct rota_page *page, uint64_t release_id,
                      const char *name)
{
    *d = (struct rota_check){.get = get,
                             .page = page,
                             .choice = &rota_choice_by_id,
                             .release_id = release_id};
    rota_finder_init(&d->finder, get->config, &page->end.found);
    d->finder.named = name;
}

static void check_start_over(struct rota_check *d)
{
    d->pages = 0;
    d->state = ASK;
}

static int check_ask(struct rota_check *d)
{
    struct rota_get *g = d->get;
    struct rota_ask ask = {.accept = ROTA_ACCEPT_JSON,
                           .paging = d->choice->paging,
                           .no_token = d->no_token};

    if (d->known)
        ask.validator = d->answer->validator;
    if (d->pages == 0)
        rota_finder_again(&d->finder);
    int err = d->choice->url(d, g->href, g->href_size);
    if (!err)
        err = rota_get_begin(g, &ask);
    d->state = REPLY;
    return err ? err : ROTA_EAGAIN;
}

/* An answer that asks for another request, of another kind, at once. */
static bool check_ask_otherwise(struct rota_check *d)
{
    const struct rota_config *c = d->get->config;
    int status = d->get->reply.status;

    if (status == 304 && d->attempts == 0 && !d->known) {
        d->attempts++; /* nobody asked whether anything had changed */
    } else if (status == 401 && c->token && c->token_optional && !d->no_token) {
        d->no_token = true;
    } else {
        return false;
    }
    rota_get_end(d->get);
    d->state = ASK;
    return true;
}

static int check_judge_head(struct rota_check *d)
{
    const struct rota_config *c = d->get->config;
    const struct rota_reply *r = &d->get->reply;
    int err = rota_http_error(r);

    if (r->status == 304)
        return d->known ? ROTA_OK : ROTA_ESTATUS;
    if (err == ROTA_ENOTFOUND)
        return d->choice->missing;
    if (r->status == 400 && (!c->api_version || *c->api_version))
        return ROTA_EAPIVERSION;
    if (err)
        return err;
    if (r->encoded)
        return ROTA_EENCODING;
    if (r->status != 200)
        return ROTA_ESTATUS;
    return r->media == ROTA_MEDIA_JSON || r->media == ROTA_MEDIA_NONE
             ? ROTA_OK
             : ROTA_EJSON;
}

/* From here on the answer is being replaced. */
static int check_take_head(struct rota_check *d)
{
    struct rota_page *p = d->page;

    if (check_ask_otherwise(d))
        return ROTA_EAGAIN;
    int err = check_judge_head(d);
    if (err || d->get->reply.status == 304)
        return err ? err : ROTA_EAGAIN;
    d->known = false;
    if (d->answer)
        d->answer->key = 0;
    rota_finder_page(&d->finder, p->window, sizeof p->window, &p->now,
                     d->second_pass ? d->finder.best->tag : NULL);
    d->bytes = 0;
    return ROTA_EAGAIN;
}

static int check_take_body(struct rota_check *d, const struct rota_span *body)
{
    d->bytes += (uint32_t)body->len;
    if (d->bytes > ROTA_JSON_MAX)
        return ROTA_EJSON;
    int err = rota_finder_feed(&d->finder, body->p, body->len);
    return err ? err : ROTA_EAGAIN;
}

_Static_assert(sizeof((struct rota_reply *)0)->last_modified <= ROTA_ETAG_SIZE,
               "a date is kept in the room of an ETag");

/* Keep a validator, to ask next time whether the answer still holds. An ETag
 * changes with every download of the asset: a date is better. */
static void check_complete(struct rota_check *d)
{
    const struct rota_reply *r = &d->get->reply;
    struct rota_answer *a = d->answer;

    a->key = rota_check_key(d->get->config);
    strcpy(a->validator, *r->last_modified ? r->last_modified : r->etag);
}

/* The tag stood behind assets whose names need it: read it all once more. */
static int check_read_again(struct rota_check *d)
{
    if (d->second_pass)
        return ROTA_EJSON;
    d->second_pass = true;
    check_start_over(d);
    return ROTA_EAGAIN;
}

/* To the next page of a list, or to its end. */
static int check_next_page(struct rota_check *d)
{
    int err = d->choice->next ? d->choice->next(d) : ROTA_OK;

    if (err == ROTA_EAGAIN)
        d->state = ASK;
    return err;
}

static int check_finish(struct rota_check *d)
{
    if (d->get->reply.status == 304)
        return ROTA_CHECK_UNCHANGED;
    int err = rota_finder_page_end(&d->finder);
    if (!err)
        err = check_next_page(d);
    if (err)
        return err;
    err = rota_finder_result(&d->finder);
    if (err == ROTA_EAGAIN)
        return check_read_again(d);
    if (!err && d->answer)
        check_complete(d);
    return err ? err : ROTA_CHECK_FOUND;
}

static int check_reply(struct rota_check *d)
{
    struct rota_span body;
    int event = rota_get_step(d->get, &body);

    switch (event) {
    case ROTA_HTTP_HEAD: return check_take_head(d);
    case ROTA_HTTP_BODY: return check_take_body(d, &body);
    case ROTA_HTTP_DONE: return check_finish(d);
    default: return event;
    }
}

static int check_wait(struct rota_check *d)
{
    d->get->blocked = true;
    if (rota_clock_ms(d->get->config) - d->wait_ms < 1000u * d->attempts)
        return ROTA_EAGAIN;
    check_start_over(d);
    return ROTA_EAGAIN;
}

/* Only faults that may be gone a second later are tried again. Others wait for
 * the next check, so as not to spend a shared quota on a server in trouble. */
static int check_try_again(struct rota_check *d, int err)
{
    bool again = rota_err_is(err, ROTA_ERR_SOON) && ++d->attempts < ATTEMPTS;

    rota_get_end(d->get);
    if (!again)
        return err;
    d->wait_ms = rota_clock_ms(d->get->config);
    d->state = WAIT;
    return ROTA_EAGAIN;
}

static int check_run_state(struct rota_check *d)
{
    switch (d->state) {
    case ASK: return check_ask(d);
    case REPLY: return check_reply(d);
    case WAIT: return check_wait(d);
    }
    return ROTA_EINVAL;
}

int rota_check_step(struct rota_check *d)
{
    int result = check_run_state(d);
    return result < 0 && result != ROTA_EAGAIN ? check_try_again(d, result)
                                               : result;
}
