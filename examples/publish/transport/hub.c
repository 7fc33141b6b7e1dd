/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/hub.h"

#include <stdlib.h>
#include <string.h>

#include "words/view.h"
#include "base/bytes.h"
#include "flash/hash.h"
#include "transport/refusal.h"

enum { PAGES_MAX = 1000 };

static int strange(const struct pub_api *a, const char *what)
{
    return pub_say_failure(a->say, PUB_EXIT_INPUT, what,
                           "the reply is not the JSON it should be; is --api "
                           "the address of a releases API?");
}

int pub_hub_release_of(struct pub_api *a, const char *what,
                       struct pub_hub_release *r)
{
    struct rota_span v = pub_heap_span(&a->text);

    return pub_view_check(v) && pub_release_read(r, v) ? 0 : strange(a, what);
}

/* --- Releases ------------------------------------------------------------ */

/* False when the walk is to end, *code telling why. */
static bool walk_page(struct pub_api *a,
                      bool (*each)(void *, const struct pub_hub_release *,
                                   struct rota_span),
                      void *ctx, int *code)
{
    struct rota_span v = pub_heap_span(&a->text), name, item;
    struct pub_hub_release r;

    if (!pub_view_check(v) || v.p[strspn((const char *)v.p, " \t\r\n")] != '[')
        *code = strange(a, "list");
    for (size_t at = 0; !*code && pub_view_next(v, &at, &name, &item);) {
        if (!pub_release_read(&r, item))
            *code = strange(a, "list");
        else if (!each(ctx, &r, item))
            return false;
    }
    return !*code;
}

int pub_hub_each(struct pub_api *a,
                 bool (*each)(void *ctx, const struct pub_hub_release *r,
                              struct rota_span json),
                 void *ctx)
{
    char page[ROTA_URL_MAX + 1] = "";
    int code = 0;

    for (int n = 0; n < PAGES_MAX; n++) {
        if (!pub_list_releases(a, n ? page : NULL))
            return pub_refusal_explain(a, "list");
        memcpy(page, a->answer.next, sizeof(page));
        if (!walk_page(a, each, ctx, &code) || !page[0])
            return code;
    }
    return strange(a, "list");
}

struct search {
    const char *tag;
    struct pub_hub_release *r;
    size_t count;
};

static bool match(void *ctx, const struct pub_hub_release *r,
                  struct rota_span json)
{
    struct search *k = ctx;

    (void)json;
    if (!r->draft || strcmp(r->tag, k->tag) != 0)
        return true;
    if (!k->count || r->id < k->r->id)
        *k->r = *r;
    k->count++;
    return true;
}

/* Drafts have no address by their tag: they are found in the list alone. */
int pub_hub_find(struct pub_api *a, const char *tag, struct pub_hub_release *r,
                 bool *found)
{
    struct search search = {tag, r, 0};
    int code;

    *found = pub_get_release_by_tag(a, tag);
    if (*found)
        return pub_hub_release_of(a, tag, r);
    if (pub_api_status(a) != 404)
        return pub_refusal_explain(a, tag);
    code = pub_hub_each(a, match, &search);
    *found = search.count > 0;
    if (search.count > 1)
        pub_say_note(a->say, "there are %zu drafts for %s; taking the oldest",
                     search.count, tag);
    return code;
}

int pub_hub_need(struct pub_api *a, const char *tag, struct pub_hub_release *r)
{
    bool found;
    int code = pub_hub_find(a, tag, r, &found);

    if (code || found)
        return code;
    return pub_say_failure(a->say, ROTA_EXIT_ACCESS, tag,
                           "%s has no such release, or the token may not see "
                           "it; \"list\" tells which there are",
                           a->repo);
}

/* --- Assets -------------------------------------------------------------- */

static int add_page(struct pub_api *a, struct pub_hub_assets *out)
{
    struct rota_span v = pub_heap_span(&a->text), name, item;

    if (!pub_view_check(v))
        return strange(a, "assets");
    for (size_t at = 0; pub_view_next(v, &at, &name, &item);)
        if (out->count == PUB_RELEASE_ASSETS_MAX
            || !pub_asset_read(&out->list[out->count++], item))
            return strange(a, "assets");
    return 0;
}

int pub_hub_assets(struct pub_api *a, uint64_t release,
                   struct pub_hub_assets *out)
{
    char page[ROTA_URL_MAX + 1] = "";
    int code = 0;

    out->count = 0;
    if (!out->list)
        out->list = calloc(PUB_RELEASE_ASSETS_MAX, sizeof(out->list[0]));
    if (!out->list)
        return pub_say_failure(a->say, PUB_EXIT_FILE, "assets",
                               "no memory left");
    for (int n = 0; !code && n < PAGES_MAX && (n == 0 || page[0]); n++) {
        if (!pub_list_assets(a, release, n ? page : NULL))
            return pub_refusal_explain(a, "assets");
        memcpy(page, a->answer.next, sizeof(page));
        code = add_page(a, out);
    }
    return code;
}

void pub_hub_assets_free(struct pub_hub_assets *list)
{
    free(list->list);
    *list = (struct pub_hub_assets){0};
}

const struct pub_hub_asset *
pub_hub_asset_named(const struct pub_hub_assets *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->list[i].name, name) == 0)
            return &list->list[i];
    return NULL;
}

/* --- Bytes of assets ----------------------------------------------------- */

struct small {
    char *buf;
    size_t size, len;
};

static int keep(void *ctx, const struct rota_reply *r, const void *p,
                size_t len)
{
    struct small *k = ctx;

    (void)r;
    if (len >= k->size - k->len)
        return ROTA_ETOOBIG;
    memcpy(k->buf + k->len, p, len);
    k->len += len;
    return ROTA_OK;
}

int pub_hub_small_asset(struct pub_api *a, const struct pub_hub_asset *asset,
                        char *buf, size_t size, size_t *len)
{
    struct small k = {buf, size, 0};

    if (!pub_get_asset_bytes(a, asset->id, 0, NULL, keep, &k))
        return pub_refusal_explain(a, asset->name);
    buf[k.len] = '\0';
    *len = k.len;
    return k.len == asset->size
             ? 0
             : pub_say_failure(a->say, ROTA_EXIT_MISMATCH, asset->name,
                               "%zu bytes came, and not %llu", k.len,
                               (unsigned long long)asset->size);
}

static int hash_piece(void *ctx, const struct rota_reply *r, const void *p,
                      size_t len)
{
    (void)r;
    return rota_hash_add(ctx, p, len);
}

int pub_hub_hash(struct pub_api *a, const struct pub_hub_asset *asset,
                 uint8_t sha256[ROTA_SHA256_LEN])
{
    struct rota_hash h;

    if (rota_hash_begin(&h))
        return pub_say_failure(a->say, PUB_EXIT_FILE, asset->name,
                               "cannot be hashed");
    if (!pub_get_asset_bytes(a, asset->id, 0, NULL, hash_piece, &h)) {
        rota_hash_drop(&h);
        return pub_refusal_explain(a, asset->name);
    }
    return rota_hash_end(&h, sha256) ? pub_say_failure(
               a->say, PUB_EXIT_FILE, asset->name, "cannot be hashed")
                                     : 0;
}
