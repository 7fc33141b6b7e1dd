/* SPDX-License-Identifier: Apache-2.0 */
/* Absolute https URLs (RFC 3986), cut into parts and never changed. */
#ifndef ROTA_HTTP_URL_H
#define ROTA_HTTP_URL_H

#include "base/text.h"
#include "rota.h"

/* Offsets into the text that was parsed, so that both may be moved. */
struct rota_url {
    uint16_t host, host_len; /* without the brackets of an IPv6 address */
    uint16_t path;           /* "/..." with the query; path_len may be 0: "/" */
    uint16_t path_len;       /* up to a fragment or the end */
    uint16_t port;           /* 443 when the URL names none */
};

/* Parse text. ROTA_EREDIRECT when it is not https, has user information, an
 * empty or malformed host, a port outside 1..65535, a query without a path,
 * or a control character, a space or a byte above 0x7e; ROTA_ETOOLONG for a
 * host above ROTA_HOST_MAX or text above ROTA_URL_MAX. */
int rota_url_parse(struct rota_url *u, const char *text) ROTA_CHECKED;

/* Same scheme, host (without case) and port. */
bool rota_url_same_origin(const char *a, const struct rota_url *ua,
                          const char *b, const struct rota_url *ub);

/* Does the host of text end, at a label boundary and without case, in one of
 * the comma-separated suffixes? Each has its leading dot: ".example.com" lets
 * a.example.com pass, not example.com, not badexample.com. Blanks around a
 * suffix are passed over; one without a dot in front never matches. */
bool rota_url_host_allowed(const char *text, const struct rota_url *u,
                           const char *suffixes);

/* Add host, in brackets when it is an IPv6 address, and the port unless it is
 * 443. */
void rota_url_add_host(struct rota_text *t, const char *host, uint16_t port);

#endif
