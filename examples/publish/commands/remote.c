/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "commands/remote.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "oneline.h"
#include "base/text.h"

#define STALL_S 60u
#define WAIT_S 3600u
#define PAUSE_MS 1000u
#define GITHUB ".github.com"

static const char *or_env(const char *option, const char *name)
{
    const char *value = option ? option : getenv(name);

    return value && value[0] ? value : NULL;
}

static uint32_t or_default(const struct pub_number *n, uint32_t otherwise)
{
    return n->given ? n->value : otherwise;
}

/* --- The token ----------------------------------------------------------- */

static bool is_token(const char *t)
{
    for (; *t; t++)
        if (*t <= ' ' || *t > '~')
            return false;
    return true;
}

static int token_from_file(const struct pub_say *s, struct pub_api *a,
                           const char *path)
{
    const char *why = rota_oneline(path, a->token, sizeof(a->token));

    if (why)
        return pub_say_failure(s, ROTA_EXIT_USAGE, "token", "%s: %s", path,
                               why);
    if (rota_oneline_open_to_others(path))
        pub_say_note(s, "others can read the token in %s: chmod 600", path);
    return 0;
}

/* From the environment, where no child needs to see it. */
static int take_token(const struct pub_say *s,
                      const struct pub_remote_options *o, struct pub_api *a)
{
    const char *t = or_env(NULL, "GITHUB_TOKEN");
    bool good = true;

    if (!o->token_file && t) {
        good = strlen(t) < sizeof(a->token);
        if (good)
            memcpy(a->token, t, strlen(t) + 1);
    }
    unsetenv("GITHUB_TOKEN");
    if (o->token_file) {
        int code = token_from_file(s, a, o->token_file);

        if (code)
            return code;
    }
    if (good && is_token(a->token))
        return 0;
    return pub_say_failure(s, ROTA_EXIT_USAGE, "token",
                           "is not one: white space in it, or too long");
}

/* --- The repository and the server --------------------------------------- */

static bool is_part(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)s[i]) && !strchr("._-", s[i]))
            return false;
    return len > 0 && !rota_text_same(s, len, ".")
        && !rota_text_same(s, len, "..");
}

static bool is_repo(const char *s)
{
    const char *slash = strchr(s, '/');

    return slash && is_part(s, (size_t)(slash - s))
        && is_part(slash + 1, strlen(slash + 1));
}

static bool is_github(const struct pub_api *a)
{
    size_t n = strlen(GITHUB), len = a->base_url.host_len;

    return len > n
        && rota_text_equal_nocase(a->base + a->base_url.host + len - n, GITHUB,
                                  n);
}

static const char *wrong(const struct pub_api *a)
{
    size_t len = strlen(a->base);

    if (!a->repo)
        return "--repo OWNER/NAME is not given";
    if (!is_repo(a->repo))
        return "--repo must be OWNER/NAME";
    if (a->base[len - 1] == '/' || strchr(a->base, '?'))
        return "--api must be https://HOST[:PORT][/PATH], without a slash at "
               "its end";
    if (is_github(a) && a->pause_ms < PAUSE_MS)
        return "--write-pause: GitHub wants at least 1000 between writes";
    return NULL;
}

int pub_remote_open(const struct pub_say *s, const struct pub_remote_options *o,
                    struct pub_api *a)
{
    const char *version = o->version, *why;
    int code;

    memset(a, 0, sizeof(*a));
    a->say = s;
    a->base = or_env(o->api, "GITHUB_API_URL");
    a->base = a->base ? a->base : ROTA_API_DEFAULT;
    a->repo = or_env(o->repo, "GITHUB_REPOSITORY");
    a->hosts = o->hosts ? o->hosts : ".githubusercontent.com";
    a->version = version ? version : "2022-11-28";
    if (strcmp(a->version, "none") == 0)
        a->version = NULL;
    a->wait_s = or_default(&o->wait_s, WAIT_S);
    a->pause_ms = or_default(&o->pause_ms, PAUSE_MS);
    why = rota_url_parse(&a->base_url, a->base) ? "--api is no https address"
                                                : wrong(a);
    if (why)
        return pub_say_failure(s, ROTA_EXIT_USAGE, "usage", "%s", why);
    code = take_token(s, o, a);
    if (!code)
        code = pub_link_init(&a->link, s, o->ca_file,
                             or_default(&o->stall_s, STALL_S) * 1000);
    return code;
}

int pub_remote_open_to_write(const struct pub_say *s,
                             const struct pub_remote_options *o,
                             struct pub_api *a)
{
    int code = pub_remote_open(s, o, a);

    if (code || a->token[0])
        return code;
    return pub_say_failure(s, ROTA_EXIT_ACCESS, "token",
                           "there is none: set GITHUB_TOKEN or --token-file");
}

void pub_remote_close(struct pub_api *a)
{
    if (a->link.config.net)
        pub_link_free(&a->link);
    pub_heap_free(&a->text);
    explicit_bzero(a->token, sizeof(a->token));
}
