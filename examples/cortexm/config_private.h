/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes of the profile "private": a server of one's own whose certificates
 * are all P-256 and which keeps to small TLS records when asked to (RFC 6066,
 * max_fragment_length; OpenSSL does, so nginx and others do). */
#ifndef CONFIG_H
#define CONFIG_H

#define CONFIG_PROFILE "private"

/* rota */
#define ROTA_URL_MAX 1280
#define ROTA_NAME_MAX 63
#define ROTA_TAG_MAX 31
#define ROTA_ASSET_URL_MAX 0
#define ROTA_HOST_MAX 63
#define ROTA_JOURNAL_RECORD 320
#define ROTA_TLS_SIZE 352 /* what the contexts of mbedtls_private.h take */
#define ROTA_SIZE 3200
#define ROTA_ECC_MAX_OPS 500 /* see README.md, "The longest step" */
#define UPDATE_BUFFER 1536   /* at least ROTA_MANIFEST_WORK */
#define UPDATE_RANGE 16384

/* mbedTLS: what comes must hold a chain of certificates, what goes a record
 * of the agreed fragment length, which is the smaller of the two. */
#define MBEDTLS_SSL_IN_CONTENT_LEN 2048
#define MBEDTLS_SSL_OUT_CONTENT_LEN 1024
/* 8400 are used while a chain of two is checked; a third is 0.7 KiB more. */
#define UPDATE_ARENA 9728

/* lwIP */
#define NETWORK_PING 1
#define NETWORK_MSS 536
#define NETWORK_SEGMENTS 4 /* of receive window */
#define NETWORK_FRAMES 5   /* received: the window's, and one that is not TCP */
#define NETWORK_SEND 1072  /* bytes sent and not acknowledged */
#define NETWORK_HEAP 1664  /* of which they take 1272 */
#define NETWORK_NAME (ROTA_HOST_MAX + 1)

#endif
