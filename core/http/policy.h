/* SPDX-License-Identifier: Apache-2.0 */
/* Where a request may go, and with which token: hosts, origins, redirects.
 * Every client in this repository asks rota_policy_judge; it knows nothing
 * but what it is given. */
#ifndef ROTA_HTTP_POLICY_H
#define ROTA_HTTP_POLICY_H

#include "http/get.h"
#include "http/url.h"

/* A request on its way to a URL. All texts are borrowed. */
struct rota_policy {
    const char *api;   /* base of the API, as in rota_config.api */
    const char *hosts; /* as in rota_config.asset_hosts */
    const char *from;  /* the URL whose reply redirects; NULL: none did */
    const char *to;    /* absolute */
    bool write;        /* the request changes something on the server */
};

/* May the request go there? Writes go to the API's origin alone. Reads go to
 * the API's host at any port, and to the hosts of assets. ROTA_EREDIRECT when
 * it may not; ROTA_EAUTH when a redirect leads to a page to log in at.
 * ROTA_OK fills url with the parts of `to`, and token says whether the token
 * goes along, which it does to the API's origin alone; after an error it is
 * false. */
int rota_policy_judge(const struct rota_policy *p, struct rota_url *url,
                      bool *token) ROTA_CHECKED;

/* Make the Location in `to`, which has room for size bytes, absolute (RFC 3986,
 * 4.2): one that begins with "/" stays on the host of the reply, whose origin
 * is the first len bytes of `from`. ROTA_ETOOLONG, ROTA_EREDIRECT. */
int rota_policy_resolve(char *to, size_t size, const char *from,
                        size_t len) ROTA_CHECKED;

/* The same for a device's request. */

/* Parse href into g->url and set g->to_api. */
int rota_policy_aim(struct rota_get *g) ROTA_CHECKED;

/* The reply redirects: put the URL it leads to into href and g->url. */
int rota_policy_redirect(struct rota_get *g) ROTA_CHECKED;

/* Does url have the API's origin? */
bool rota_policy_same_origin(const struct rota_get *g, const char *url);

#endif
