/* SPDX-License-Identifier: Apache-2.0 */
#include "http/policy.h"

#include <string.h>

#include "base/text.h"

static const char *policy_api_base(const struct rota_get *g)
{
    return g->config->api ? g->config->api : ROTA_API_DEFAULT;
}

int rota_policy_parse_api(struct rota_get *g)
{
    return rota_url_parse(&g->api, policy_api_base(g));
}

static bool policy_is_api_host(const struct rota_get *g, const char *host,
                               size_t len)
{
    return g->api.host_len == len
        && rota_text_equal_nocase(policy_api_base(g) + g->api.host, host, len);
}

static bool policy_is_api(const struct rota_get *g, const char *url,
                          const struct rota_url *u)
{
    return policy_is_api_host(g, url + u->host, u->host_len)
        && g->api.port == u->port;
}

bool rota_policy_to_api(const struct rota_get *g)
{
    return policy_is_api(g, g->work.url, &g->url);
}

bool rota_policy_from_api(const struct rota_get *g)
{
    return policy_is_api_host(g, g->host, strlen(g->host))
        && g->api.port == g->port;
}

bool rota_policy_same_origin(const struct rota_get *g, const char *url)
{
    struct rota_url u;
    return rota_url_parse(&u, url) == ROTA_OK && policy_is_api(g, url, &u);
}

bool rota_policy_allowed(const struct rota_get *g)
{
    const char *hosts = g->config->asset_hosts;

    return policy_is_api_host(g, g->work.url + g->url.host, g->url.host_len)
        || rota_url_host_allowed(g->work.url, &g->url,
                                 hosts ? hosts : ".githubusercontent.com");
}

/* A Location that begins with "/" stays on the host (RFC 3986, 4.2): put the
 * origin in front. */
static int policy_make_absolute(struct rota_get *g)
{
    char origin[ROTA_HOST_MAX + 24];
    struct rota_text t;
    size_t len = strlen(g->work.url);
    bool v6 = strchr(g->host, ':') != NULL;

    if (g->work.url[0] != '/')
        return ROTA_OK;
    if (g->work.url[1] == '/') /* a host without a scheme */
        return ROTA_EREDIRECT;
    rota_text_init(&t, origin, sizeof origin);
    rota_text_add(&t, v6 ? "https://[" : "https://");
    rota_text_add(&t, g->host);
    rota_text_add(&t, v6 ? "]:" : ":");
    rota_text_add_u64(&t, g->port);
    if (t.full || t.len + len > ROTA_URL_MAX)
        return ROTA_ETOOLONG;
    memmove(g->work.url + t.len, g->work.url, len + 1);
    memcpy(g->work.url, origin, t.len);
    return ROTA_OK;
}

/* Servers in private mode send the unknown to a page for people. */
static bool policy_is_login_page(const char *path)
{
    static const char pages[] =
        "/login\0/session\0/user/login\0/users/sign_in\0";

    for (const char *page = pages; *page; page += strlen(page) + 1) {
        size_t n = strlen(page);
        if (strncmp(path, page, n) == 0 && strchr("/?#", path[n]))
            return true; /* also when path ends there */
    }
    return false;
}

int rota_policy_resolve(struct rota_get *g)
{
    int err = g->reply.has_location ? policy_make_absolute(g) : ROTA_EREDIRECT;
    if (!err)
        err = rota_url_parse(&g->url, g->work.url);
    if (!err && policy_is_login_page(g->work.url + g->url.path))
        err = ROTA_EAUTH;
    return err;
}
