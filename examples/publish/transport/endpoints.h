/* SPDX-License-Identifier: Apache-2.0 */
/* The thirteen endpoints of releases and their assets, one function each.
 *
 * Each asks once through api.h, and is true when the service said 2xx; what
 * it said is then in a->text, to be read by release.h. Bodies are JSON objects
 * as heap.h writes them.
 */
#ifndef PUB_TRANSPORT_ENDPOINTS_H
#define PUB_TRANSPORT_ENDPOINTS_H

#include "transport/api.h"

#define PUB_ENDPOINTS_PAGE 30    /* releases on a page: all have assets */
#define PUB_ENDPOINTS_ASSETS 100 /* assets on a page */

/* One page of a list; the address of the next is in a->answer.next. page is
 * that of an earlier reply, or NULL for the first. */
bool pub_list_releases(struct pub_api *a, const char *page);
bool pub_list_assets(struct pub_api *a, uint64_t release, const char *page);

bool pub_get_latest_release(struct pub_api *a);
bool pub_get_release_by_tag(struct pub_api *a, const char *tag);
bool pub_get_release(struct pub_api *a, uint64_t id);
bool pub_create_release(struct pub_api *a, const struct pub_heap *json);
bool pub_update_release(struct pub_api *a, uint64_t id,
                        const struct pub_heap *json);
bool pub_delete_release(struct pub_api *a, uint64_t id);
bool pub_generate_notes(struct pub_api *a, const struct pub_heap *json);

/* upload_url: of the release, with the template at its end. label: or NULL.
 * The whole must be over in deadline_ms. */
bool pub_upload_asset(struct pub_api *a, const char *upload_url,
                      const char *name, const char *label,
                      const struct pub_content *content, uint64_t deadline_ms);
bool pub_get_asset(struct pub_api *a, uint64_t id);
bool pub_update_asset(struct pub_api *a, uint64_t id,
                      const struct pub_heap *json);
bool pub_delete_asset(struct pub_api *a, uint64_t id);

/* The same as pub_get_asset, but for the bytes from from on, if its ETag is
 * still if_range. Asked once. */
bool pub_get_asset_bytes(struct pub_api *a, uint64_t id, uint32_t from,
                         const char *if_range,
                         int (*take)(void *ctx, const struct rota_reply *reply,
                                     const void *p, size_t len),
                         void *ctx);

/* Anything below the API's base: path begins with '/'. json may be NULL. */
bool pub_any_endpoint(struct pub_api *a, const char *method, const char *path,
                      const struct pub_heap *json);

#endif
