/* SPDX-License-Identifier: Apache-2.0 */
#include "release/finder.h"

#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "release/asset.h"
#include "release/semver.h"

#define SIZE_LIMIT 0x7fffffff   /* GitHub takes assets up to 2 GiB */
#define DIGEST_MAX (7 + 2 * 64) /* "sha512:" and its digits */

static const char *const outer[] = {"id", "tag_name", "draft", "prerelease",
                                    NULL};
static const char *const inner[] = {
    "id", "name", "state", "size", "digest", "url", "browser_download_url",
    NULL};
static const struct rota_scan_shape shape = {outer, "assets", inner};

/* --- Assets --- */

/* "sha256:" and 64 digits. Another algorithm is passed over: ours may be
 * replaced by a better one some day. */
static int finder_read_digest(struct rota_finder *f,
                              const struct rota_scan_piece *o)
{
    char text[DIGEST_MAX + 1];
    int found = rota_json_string(o, "digest", text, sizeof text);
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-_.+");

    if (found == ROTA_JSON_ABSENT)
        return ROTA_OK;
    if (n == 0 || text[n] != ':')
        return ROTA_EFIELD;
    if (!rota_text_same(text, n, "sha256")) {
        f->now_finding.odd_digest = true;
        return ROTA_OK;
    }
    f->now->has_digest = rota_text_unhex(text + n + 1, strlen(text + n + 1),
                                         f->now->digest, sizeof f->now->digest);
    return f->now->has_digest ? ROTA_OK : ROTA_EFIELD;
}

/* GitHub's assets are fetched by id, through url; Gitea's have none. */
static int finder_read_url(struct rota_release *r,
                           const struct rota_scan_piece *o)
{
    int found = rota_json_string(o, "url", r->url, sizeof r->url);

    r->url[0] = '\0';
    if (found == ROTA_JSON_FOUND || found == ROTA_ETOOLONG)
        return ROTA_OK;
    if (found == ROTA_JSON_ABSENT)
        found =
            rota_json_string(o, "browser_download_url", r->url, sizeof r->url);
    if (found == ROTA_ETOOLONG)
        return found;
    return found == ROTA_JSON_FOUND && r->url[0] ? ROTA_OK : ROTA_EFIELD;
}

static int finder_read_asset(struct rota_finder *f,
                             const struct rota_scan_piece *o)
{
    struct rota_release *r = f->now;
    uint64_t size;
    int err;

    if (rota_json_uint(o, "id", UINT64_MAX, &r->asset_id) != ROTA_JSON_FOUND
        || rota_json_uint(o, "size", SIZE_LIMIT, &size) != ROTA_JSON_FOUND
        || size == 0)
        return ROTA_EFIELD;
    r->size = (uint32_t)size;
    err = finder_read_digest(f, o);
    return err ? err : finder_read_url(r, o);
}

static bool finder_is_uploaded(const struct rota_scan_piece *o)
{
    char state[sizeof "uploaded"];
    int found = rota_json_string(o, "state", state, sizeof state);

    return found == ROTA_JSON_ABSENT
        || (found == ROTA_JSON_FOUND && strcmp(state, "uploaded") == 0);
}

static bool finder_is_ours(const struct rota_finder *f, const char *name)
{
    const char *tag = f->now->tag;

    return f->named ? strcmp(name, f->named) == 0
                    : rota_asset_matches(f->config, tag,
                                         tag + f->now->version_at, name);
}

static void finder_on_asset(struct rota_finder *f,
                            const struct rota_scan_piece *o)
{
    struct rota_finding *now = &f->now_finding;
    char name[ROTA_NAME_MAX + 1];

    if (!f->tag_known && !f->named && rota_asset_needs_tag(f->config)) {
        now->deferred = true;
        return;
    }
    if (rota_json_string(o, "name", name, sizeof name) != ROTA_JSON_FOUND
        || !finder_is_ours(f, name) || !finder_is_uploaded(o) || now->assets > 1
        || ++now->assets > 1)
        return;
    memcpy(f->now->name, name, sizeof name);
    now->err = (int8_t)finder_read_asset(f, o);
}

/* --- Releases --- */

static void finder_take_tag(struct rota_finder *f)
{
    int at = rota_semver_in_tag(f->now->tag, f->config->tag_prefix);

    f->tag_known = true;
    f->now_finding.tag_err = (int8_t)(at < 0 ? at : ROTA_OK);
    f->now->version_at = (uint8_t)(at < 0 ? 0 : at);
}

static int finder_read_tag(struct rota_finder *f,
                           const struct rota_scan_piece *o)
{
    char *tag = f->now->tag;
    int found = rota_json_string(o, "tag_name", tag, sizeof f->now->tag);

    if (found == ROTA_JSON_FOUND) {
        finder_take_tag(f);
    } else if (found == ROTA_ETOOLONG) {
        f->tag_known = true;
        f->now_finding.tag_err = (int8_t)found;
    } else if (!o->partial) {
        return ROTA_EJSON; /* not a release */
    }
    return ROTA_OK;
}

static void finder_next_release(struct rota_finder *f)
{
    struct rota_text t;

    *f->now = (struct rota_release){0};
    f->now_finding = (struct rota_finding){0};
    f->tag_known = false;
    if (f->tag) {
        rota_text_init(&t, f->now->tag, sizeof f->now->tag);
        rota_text_add(&t, f->tag);
        finder_take_tag(f);
    }
}

static bool finder_is_newer(const struct rota_release *a,
                            const struct rota_release *b)
{
    const char *va = a->tag + a->version_at, *vb = b->tag + b->version_at;
    int order;

    return rota_semver_order(va, vb, &order) == ROTA_OK && order > 0;
}

static bool finder_is_better(const struct rota_finder *f)
{
    if (f->tag && strcmp(f->now->tag, f->tag) != 0)
        return false;
    if (!f->have_best)
        return true;
    if (f->now_finding.tag_err || f->best_finding.tag_err)
        return !f->now_finding.tag_err;
    return finder_is_newer(f->now, f->best);
}

static int finder_on_release(struct rota_finder *f,
                             const struct rota_scan_piece *o)
{
    struct rota_release *now = f->now;
    bool draft = false;

    if (finder_read_tag(f, o) < 0
        || rota_json_uint(o, "id", UINT64_MAX, &now->release_id)
               != ROTA_JSON_FOUND
        || rota_json_bool(o, "draft", &draft) < 0
        || rota_json_bool(o, "prerelease", &now->prerelease) < 0)
        return ROTA_EJSON;
    if (!draft && finder_is_better(f)) {
        *f->best = *now;
        f->best_finding = f->now_finding;
        f->have_best = true;
    }
    finder_next_release(f);
    return ROTA_OK;
}

/* --- The reply --- */

static int finder_on_object(void *ctx, const struct rota_scan_piece *o)
{
    struct rota_finder *f = ctx;

    if (o->partial)
        return f->tag ? ROTA_OK : finder_read_tag(f, o);
    if (!o->inner)
        return finder_on_release(f, o);
    finder_on_asset(f, o);
    return ROTA_OK;
}

void rota_finder_init(struct rota_finder *f, const struct rota_config *c,
                      struct rota_release *best)
{
    *f = (struct rota_finder){.config = c, .best = best};
}

void rota_finder_again(struct rota_finder *f)
{
    f->have_best = false;
}

void rota_finder_page(struct rota_finder *f, char *window, size_t window_size,
                      struct rota_release *now, const char *tag)
{
    f->now = now;
    f->tag = tag;
    finder_next_release(f);
    rota_scan_init(&f->scan, &shape, window, window_size, finder_on_object, f);
}

int rota_finder_feed(struct rota_finder *f, const void *buf, size_t len)
{
    return rota_scan_feed(&f->scan, buf, len);
}

int rota_finder_page_end(struct rota_finder *f)
{
    return rota_scan_end(&f->scan);
}

/* Where no version runs, a tag need not be one. "" is none. */
static bool finder_takes_any(const struct rota_finder *f,
                             const struct rota_finding *found)
{
    return !f->config->version && found->tag_err == ROTA_EVERSION
        && *f->best->tag;
}

int rota_finder_result(struct rota_finder *f)
{
    const struct rota_finding *found = &f->best_finding;

    if (!f->have_best) {
        f->best->tag[0] = '\0';
        return f->tag ? ROTA_ECHANGED : ROTA_ENORELEASE;
    }
    if (found->tag_err && !finder_takes_any(f, found))
        return found->tag_err;
    if (found->deferred)
        return ROTA_EAGAIN;
    if (found->assets != 1)
        return found->assets ? ROTA_EAMBIGUOUS : ROTA_ENOASSET;
    if (found->err)
        return found->err;
    /* Of images that a manifest names, it tells the sizes. */
    if (!f->config->trust && f->best->size > f->config->slot->size)
        return ROTA_ETOOBIG;
    if (found->odd_digest)
        rota_log_note(f->config, "digest of an unknown kind is not used",
                      f->best->name);
    return ROTA_OK;
}
