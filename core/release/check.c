/* SPDX-License-Identifier: Apache-2.0 */
/*
 *   ASK -> REPLY -> (next page: ASK) -> result
 *    ^       |
 *    '- WAIT-'  a passing fault of the network
 */
#include "release/check.h"

#include <string.h>

#include "release/github.h"
#include "base/clock.h"
#include "base/bytes.h"
#include "http/http.h"
#include "http/policy.h"
#include "http/request.h"

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
    uint32_t key = (uint32_t)c->channel;

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        key = check_mix(key, parts[i]);
    return c->key_count ? check_mix(key, "signed") : key;
}

static bool check_is_list(const struct rota_check *d)
{
    return !d->finder.named && d->get->config->channel == ROTA_PRERELEASE;
}

void rota_check_begin(struct rota_check *d, struct rota_get *get,
                      const struct rota_found *known, struct rota_release *best)
{
    *d = (struct rota_check){.get = get, .best = best};
    d->key = rota_check_key(get->config);
    /* A list's validators tell about its first page only. */
    if (known && known->key == d->key && !check_is_list(d))
        d->known = known;
}

void rota_check_named(struct rota_check *d, struct rota_get *get,
                      const struct rota_release *named,
                      struct rota_release *best)
{
    rota_check_begin(d, get, NULL, best);
    d->finder.named = named;
}

static void check_start_over(struct rota_check *d)
{
    d->pages = 0;
    d->state = ASK;
}

/* Before the first page. */
static void check_begin_finder(struct rota_check *d)
{
    const struct rota_release *named = d->finder.named;

    rota_finder_init(&d->finder, d->get->config, d->best);
    d->finder.named = named;
}

static int check_write_url(struct rota_check *d)
{
    static const uint8_t endpoint[] = {[ROTA_LATEST] = ROTA_GET_LATEST,
                                       [ROTA_PRERELEASE] = ROTA_LIST,
                                       [ROTA_TAG] = ROTA_GET_BY_TAG};
    const struct rota_config *c = d->get->config;
    union rota_work *w = &d->get->work;

    if (d->finder.named)
        return rota_github_url(c, ROTA_GET_BY_ID, d->finder.named->release_id,
                               NULL, w->url, sizeof w->url);
    if (d->pages == 0)
        return rota_github_url(c, (enum rota_endpoint)endpoint[c->channel], 0,
                               c->tag, w->url, sizeof w->url);
    memmove(w->url, w->page.end.next, strlen(w->page.end.next) + 1);
    return ROTA_OK;
}

static int check_ask(struct rota_check *d)
{
    struct rota_get *g = d->get;
    struct rota_ask ask = {.accept = ROTA_ACCEPT_JSON,
                           .paging = check_is_list(d) ? rota_paging_byte : NULL,
                           .no_token = d->no_token};

    if (d->known) {
        ask.last_modified = d->known->last_modified;
        ask.etag = d->known->etag;
    }
    d->validators = d->known != NULL;
    if (d->pages == 0)
        check_begin_finder(d);
    int err = check_write_url(d);
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

    if (status == 304 && d->attempts == 0 && !d->validators) {
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
        return d->validators ? ROTA_OK : ROTA_ESTATUS;
    if (err == ROTA_ENOTFOUND && c->channel == ROTA_LATEST && !d->finder.named)
        return ROTA_ENORELEASE;
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

static int check_take_head(struct rota_check *d)
{
    union rota_work *w = &d->get->work;

    if (check_ask_otherwise(d))
        return ROTA_EAGAIN;
    int err = check_judge_head(d);
    if (err)
        return err;
    rota_finder_page(&d->finder, w->page.window, sizeof w->page.window,
                     &w->page.now, d->second_pass ? d->best->tag : NULL);
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

/* Is there a further page, and is it where it may be? */
static int check_next_page(struct rota_check *d)
{
    const char *next = d->get->work.page.end.next;

    if (!check_is_list(d) || !*next || ++d->pages >= ROTA_PAGES_MAX)
        return ROTA_OK;
    d->state = ASK;
    return rota_policy_same_origin(d->get, next) ? ROTA_EAGAIN : ROTA_EREDIRECT;
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
