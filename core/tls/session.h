/* SPDX-License-Identifier: Apache-2.0 */
/* The session that the last server lets us resume, kept in mbedTLS's memory
 * for the next connection to it. For tls.c alone. */
#ifndef ROTA_TLS_SESSION_H
#define ROTA_TLS_SESSION_H

#include <mbedtls/ssl.h>

#include "rota.h"

/* Begin with zeros. */
struct rota_session {
    mbedtls_ssl_session *kept; /* of host and port, or NULL */
    char *host;                /* of the last connection, or NULL */
    uint16_t port;
};

/* Remember whom the connection is to, and forget another one's session.
 * ROTA_ENOMEM when the name does not fit. */
int rota_session_aim(struct rota_session *s, const char *host,
                     uint16_t port) ROTA_CHECKED;

/* Before the handshake: offer what was kept. */
void rota_session_resume(struct rota_session *s, mbedtls_ssl_context *ssl);

/* Keep what the next handshake needs. To be called at the end of the
 * connection, since TLS 1.3 sends its tickets along with the data; ticket: it
 * has sent one. */
void rota_session_keep(struct rota_session *s, const mbedtls_ssl_context *ssl,
                       bool ticket);

/* The next handshake is a whole one. */
void rota_session_forget(struct rota_session *s);

/* Forget the host as well: then no memory is held. */
void rota_session_free(struct rota_session *s);

#endif
