/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "transport/api.h"

#include <string.h>

#include "http/policy.h"
#include "update/poll.h"
#include "base/text.h"
#include "http/http.h"

enum { TRIES_MAX = 4 }; /* 1, 2, 4 seconds between them */

static bool is_write(const struct pub_exchange *x)
{
    return strcmp(x->method, "GET") != 0 && strcmp(x->method, "HEAD") != 0;
}

int pub_api_status(const struct pub_api *a)
{
    return a->err ? 0 : a->answer.reply.status;
}

/* --- Where to ------------------------------------------------------------ */

/* uploads.github.com belongs to api.github.com. Enterprise servers take
 * uploads on the same host, and have none of their own. */
static bool upload_base(const struct pub_api *a, char *out, size_t size)
{
    const char *host = a->base + a->base_url.host;
    struct rota_text t;

    if (a->base_url.host_len <= 4 || !rota_text_equal_nocase(host, "api.", 4))
        return false;
    rota_text_init(&t, out, size);
    rota_text_add(&t, "https://uploads");
    rota_text_add(&t, host + 3);
    return !t.full;
}

/* What the policy says, for which the upload host is as good as the API's. */
static int judge(const struct pub_api *a, const char *from, const char *to,
                 bool write, bool *token)
{
    struct rota_policy p = {a->base, a->hosts, from, to, write};
    char uploads[ROTA_URL_MAX + 1];
    struct rota_url url;
    int err = rota_policy_judge(&p, &url, token);

    if (*token || !upload_base(a, uploads, sizeof(uploads)))
        return err;
    p.api = uploads;
    if (rota_policy_judge(&p, &url, token) || !*token)
        return err;
    return ROTA_OK;
}

bool pub_api_trusts(const struct pub_api *a, const char *url)
{
    bool token;

    return judge(a, NULL, url, true, &token) == ROTA_OK && token;
}

/* A write is not done again by another method: 301, 302 and 303 make a GET of
 * it (RFC 9110, 15.4). */
static bool loses_method(const struct pub_exchange *x, int status)
{
    return is_write(x) && status != 307 && status != 308;
}

int pub_api_redirect(const struct pub_api *a, const struct pub_exchange *x,
                     char url[ROTA_URL_MAX + 1], bool *token)
{
    char from[ROTA_URL_MAX + 1];
    struct rota_url parts;
    int err = rota_url_parse(&parts, url);

    if (err || !a->answer.reply.has_location)
        return ROTA_EREDIRECT;
    memcpy(from, url, sizeof(from));
    memcpy(url, a->answer.location, sizeof(a->answer.location));
    err = rota_policy_resolve(url, ROTA_URL_MAX + 1, from, parts.path);
    if (!err)
        err = judge(a, from, url, is_write(x), token);
    if (!err && loses_method(x, a->answer.reply.status))
        err = ROTA_EREDIRECT;
    return err;
}

/* --- Asking -------------------------------------------------------------- */

struct sink {
    struct pub_api *api;
    const struct pub_exchange *x;
};

static int take(void *ctx, const struct rota_reply *r, const void *p,
                size_t len)
{
    struct sink *k = ctx;

    if (k->x->take && (r->status == 200 || r->status == 206))
        return k->x->take(k->x->ctx, r, p, len);
    pub_heap_add(&k->api->text, p, len);
    return k->api->text.failed ? ROTA_ENOSPC : ROTA_OK;
}

static bool is_redirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307
        || status == 308;
}

static int copy_url(char to[ROTA_URL_MAX + 1], const char *from)
{
    struct rota_text t;

    rota_text_init(&t, to, ROTA_URL_MAX + 1);
    rota_text_add(&t, from);
    return t.full ? ROTA_ETOOLONG : ROTA_OK;
}

static int follow(struct pub_api *a, const struct pub_exchange *wanted)
{
    char url[ROTA_URL_MAX + 1];
    struct sink sink = {a, wanted};
    struct pub_exchange x = *wanted;
    bool ours = false;
    int err = copy_url(url, wanted->url);

    if (!err)
        err = judge(a, NULL, url, is_write(wanted), &ours);
    x.url = url;
    x.take = take;
    x.ctx = &sink;
    for (int hops = 0; !err && hops <= ROTA_REDIRECTS_MAX; hops++) {
        x.token = ours && a->token[0] ? a->token : NULL;
        x.api_version = ours ? a->version : NULL;
        pub_heap_empty(&a->text);
        err = pub_exchange(&a->link, &x, &a->answer);
        if (err || !is_redirect(a->answer.reply.status))
            return err;
        err = pub_api_redirect(a, wanted, url, &ours);
    }
    return err ? err : ROTA_EREDIRECT;
}

/* Seconds until it may be asked again; 0: never. */
static uint32_t patience(const struct pub_api *a, const struct pub_exchange *x,
                         uint32_t tries, uint32_t waited)
{
    int err = a->err ? a->err : rota_http_error(&a->answer.reply);
    bool unsure = a->answer.begun && strcmp(x->method, "POST") == 0;
    uint32_t s;

    if (!a->err && err == ROTA_ELIMIT) {
        s = rota_poll_wait(&a->link.config, err, &a->answer.reply, tries, 0);
        return s <= a->wait_s && waited <= a->wait_s - s ? s : 0;
    }
    if (x->once || tries >= TRIES_MAX || unsure || !rota_err_passes(err))
        return 0;
    return 1u << (tries - 1);
}

static void pace(const struct pub_api *a)
{
    uint64_t now = pub_link_now_ms(), due = a->wrote_ms + a->pause_ms;

    if (a->wrote_ms && due > now)
        pub_link_sleep_ms(due - now);
}

bool pub_api_ask(struct pub_api *a, const struct pub_exchange *x)
{
    uint32_t waited = 0, s = 0;

    for (uint32_t tries = 1;; tries++) {
        if (is_write(x))
            pace(a);
        a->err = follow(a, x);
        if (is_write(x))
            a->wrote_ms = pub_link_now_ms();
        if (!a->err && a->answer.reply.status / 100 == 2)
            return true;
        s = patience(a, x, tries, waited);
        if (!s)
            return false;
        if (s >= 10)
            pub_say_note(a->say, "the server's limit is reached: waiting %u s",
                         s);
        pub_link_sleep_ms((uint64_t)s * 1000);
        waited += s;
    }
}
