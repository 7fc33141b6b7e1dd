/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about a repository's releases that take several requests. Each
 * returns 0 or, having said why, an exit code. */
#ifndef PUB_TRANSPORT_HUB_H
#define PUB_TRANSPORT_HUB_H

#include "transport/endpoints.h"
#include "transport/release.h"
#include "base/bytes.h"

/* Call each with the releases from the newest on, drafts too for those who may
 * see them, until it says no. json is the release as it came. */
int pub_hub_each(struct pub_api *a,
                 bool (*each)(void *ctx, const struct pub_hub_release *r,
                              struct rota_span json),
                 void *ctx);

/* The release of a tag: published, or else the draft that would be. *found is
 * false when there is neither. Of several drafts the oldest counts. */
int pub_hub_find(struct pub_api *a, const char *tag, struct pub_hub_release *r,
                 bool *found);

/* The same, when it must be there. */
int pub_hub_need(struct pub_api *a, const char *tag, struct pub_hub_release *r);

/* All assets of a release, to be freed. */
struct pub_hub_assets {
    struct pub_hub_asset *list;
    size_t count;
};
int pub_hub_assets(struct pub_api *a, uint64_t release,
                   struct pub_hub_assets *out);
void pub_hub_assets_free(struct pub_hub_assets *list);
const struct pub_hub_asset *
pub_hub_asset_named(const struct pub_hub_assets *list, const char *name);

/* What the last reply says, read as a release. */
int pub_hub_release_of(struct pub_api *a, const char *what,
                       struct pub_hub_release *r);

/* The bytes of an asset, all or none, up to size - 1; NUL-terminated. */
int pub_hub_small_asset(struct pub_api *a, const struct pub_hub_asset *asset,
                        char *buf, size_t size, size_t *len);

/* The SHA-256 of an asset, of servers that do not tell it: by its bytes. */
int pub_hub_hash(struct pub_api *a, const struct pub_hub_asset *asset,
                 uint8_t sha256[ROTA_SHA256_LEN]);

#endif
