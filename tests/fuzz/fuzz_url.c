/* SPDX-License-Identifier: Apache-2.0 */
/* A URL, and behind a line feed a list of host suffixes. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "http/url.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the URL meant is written again: it must mean the same. */
static void check_url_again(const char *text, const struct rota_url *u)
{
    char *again = malloc(2 * ROTA_URL_MAX);
    struct rota_text t;
    struct rota_url v;
    bool ipv6 = text[u->host - 1] == '[';

    MUST(again);
    rota_text_init(&t, again, 2 * ROTA_URL_MAX);
    rota_text_add(&t, ipv6 ? "https://[" : "https://");
    rota_text_add_n(&t, text + u->host, u->host_len);
    rota_text_add(&t, ipv6 ? "]:" : ":");
    rota_text_add_u64(&t, u->port);
    rota_text_add_n(&t, text + u->path, u->path_len);
    int err = rota_url_parse(&v, again);
    MUST(!err || (err == ROTA_ETOOLONG && t.len > ROTA_URL_MAX));
    if (!err) {
        MUST(rota_url_same_origin(text, u, again, &v));
        MUST(v.path_len == u->path_len);
        MUST(memcmp(again + v.path, text + u->path, v.path_len) == 0);
    }
    free(again);
}

static void check_url(const char *text, const char *suffixes)
{
    struct rota_url u;

    if (rota_url_parse(&u, text) != ROTA_OK)
        return;
    MUST(u.host_len > 0 && u.host_len <= ROTA_HOST_MAX && u.port > 0);
    MUST(!memchr(text + u.host, '@', u.host_len));
    MUST(!memchr(text + u.host, '/', u.host_len));
    MUST(u.path_len == 0 || text[u.path] == '/');
    for (size_t i = 0; i < u.path_len; i++)
        MUST(text[u.path + i] > ' ' && text[u.path + i] <= '~');
    MUST(!rota_url_host_allowed(text, &u, suffixes) || strchr(suffixes, '.'));
    check_url_again(text, &u);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *line[2];

    fuzz_lines(data, size, line, 2);
    check_url(line[0], line[1]);
    fuzz_free(line, 2);
    return 0;
}
