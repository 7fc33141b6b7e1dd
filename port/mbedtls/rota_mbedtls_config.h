/* SPDX-License-Identifier: Apache-2.0 */
/* What rota needs of mbedTLS 3.6: a TLS 1.2 and 1.3 client that meets any
 * public certificate chain, and nothing else. No files, no sockets, no
 * server, no self tests, no heap of the C library.
 *
 * Compile mbedTLS and everything that includes its headers with
 *
 *     -DMBEDTLS_CONFIG_FILE='<rota_mbedtls_config.h>' -Iport/mbedtls
 *
 * The file must not be named mbedtls_config.h: build_info.h would find
 * mbedTLS's own beside itself first and silently use that one.
 *
 * What the platform supplies:
 *   memory   rota_arena_use() names the arena; without one every request is
 *            refused (port/mem_arena.c).
 *   random   mbedtls_psa_external_get_random() (port/random_posix.c). TLS
 *            gets the same bytes through mbedtls_psa_get_random().
 *   time     see "Time" below.
 */
#ifndef ROTA_MBEDTLS_CONFIG_H
#define ROTA_MBEDTLS_CONFIG_H

#include <stddef.h>

/* --- Platform ----------------------------------------------------------- */

#define MBEDTLS_HAVE_ASM
#define MBEDTLS_PLATFORM_C

/* Memory. Direct calls rather than mbedtls_platform_set_calloc_free: a
 * forgotten arena then fails at once instead of falling back to malloc. */
void *rota_mbedtls_calloc(size_t n, size_t size);
void rota_mbedtls_free(void *p);
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_PLATFORM_CALLOC_MACRO rota_mbedtls_calloc
#define MBEDTLS_PLATFORM_FREE_MACRO rota_mbedtls_free

/* Time. mbedTLS asks mbedtls_time() when it checks validity dates and when
 * it chooses between two issuers of one name. On a host that is time(). A
 * device without a clock calls mbedtls_platform_set_time() with a function
 * that returns its best lower bound (build time, last accepted manifest).
 * The verdict on dates is core/tls/tls.c's: it knows rota_sys.unix_time and
 * rewrites MBEDTLS_X509_BADCERT_EXPIRED and _FUTURE in its verify callback,
 * so this hook needs to be no better than that bound. Other than time(),
 * newlib has no monotonic clock: such builds define ROTA_MBEDTLS_NO_CLOCK
 * and supply mbedtls_ms_time() and mbedtls_platform_gmtime_r(). */
#define MBEDTLS_HAVE_TIME
#define MBEDTLS_HAVE_TIME_DATE
#define MBEDTLS_PLATFORM_TIME_ALT
#ifdef ROTA_MBEDTLS_NO_CLOCK
#define MBEDTLS_PLATFORM_MS_TIME_ALT
#define MBEDTLS_PLATFORM_GMTIME_R_ALT
#endif

/* --- TLS ---------------------------------------------------------------- */

#define MBEDTLS_SSL_TLS_C
#define MBEDTLS_SSL_CLI_C
#define MBEDTLS_SSL_PROTO_TLS1_2
#define MBEDTLS_SSL_PROTO_TLS1_3
#define MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA_ENABLED
#define MBEDTLS_KEY_EXCHANGE_ECDHE_RSA_ENABLED
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ENABLED
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_EPHEMERAL_ENABLED
#define MBEDTLS_SSL_TLS1_3_COMPATIBILITY_MODE
/* TLS 1.3 in 3.6 insists on it. A session that is kept is without: the server's
 * certificate was checked, is not checked again, and is large. See
 * rota_config.h, which may have been included before. */
#define MBEDTLS_SSL_KEEP_PEER_CERTIFICATE
#undef ROTA_TLS_DROP_PEER
#define ROTA_TLS_DROP_PEER(session)                                            \
    do {                                                                       \
        mbedtls_x509_crt_free((session)->MBEDTLS_PRIVATE(peer_cert));          \
        mbedtls_free((session)->MBEDTLS_PRIVATE(peer_cert));                   \
        (session)->MBEDTLS_PRIVATE(peer_cert) = NULL;                          \
    } while (0)
#define MBEDTLS_SSL_SERVER_NAME_INDICATION
#define MBEDTLS_SSL_ALPN
#define MBEDTLS_SSL_SESSION_TICKETS
#define MBEDTLS_SSL_EXTENDED_MASTER_SECRET
#define MBEDTLS_SSL_MAX_FRAGMENT_LENGTH /* TLS 1.2 only: see core/tls/tls.c */
#define MBEDTLS_SSL_ALL_ALERT_MESSAGES

/* Record buffers, from the arena, for each connection. A server may send
 * records of 16 KiB whatever we ask for; a device that fetches by Range can
 * go down to 6 KiB, which still holds a long certificate chain. What we send
 * is a request head with a token and a signed URL. Bytes, plus ~0.4 KiB. */
#ifndef MBEDTLS_SSL_IN_CONTENT_LEN
#define MBEDTLS_SSL_IN_CONTENT_LEN 16384
#endif
#ifndef MBEDTLS_SSL_OUT_CONTENT_LEN
#define MBEDTLS_SSL_OUT_CONTENT_LEN 4096
#endif

/* Servers without a preference take what comes first: AES-GCM on x86-64, where
 * every processor has instructions for it. */
#ifdef __x86_64__
#undef ROTA_TLS_SUITES
#define ROTA_TLS_SUITES                                                        \
    MBEDTLS_TLS1_3_AES_128_GCM_SHA256, MBEDTLS_TLS1_3_AES_256_GCM_SHA384,      \
        MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,                       \
        MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,                         \
        MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,                       \
        MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,                         \
        MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,                               \
        MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,                 \
        MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
#endif

/* --- Certificates ------------------------------------------------------- */

#define MBEDTLS_X509_USE_C
#define MBEDTLS_X509_CRT_PARSE_C
#define MBEDTLS_X509_RSASSA_PSS_SUPPORT
#define MBEDTLS_X509_TRUSTED_CERTIFICATE_CALLBACK
#define MBEDTLS_X509_REMOVE_INFO
#define MBEDTLS_PK_C
#define MBEDTLS_PK_PARSE_C
#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C
#define MBEDTLS_OID_C

/* --- Cryptography ------------------------------------------------------- */

#define MBEDTLS_PSA_CRYPTO_C
#define MBEDTLS_PSA_CRYPTO_CONFIG
#define MBEDTLS_PSA_CRYPTO_CONFIG_FILE <rota_psa_config.h>
#define MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG
/* Nobody else writes to our buffers: hash them where they are, not a copy. */
#define MBEDTLS_PSA_ASSUME_EXCLUSIVE_BUFFERS
#define MBEDTLS_PSA_KEY_SLOT_COUNT 16

#define MBEDTLS_CIPHER_C
#define MBEDTLS_AES_C
#define MBEDTLS_GCM_C
#define MBEDTLS_CHACHA20_C
#define MBEDTLS_POLY1305_C
#define MBEDTLS_CHACHAPOLY_C
/* AES by instructions, where the processor has them. */
#define MBEDTLS_AESNI_C
#define MBEDTLS_AESCE_C
#define MBEDTLS_AES_ROM_TABLES

#define MBEDTLS_MD_C
#define MBEDTLS_SHA256_C
#define MBEDTLS_SHA384_C
#define MBEDTLS_SHA512_C
#define MBEDTLS_SHA1_C /* old roots sign themselves with it: must parse */
#define MBEDTLS_HKDF_C
#if defined(__aarch64__) && defined(__linux__)
#define MBEDTLS_SHA256_USE_ARMV8_A_CRYPTO_IF_PRESENT
#endif

#define MBEDTLS_BIGNUM_C
#define MBEDTLS_MPI_MAX_SIZE 512 /* RSA-4096 */
#define MBEDTLS_ECP_C
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_ECP_DP_SECP384R1_ENABLED
#define MBEDTLS_ECP_DP_CURVE25519_ENABLED
#define MBEDTLS_ECP_NIST_OPTIM
#define MBEDTLS_ECDH_C
#define MBEDTLS_ECDSA_C
#define MBEDTLS_RSA_C
#define MBEDTLS_PKCS1_V15
#define MBEDTLS_PKCS1_V21

/* Small devices trade speed for room; define ROTA_MBEDTLS_SMALL. */
#ifdef ROTA_MBEDTLS_SMALL
#define MBEDTLS_AES_FEWER_TABLES
#define MBEDTLS_SHA256_SMALLER
#define MBEDTLS_SHA512_SMALLER
#define MBEDTLS_ECP_WINDOW_SIZE 2
#define MBEDTLS_ECP_FIXED_POINT_OPTIM 0
#define MBEDTLS_MPI_WINDOW_SIZE 1
#endif

#endif
