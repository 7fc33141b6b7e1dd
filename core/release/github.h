/* SPDX-License-Identifier: Apache-2.0 */
/* The releases API of GitHub and of servers of its shape: which URL to ask.
 * finder.h knows what the JSON of the reply means. */
#ifndef ROTA_RELEASE_GITHUB_H
#define ROTA_RELEASE_GITHUB_H

#include "base/text.h"
#include "rota.h"

#define ROTA_ACCEPT_JSON "application/vnd.github+json"
#define ROTA_ACCEPT_BYTES "application/octet-stream"

/* Begin a URL in buf: API/repos/OWNER/NAME/releases, to which the caller adds
 * the rest. A slash at the end would be answered with 404. */
void rota_github_begin(struct rota_text *t, const struct rota_config *c,
                       char *buf, size_t size);

/* ROTA_ETOOLONG when the URL does not fit its buffer. */
int rota_github_end(const struct rota_text *t) ROTA_CHECKED;

/* The URL of the bytes of an asset: url, or by its id when url is "". */
int rota_github_asset_url(const struct rota_config *c, uint64_t asset_id,
                          const char *url, char *buf, size_t size) ROTA_CHECKED;

#endif
