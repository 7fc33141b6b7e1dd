/* SPDX-License-Identifier: Apache-2.0 */
#include "release/github.h"

#include <string.h>

#include "base/config.h"

/* Slashes at the end of the base are dropped. */
static void github_add_api(struct rota_text *t, const char *api)
{
    size_t len = strlen(api);

    while (len > 0 && api[len - 1] == '/')
        len--;
    rota_text_add_n(t, api, len);
}

void rota_github_begin(struct rota_text *t, const struct rota_config *c,
                       char *buf, size_t size)
{
    rota_text_init(t, buf, size);
    github_add_api(t, rota_config_api(c));
    rota_text_add(t, "/repos/");
    rota_text_add(t, c->repo);
    rota_text_add(t, "/releases");
}

int rota_github_end(const struct rota_text *t)
{
    return t->full ? ROTA_ETOOLONG : ROTA_OK;
}

int rota_github_asset_url(const struct rota_config *c, uint64_t asset_id,
                          const char *url, char *buf, size_t size)
{
    struct rota_text t;

    if (*url) {
        rota_text_init(&t, buf, size);
        rota_text_add(&t, url);
        return rota_github_end(&t);
    }
    rota_github_begin(&t, c, buf, size);
    rota_text_add(&t, "/assets/");
    rota_text_add_u64(&t, asset_id);
    return rota_github_end(&t);
}
