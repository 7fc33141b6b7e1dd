/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "api.h"

#include <string.h>

#include "http/get.h"
#include "update/poll.h"
#include "base/text.h"
#include "http/http.h"

enum { TRIES_MAX = 4 }; /* 1, 2, 4 seconds between them */

static bool is_write(const struct rota_exchange *x)
{
    return strcmp(x->method, "GET") != 0 && strcmp(x->method, "HEAD") != 0;
}

int rota_api_status(const struct rota_api *a)
{
    return a->err ? 0 : a->answer.reply.status;
}

/* --- Where to ------------------------------------------------------------ */

/* uploads.github.com belongs to api.github.com. Enterprise servers take
 * uploads on the same host. */
static bool is_upload_host(const struct rota_api *a, const char *url,
                           const struct rota_url *u)
{
    const char *base = a->base + a->base_url.host, *host = url + u->host;
    size_t rest = a->base_url.host_len - strlen("api");

    return a->base_url.host_len > 4 && rota_text_equal_nocase(base, "api.", 4)
        && u->host_len == strlen("uploads") + rest
        && rota_text_equal_nocase(host, "uploads", 7)
        && rota_text_equal_nocase(host + 7, base + 3, rest)
        && u->port == a->base_url.port;
}

bool rota_api_trusts(const struct rota_api *a, const char *url)
{
    struct rota_url u;

    return rota_url_parse(&u, url) == ROTA_OK
        && (rota_url_same_origin(a->base, &a->base_url, url, &u)
            || is_upload_host(a, url, &u));
}

static bool is_login_page(const char *path, size_t len)
{
    static const char *const pages[] = {"/login", "/session"};

    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        size_t n = strlen(pages[i]);

        if (len >= n && memcmp(path, pages[i], n) == 0
            && (len == n || path[n] == '?' || path[n] == '/'))
            return true;
    }
    return false;
}

/* May the request go on to where the reply sends it? Reads may leave the
 * service for the hosts that keep assets, writes never do. */
static int may_follow(const struct rota_api *a, const struct rota_exchange *x,
                      const char *url)
{
    struct rota_url u;
    int status = a->answer.reply.status, err = rota_url_parse(&u, url);

    if (err)
        return err;
    if (is_login_page(url + u.path, u.path_len))
        return ROTA_EAUTH;
    if (rota_api_trusts(a, url))
        return is_write(x) && status != 307 && status != 308 ? ROTA_EREDIRECT
                                                             : ROTA_OK;
    if (is_write(x) || !rota_url_host_allowed(url, &u, a->hosts))
        return ROTA_EREDIRECT;
    return ROTA_OK;
}

/* The Location, made absolute (RFC 3986, 4.2), to url, which is where the
 * request went. */
static int resolve(const struct rota_api *a, char url[ROTA_URL_MAX + 1])
{
    const char *to = a->answer.location;
    struct rota_text t;
    struct rota_url u;

    if (!a->answer.reply.has_location || (to[0] == '/' && to[1] == '/')
        || rota_url_parse(&u, url))
        return ROTA_EREDIRECT;
    rota_text_init(&t, url, ROTA_URL_MAX + 1);
    t.len = to[0] == '/' ? u.path : 0;
    rota_text_add(&t, to);
    return t.full ? ROTA_ETOOLONG : ROTA_OK;
}

/* --- Asking -------------------------------------------------------------- */

struct sink {
    struct rota_api *api;
    const struct rota_exchange *x;
};

static int take(void *ctx, const struct rota_reply *r, const void *p,
                size_t len)
{
    struct sink *k = ctx;

    if (k->x->take && (r->status == 200 || r->status == 206))
        return k->x->take(k->x->ctx, r, p, len);
    rota_heap_add(&k->api->text, p, len);
    return k->api->text.failed ? ROTA_ENOSPC : ROTA_OK;
}

static bool is_redirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307
        || status == 308;
}

static int follow(struct rota_api *a, const struct rota_exchange *wanted)
{
    char url[ROTA_URL_MAX + 1];
    struct sink sink = {a, wanted};
    struct rota_exchange x = *wanted;
    struct rota_text t;
    int err;

    rota_text_init(&t, url, sizeof(url));
    rota_text_add(&t, wanted->url);
    x.url = url;
    x.take = take;
    x.ctx = &sink;
    for (int hops = 0; !t.full && hops <= ROTA_REDIRECTS_MAX; hops++) {
        bool ours = rota_api_trusts(a, url);

        x.token = ours && a->token[0] ? a->token : NULL;
        x.api_version = ours ? a->version : NULL;
        rota_heap_empty(&a->text);
        err = rota_exchange(&a->link, &x, &a->answer);
        if (err || !is_redirect(a->answer.reply.status))
            return err;
        err = resolve(a, url);
        if (!err)
            err = may_follow(a, wanted, url);
        if (err)
            return err;
    }
    return t.full ? ROTA_ETOOLONG : ROTA_EREDIRECT;
}

/* Seconds until it may be asked again; 0: never. */
static uint32_t patience(const struct rota_api *a,
                         const struct rota_exchange *x, uint32_t tries,
                         uint32_t waited)
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

static void pace(const struct rota_api *a)
{
    uint64_t now = rota_link_now_ms(), due = a->wrote_ms + a->pause_ms;

    if (a->wrote_ms && due > now)
        rota_link_sleep_ms(due - now);
}

bool rota_api_ask(struct rota_api *a, const struct rota_exchange *x)
{
    uint32_t waited = 0, s = 0;

    for (uint32_t tries = 1;; tries++) {
        if (is_write(x))
            pace(a);
        a->err = follow(a, x);
        if (is_write(x))
            a->wrote_ms = rota_link_now_ms();
        if (!a->err && a->answer.reply.status / 100 == 2)
            return true;
        s = patience(a, x, tries, waited);
        if (!s)
            return false;
        if (s >= 10)
            rota_say_note(a->say, "the server's limit is reached: waiting %u s",
                          s);
        rota_link_sleep_ms((uint64_t)s * 1000);
        waited += s;
    }
}
