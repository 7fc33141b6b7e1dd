/* SPDX-License-Identifier: Apache-2.0 */
/* mbedTLS for the profile "private": that of "public" with P-256 and SHA-256
 * alone. */
#ifndef MBEDTLS_PRIVATE_H
#define MBEDTLS_PRIVATE_H

#include "mbedtls_public.h"

#undef MBEDTLS_KEY_EXCHANGE_ECDHE_RSA_ENABLED
#undef MBEDTLS_RSA_C
#undef MBEDTLS_PKCS1_V15
#undef MBEDTLS_MPI_MAX_SIZE
#define MBEDTLS_MPI_MAX_SIZE 64
#undef MBEDTLS_ECP_DP_SECP384R1_ENABLED
#undef MBEDTLS_SHA384_C
#undef MBEDTLS_SHA512_C

#define MBEDTLS_ECP_RESTARTABLE /* for ROTA_ECC_MAX_OPS */

/* A server of one's own has ChaCha20-Poly1305, which is smaller than AES-GCM
 * and three times as fast without instructions for it. */
#undef MBEDTLS_AES_C
#undef MBEDTLS_GCM_C
#define MBEDTLS_CHACHA20_C
#define MBEDTLS_POLY1305_C
#define MBEDTLS_CHACHAPOLY_C
#undef MBEDTLS_AES_ROM_TABLES
#undef MBEDTLS_AES_FEWER_TABLES
#undef MBEDTLS_AES_ONLY_128_BIT_KEY_LENGTH
#undef MBEDTLS_BLOCK_CIPHER_NO_DECRYPT
#undef ROTA_TLS_SUITES
#define ROTA_TLS_SUITES MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256

#endif
