/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/session.h"

#include <string.h>

#include <mbedtls/platform.h>

int rota_session_aim(struct rota_session *s, const char *host, uint16_t port)
{
    size_t size = strlen(host) + 1;

    if (s->host && s->port == port && strcmp(s->host, host) == 0)
        return ROTA_OK;
    rota_session_free(s);
    s->port = port;
    s->host = mbedtls_calloc(1, size);
    if (!s->host)
        return ROTA_ENOMEM;
    memcpy(s->host, host, size);
    return ROTA_OK;
}

/* When its time is over, a whole handshake will do. */
void rota_session_resume(struct rota_session *s, mbedtls_ssl_context *ssl)
{
    if (s->kept && mbedtls_ssl_set_session(ssl, s->kept))
        rota_session_forget(s);
}

void rota_session_keep(struct rota_session *s, const mbedtls_ssl_context *ssl,
                       bool ticket)
{
    if (mbedtls_ssl_get_version_number(ssl) == MBEDTLS_SSL_VERSION_TLS1_3
        && !ticket)
        return;
    rota_session_forget(s);
    s->kept = mbedtls_calloc(1, sizeof(*s->kept));
    if (!s->kept)
        return;
    mbedtls_ssl_session_init(s->kept);
    if (mbedtls_ssl_get_session(ssl, s->kept) != 0) {
        rota_session_forget(s);
        return;
    }
    ROTA_TLS_DROP_PEER(s->kept);
}

void rota_session_forget(struct rota_session *s)
{
    if (!s->kept)
        return;
    mbedtls_ssl_session_free(s->kept);
    mbedtls_free(s->kept);
    s->kept = NULL;
}

void rota_session_free(struct rota_session *s)
{
    rota_session_forget(s);
    mbedtls_free(s->host);
    s->host = NULL;
}
