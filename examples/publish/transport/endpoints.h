/* SPDX-License-Identifier: Apache-2.0 */
/* The thirteen endpoints of releases and their assets, one function each.
 *
 * Each asks once through api.h, and is true when the service said 2xx; what
 * it said is then in a->text, to be read by release.h. Bodies are JSON objects
 * as heap.h writes them.
 */
#ifndef ROTA_ENDPOINTS_H
#define ROTA_ENDPOINTS_H

#include "transport/api.h"

#define ROTA_ENDPOINTS_PAGE 30    /* releases on a page: all have assets */
#define ROTA_ENDPOINTS_ASSETS 100 /* assets on a page */

/* One page of a list; the address of the next is in a->answer.next. page is
 * that of an earlier reply, or NULL for the first. */
bool rota_list_releases(struct rota_api *a, const char *page);
bool rota_list_assets(struct rota_api *a, uint64_t release, const char *page);

bool rota_get_latest_release(struct rota_api *a);
bool rota_get_release_by_tag(struct rota_api *a, const char *tag);
bool rota_get_release(struct rota_api *a, uint64_t id);
bool rota_create_release(struct rota_api *a, const struct rota_heap *json);
bool rota_update_release(struct rota_api *a, uint64_t id,
                         const struct rota_heap *json);
bool rota_delete_release(struct rota_api *a, uint64_t id);
bool rota_generate_notes(struct rota_api *a, const struct rota_heap *json);

/* upload_url: of the release, with the template at its end. label: or NULL.
 * The whole must be over in deadline_ms. */
bool rota_upload_asset(struct rota_api *a, const char *upload_url,
                       const char *name, const char *label,
                       const struct rota_content *content,
                       uint64_t deadline_ms);
bool rota_get_asset(struct rota_api *a, uint64_t id);
bool rota_update_asset(struct rota_api *a, uint64_t id,
                       const struct rota_heap *json);
bool rota_delete_asset(struct rota_api *a, uint64_t id);

/* The same as rota_get_asset, but for the bytes from from on, if its ETag is
 * still if_range. Asked once. */
bool rota_get_asset_bytes(struct rota_api *a, uint64_t id, uint32_t from,
                          const char *if_range,
                          int (*take)(void *ctx, const struct rota_reply *reply,
                                      const void *p, size_t len),
                          void *ctx);

/* Anything below the API's base: path begins with '/'. json may be NULL. */
bool rota_any_endpoint(struct rota_api *a, const char *method, const char *path,
                       const struct rota_heap *json);

#endif
