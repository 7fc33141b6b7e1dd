/* SPDX-License-Identifier: Apache-2.0 */
/* Where a request may go, and with which token: hosts, origins, redirects. */
#ifndef ROTA_HTTP_POLICY_H
#define ROTA_HTTP_POLICY_H

#include "http/get.h"

/* Parse config.api once, for the questions below. */
int rota_policy_parse_api(struct rota_get *g) ROTA_CHECKED;

/* May a request go to the host of work.url, parsed in url: the API's own, at
 * any port, or one of config.asset_hosts? */
bool rota_policy_allowed(const struct rota_get *g);

/* Does the request for work.url go to the API's origin? */
bool rota_policy_to_api(const struct rota_get *g);

/* Is the reply from the API's origin, not from where it redirected to? */
bool rota_policy_from_api(const struct rota_get *g);

/* Does url have the API's origin? */
bool rota_policy_same_origin(const struct rota_get *g, const char *url);

/* Make the Location in work.url absolute and parse it. ROTA_EREDIRECT;
 * ROTA_EAUTH when it is a page to log in at. */
int rota_policy_resolve(struct rota_get *g) ROTA_CHECKED;

#endif
