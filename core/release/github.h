/* SPDX-License-Identifier: Apache-2.0 */
/* The releases API of GitHub and of servers of its shape: which URL to ask.
 * What the JSON that comes back means is finder.h's.
 */
#ifndef ROTA_RELEASE_GITHUB_H
#define ROTA_RELEASE_GITHUB_H

#include "release/finder.h"
#include "rota.h"

enum rota_endpoint {
    ROTA_GET_LATEST, /* /repos/O/R/releases/latest */
    ROTA_GET_BY_TAG, /* /repos/O/R/releases/tags/TAG */
    ROTA_GET_BY_ID,  /* /repos/O/R/releases/ID */
    ROTA_LIST,       /* /repos/O/R/releases?per_page=30 */
    ROTA_GET_ASSET   /* /repos/O/R/releases/assets/ID */
};

#define ROTA_ACCEPT_JSON "application/vnd.github+json"
#define ROTA_ACCEPT_BYTES "application/octet-stream"

/* Write the URL of an endpoint to buf, id or tag in it as it needs them, the
 * tag percent-encoded. ROTA_ETOOLONG when it does not fit. */
int rota_github_url(const struct rota_config *c, enum rota_endpoint e,
                    uint64_t id, const char *tag, char *buf,
                    size_t size) ROTA_CHECKED;

/* The URL to get the bytes of r's asset from: by id, or r->url. */
int rota_github_asset_url(const struct rota_config *c,
                          const struct rota_release *r, char *buf,
                          size_t size) ROTA_CHECKED;

/* Are api, repo, tag, asset, version and the hosts of c ones to work with?
 * ROTA_EINVAL, with a note that names the field. */
int rota_github_check_config(const struct rota_config *c) ROTA_CHECKED;

#endif
