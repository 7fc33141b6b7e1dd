/* SPDX-License-Identifier: Apache-2.0 */
#include "http/policy.h"

#include <string.h>

#include "base/config.h"
#include "base/text.h"

/* --- The policy ---------------------------------------------------------- */

/* Servers in private mode send the unknown to a page for people: GitHub,
 * GitHub Enterprise, Gitea and Forgejo, GitLab. */
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

static bool policy_same_host(const char *a, const struct rota_url *ua,
                             const char *b, const struct rota_url *ub)
{
    return ua->host_len == ub->host_len
        && rota_text_equal_nocase(a + ua->host, b + ub->host, ua->host_len);
}

int rota_policy_judge(const struct rota_policy *p, struct rota_url *url,
                      bool *token)
{
    struct rota_url api;
    int err = rota_url_parse(&api, p->api);

    *token = false;
    if (!err)
        err = rota_url_parse(url, p->to);
    if (err)
        return err;
    if (p->from && policy_is_login_page(p->to + url->path))
        return ROTA_EAUTH;
    bool host = policy_same_host(p->api, &api, p->to, url);
    *token = host && api.port == url->port;
    if (*token)
        return ROTA_OK;
    if (p->write)
        return ROTA_EREDIRECT;
    return host || rota_url_host_allowed(p->to, url, p->hosts) ? ROTA_OK
                                                               : ROTA_EREDIRECT;
}

int rota_policy_resolve(char *to, size_t size, const char *from, size_t len)
{
    size_t path_len = strlen(to);

    if (to[0] != '/')
        return ROTA_OK;
    if (to[1] == '/') /* a host without a scheme */
        return ROTA_EREDIRECT;
    if (len + path_len >= size)
        return ROTA_ETOOLONG;
    memmove(to + len, to, path_len + 1);
    memcpy(to, from, len);
    return ROTA_OK;
}

/* --- For a device -------------------------------------------------------- */

static int policy_ask(const struct rota_get *g, const char *from,
                      const char *to, struct rota_url *url, bool *token)
{
    const struct rota_config *c = g->config;
    struct rota_policy p = {
        .api = rota_config_api(c),
        .hosts = rota_config_asset_hosts(c),
        .from = from,
        .to = to,
    };

    return rota_policy_judge(&p, url, token);
}

int rota_policy_aim(struct rota_get *g)
{
    return policy_ask(g, NULL, g->href, &g->url, &g->to_api);
}

/* The URL that was asked for is gone: Location has come in its place. What is
 * known of it is its origin. */
int rota_policy_redirect(struct rota_get *g)
{
    char origin[ROTA_HOST_MAX + 24];
    struct rota_text t;
    bool token;

    if (!g->reply.has_location)
        return ROTA_EREDIRECT;
    rota_text_init(&t, origin, sizeof origin);
    rota_text_add(&t, "https://");
    rota_url_add_host(&t, g->host, g->port);
    int err = rota_policy_resolve(g->href, g->href_size, origin, t.len);
    return err ? err : policy_ask(g, origin, g->href, &g->url, &token);
}

bool rota_policy_same_origin(const struct rota_get *g, const char *url)
{
    struct rota_url u;
    bool token;

    return policy_ask(g, NULL, url, &u, &token) == ROTA_OK && token;
}
