/* SPDX-License-Identifier: Apache-2.0 */
/* Which certificates mbedTLS shall trust, for tls.c alone. */
#ifndef ROTA_TLS_TRUST_H
#define ROTA_TLS_TRUST_H

#include <mbedtls/ssl.h>

#include "tls/tls.h"

/* Have the chain that a server shows checked against the anchors, the clock
 * and the floor of t, which is borrowed as long as conf is in use: 0, or an
 * error of mbedTLS. */
int rota_trust_set(mbedtls_ssl_config *conf, const struct rota_tls *t);

/* Give back what that took, which only a handshake needs. */
void rota_trust_free(mbedtls_ssl_config *conf);

/* What the flags of a failed verification mean. */
int rota_trust_error(uint32_t flags);

#endif
