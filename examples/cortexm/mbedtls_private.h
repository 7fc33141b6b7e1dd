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

#undef ROTA_TLS_SUITES
#define ROTA_TLS_SUITES MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256

#endif
