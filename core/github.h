/* SPDX-License-Identifier: Apache-2.0 */
/* The releases API of GitHub and of servers of its shape: which URL to ask,
 * and what the JSON that comes back means.
 */
#ifndef ROTA_GITHUB_H
#define ROTA_GITHUB_H

#include "json.h"
#include "rota.h"

enum rota_endpoint {
    ROTA_GET_LATEST,   /* /repos/O/R/releases/latest */
    ROTA_GET_BY_TAG,   /* /repos/O/R/releases/tags/TAG */
    ROTA_GET_BY_ID,    /* /repos/O/R/releases/ID */
    ROTA_LIST,         /* /repos/O/R/releases?per_page=30 */
    ROTA_LIST_ASSETS,  /* /repos/O/R/releases/ID/assets?per_page=100 */
    ROTA_GET_ASSET     /* /repos/O/R/releases/assets/ID */
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

/* Reads one reply, or the pages of a list one after the other, and keeps the
 * release and asset to be installed. Of a list the highest version wins,
 * drafts are passed over. */
struct rota_finder {
    const struct rota_config *config;
    struct rota_json json;
    struct rota_release *best;   /* the caller's: the result */
    struct rota_release *now;    /* room for the release being read; only
                                  * while feeding */
    /* ... counters: matching assets, releases seen, ... author's choice */
    int matches;       /* assets of now that matched */
    int best_matches;  /* of best */
    int best_err;      /* why best cannot be used: a bad size or digest */
    bool have_best;
    bool tag_known;    /* now->tag is set */
    bool deferred;     /* an asset came before the tag that its name needs */
    bool list;
    uint8_t reserved[24];
};

/* Begin a reply. For a further page of a list call rota_finder_page. tag: the
 * release's tag when it is known already, from a reply in which the tag stood
 * after the assets; else NULL. */
void rota_finder_init(struct rota_finder *f, const struct rota_config *c,
                      struct rota_release *best);
/* window and now are work memory until the page ends. */
void rota_finder_page(struct rota_finder *f, char *window, size_t window_size,
                      struct rota_release *now, const char *tag);
int rota_finder_feed(struct rota_finder *f, const void *buf,
                     size_t len) ROTA_CHECKED;

/* End of a page: ROTA_OK, or ROTA_EJSON when it was cut short. */
int rota_finder_page_end(struct rota_finder *f) ROTA_CHECKED;

/* After the last page: ROTA_OK and best is filled in; ROTA_EAGAIN: the tag
 * (now in best->tag) stood after the assets whose names need it, so the same
 * must be read again with that tag; ROTA_ENORELEASE (an empty list),
 * ROTA_EVERSION, ROTA_ENOASSET, ROTA_EAMBIGUOUS, ROTA_EFIELD, ROTA_ETOOBIG.
 * best->tag is filled in whenever a release was seen. */
int rota_finder_result(struct rota_finder *f) ROTA_CHECKED;

#endif
