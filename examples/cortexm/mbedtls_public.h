/* SPDX-License-Identifier: Apache-2.0 */
/* mbedTLS for the profile "public": port/mbedtls's settings without TLS 1.3,
 * without what no TLS 1.2 server insists on, and without a clock. */
#ifndef MBEDTLS_PUBLIC_H
#define MBEDTLS_PUBLIC_H

#define ROTA_MBEDTLS_SMALL
#include <rota_mbedtls_config.h>

/* Dates are judged by core/tls/trust.c, which needs no clock of mbedTLS. */
#undef MBEDTLS_HAVE_TIME
#undef MBEDTLS_HAVE_TIME_DATE
#undef MBEDTLS_PLATFORM_TIME_ALT

#undef MBEDTLS_SSL_PROTO_TLS1_3
#undef MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ENABLED
#undef MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_EPHEMERAL_ENABLED
#undef MBEDTLS_SSL_TLS1_3_COMPATIBILITY_MODE
/* core/tls/tls.c asks to be told of tickets of TLS 1.3. */
#define mbedtls_ssl_conf_tls13_enable_signal_new_session_tickets(conf, on)     \
    ((void)(conf))

/* Certificates are parsed where they were received and forgotten when they
 * were checked, rather than copied and kept: 1 KiB of the arena at its peak. */
#undef MBEDTLS_SSL_KEEP_PEER_CERTIFICATE
#undef ROTA_TLS_DROP_PEER
#define ROTA_TLS_DROP_PEER(session) ((void)(session))

/* Records of 16 KiB are what TLS has without asking for shorter ones. */
#if MBEDTLS_SSL_IN_CONTENT_LEN == 16384
#undef MBEDTLS_SSL_MAX_FRAGMENT_LENGTH
#define mbedtls_ssl_conf_max_frag_len(conf, code) ((void)(conf), (code))
#endif

#undef MBEDTLS_CHACHA20_C
#undef MBEDTLS_POLY1305_C
#undef MBEDTLS_CHACHAPOLY_C
#undef MBEDTLS_AESNI_C
#undef MBEDTLS_AESCE_C
#undef MBEDTLS_SHA1_C
#undef MBEDTLS_HKDF_C
/* What is not offered is not used: servers then sign by PKCS #1 v1.5, as
 * certificates are, and agree on keys over P-256. */
#undef MBEDTLS_PKCS1_V21
#undef MBEDTLS_X509_RSASSA_PSS_SUPPORT
#undef MBEDTLS_ECP_DP_CURVE25519_ENABLED
#define MBEDTLS_AES_ONLY_128_BIT_KEY_LENGTH
#define MBEDTLS_BLOCK_CIPHER_NO_DECRYPT

/* A client without a key of its own signs nothing: see client/ as well. */
#define MBEDTLS_RSA_NO_CRT
#undef MBEDTLS_SSL_ALL_ALERT_MESSAGES

#undef ROTA_TLS_SUITES
#define ROTA_TLS_SUITES                                                        \
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,                           \
        MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
#define MBEDTLS_SSL_CIPHERSUITES ROTA_TLS_SUITES

#undef MBEDTLS_PSA_CRYPTO_CONFIG_FILE
#define MBEDTLS_PSA_CRYPTO_CONFIG_FILE <psa_small.h>
#undef MBEDTLS_PSA_KEY_SLOT_COUNT
#define MBEDTLS_PSA_KEY_SLOT_COUNT 2

#endif
