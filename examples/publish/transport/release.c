/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/release.h"

#include <string.h>

#include "words/view.h"
#include "base/bytes.h"
#include "base/text.h"

/* IDs are whatever fits 63 bits; sizes are at most 2 GiB. */
#define ID_MAX ((uint64_t)INT64_MAX)
#define SIZE_MOST ((uint64_t)1 << 31)

static bool number(struct rota_span v, const char *name, uint64_t max,
                   uint64_t *out)
{
    struct rota_span m;

    return pub_view_member(v, name, &m) && pub_view_number(m, max, out);
}

/* Absent and null are "". False when it is there and does not fit. */
static bool text(struct rota_span v, const char *name, char *out, size_t size)
{
    struct rota_span m;

    out[0] = '\0';
    return !pub_view_member(v, name, &m) || !pub_view_is_text(m)
        || pub_heap_decode(m, out, size);
}

static bool flag(struct rota_span v, const char *name)
{
    struct rota_span m;

    return pub_view_member(v, name, &m)
        && rota_text_same((const char *)m.p, m.len, "true");
}

bool pub_release_read(struct pub_hub_release *r, struct rota_span v)
{
    memset(r, 0, sizeof(*r));
    r->draft = flag(v, "draft");
    r->prerelease = flag(v, "prerelease");
    r->immutable = flag(v, "immutable");
    (void)text(v, "name", r->name, sizeof(r->name));
    return number(v, "id", ID_MAX, &r->id)
        && text(v, "tag_name", r->tag, sizeof(r->tag)) && r->tag[0]
        && text(v, "created_at", r->created, sizeof(r->created))
        && text(v, "published_at", r->published, sizeof(r->published))
        && text(v, "upload_url", r->upload_url, sizeof(r->upload_url))
        && text(v, "html_url", r->html_url, sizeof(r->html_url));
}

/* "sha256:" and 64 digits; null of older assets and servers. */
static bool digest(struct pub_hub_asset *a, struct rota_span v)
{
    char d[80];
    static const char prefix[] = "sha256:";
    size_t n = sizeof(prefix) - 1;

    if (!text(v, "digest", d, sizeof(d)))
        return false;
    if (!d[0])
        return true;
    a->has_digest =
        strncmp(d, prefix, n) == 0
        && rota_text_unhex(d + n, strlen(d + n), a->digest, sizeof(a->digest));
    return a->has_digest;
}

bool pub_asset_read(struct pub_hub_asset *a, struct rota_span v)
{
    char state[16];

    memset(a, 0, sizeof(*a));
    if (!number(v, "download_count", ID_MAX, &a->downloads))
        a->downloads = 0;
    if (!text(v, "state", state, sizeof(state)))
        return false;
    a->uploaded = !state[0] || strcmp(state, "uploaded") == 0;
    return number(v, "id", ID_MAX, &a->id)
        && number(v, "size", SIZE_MOST, &a->size)
        && text(v, "name", a->name, sizeof(a->name)) && a->name[0]
        && digest(a, v);
}
