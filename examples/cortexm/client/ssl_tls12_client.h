/* SPDX-License-Identifier: Apache-2.0 */
/* The signature of a client with a certificate. See ssl_tls.h. */
#ifndef CLIENT_SSL_TLS12_CLIENT_H
#define CLIENT_SSL_TLS12_CLIENT_H

#include <ssl_misc.h>

#define mbedtls_ssl_own_cert(ssl) ((mbedtls_x509_crt *)0)
#define mbedtls_ssl_own_key(ssl) ((mbedtls_pk_context *)0)

#endif
