/* SPDX-License-Identifier: Apache-2.0 */
#include "release/github.h"

#include <string.h>

#include "base/log.h"
#include "release/semver.h"
#include "http/url.h"
#include "base/text.h"

/* --- URLs --- */

static void github_add_api(struct rota_text *t, const struct rota_config *c)
{
    const char *api = c->api ? c->api : ROTA_API_DEFAULT;
    size_t len = strlen(api);

    while (len > 0 && api[len - 1] == '/')
        len--;
    rota_text_add_n(t, api, len);
}

int rota_github_url(const struct rota_config *c, enum rota_endpoint e,
                    uint64_t id, const char *tag, char *buf, size_t size)
{
    /* An id or tag may follow. A slash at the end would be answered with
     * 404. */
    static const char *const ends[] = {
        [ROTA_GET_LATEST] = "/latest", [ROTA_GET_BY_TAG] = "/tags/",
        [ROTA_GET_BY_ID] = "/",        [ROTA_LIST] = "?per_page=30",
        [ROTA_GET_ASSET] = "/assets/",
    };
    struct rota_text t;

    rota_text_init(&t, buf, size);
    github_add_api(&t, c);
    rota_text_add(&t, "/repos/");
    rota_text_add(&t, c->repo);
    rota_text_add(&t, "/releases");
    rota_text_add(&t, ends[e]);
    if (e == ROTA_GET_BY_TAG)
        rota_text_add_encoded(&t, tag);
    else if (e != ROTA_GET_LATEST && e != ROTA_LIST)
        rota_text_add_u64(&t, id);
    return t.full ? ROTA_ETOOLONG : ROTA_OK;
}

int rota_github_asset_url(const struct rota_config *c,
                          const struct rota_release *r, char *buf, size_t size)
{
    struct rota_text t;

    if (r->url[0] == '\0')
        return rota_github_url(c, ROTA_GET_ASSET, r->asset_id, NULL, buf, size);
    rota_text_init(&t, buf, size);
    rota_text_add(&t, r->url);
    return t.full ? ROTA_ETOOLONG : ROTA_OK;
}

/* --- Configuration --- */

/* Of the name of an owner, a repository or a host. */
static size_t github_name_len(const char *s)
{
    return rota_text_word(s, "-._");
}

static bool github_api_ok(const char *s)
{
    struct rota_url u;

    return rota_url_parse(&u, s) == ROTA_OK && s[strcspn(s, "?#")] == '\0'
        && !strstr(s, "/.");
}

/* Neither part may lead to another path (RFC 3986, 5.2.4). */
static bool github_repo_ok(const char *s)
{
    size_t owner = github_name_len(s);
    const char *name = s + owner + (s[owner] == '/');
    size_t len = github_name_len(name);

    return owner > 0 && len > 0 && name[len] == '\0' && !strstr(s, "..")
        && !rota_text_same(s, owner, ".") && !rota_text_same(name, len, ".");
}

static bool github_tag_ok(const char *s)
{
    return strlen(s) <= ROTA_TAG_MAX;
}

static bool github_version_ok(const char *s)
{
    struct rota_semver v;

    return rota_semver_parse(&v, s) == ROTA_OK && github_tag_ok(s);
}

/* ".example.com, .example.org" */
static bool github_asset_hosts_ok(const char *s)
{
    if (!*s)
        return true;
    for (;; s++) {
        s += strspn(s, " ");
        size_t len = github_name_len(s);
        if (s[0] != '.' || len < 2 || s[1] == '.')
            return false;
        s += len;
        s += strspn(s, " ");
        if (*s != ',')
            return *s == '\0';
    }
}

/* All text goes into headers, URLs or comparisons and is printable ASCII. What
 * else it must be: */
enum kind {
    ANY,
    API,
    REPO,
    TAG,
    ASSET,
    VERSION,
    HOSTS,
    KIND = 0x0f,
    REQUIRED = 0x10,
    FULL = 0x20,  /* not empty */
    BLANKS = 0x40 /* are allowed */
};

/* The texts of a configuration, in its order. */
#define TEXTS(X)                                                               \
    X(api, API)                                                                \
    X(repo, REPO | REQUIRED)                                                   \
    X(tag, TAG | FULL)                                                         \
    X(tag_prefix, ANY)                                                         \
    X(project, ANY | FULL | BLANKS)                                            \
    X(board, ANY | BLANKS)                                                     \
    X(asset, ASSET | FULL | BLANKS)                                            \
    X(version, VERSION | REQUIRED)                                             \
    X(token, ANY | FULL)                                                       \
    X(asset_hosts, HOSTS | BLANKS)                                             \
    X(user_agent, ANY | FULL | BLANKS)                                         \
    X(api_version, ANY)

#define CHECK(name, check) {offsetof(struct rota_config, name), check},
#define NAME(name, check) #name "\0"

static const struct check {
    uint16_t at;
    uint8_t kind;
} checks[] = {TEXTS(CHECK)};
static const char names[] = TEXTS(NAME);

static bool github_is_kind(enum kind kind, const char *s)
{
    switch ((int)kind) {
    case API: return github_api_ok(s);
    case REPO: return github_repo_ok(s);
    case TAG: return github_tag_ok(s);
    case ASSET: return !strchr(s, '/');
    case VERSION: return github_version_ok(s);
    case HOSTS: return github_asset_hosts_ok(s);
    default: return true;
    }
}

static bool github_passes(const struct check *k, const char *text)
{
    if (!text)
        return !(k->kind & REQUIRED);
    return (*text || !(k->kind & FULL))
        && rota_text_printable(text, k->kind & BLANKS)
        && github_is_kind(k->kind & KIND, text);
}

static int github_refuse(const struct rota_config *c, const char *field)
{
    rota_log_note(c, "not valid in the configuration", field);
    return ROTA_EINVAL;
}

int rota_github_check_config(const struct rota_config *c)
{
    const char *name = names;

    for (const struct check *k = checks; *name; k++, name += strlen(name) + 1) {
        const char *text;
        memcpy(&text, (const char *)c + k->at, sizeof text);
        if (!github_passes(k, text))
            return github_refuse(c, name);
    }
    if (!c->asset && !c->key_count)
        return github_refuse(c, "asset");
    if (c->channel > ROTA_TAG)
        return github_refuse(c, "channel");
    return c->channel == ROTA_TAG && !c->tag ? github_refuse(c, "tag")
                                             : ROTA_OK;
}
