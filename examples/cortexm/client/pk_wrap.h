/* SPDX-License-Identifier: Apache-2.0 */
/* Private keys: the tables of what a key can do name these functions, which
 * are 4 KiB and never called. */
#ifndef CLIENT_PK_WRAP_H
#define CLIENT_PK_WRAP_H

#include <common.h>

#include <mbedtls/ecdsa.h>
#include <mbedtls/rsa.h>

#define mbedtls_ecdsa_write_signature(...) MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE
#define mbedtls_ecdsa_write_signature_restartable(...)                         \
    MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE
#define mbedtls_ecp_check_pub_priv(...) MBEDTLS_ERR_ECP_BAD_INPUT_DATA
#define mbedtls_rsa_pkcs1_sign(...) MBEDTLS_ERR_RSA_PRIVATE_FAILED
#define mbedtls_rsa_pkcs1_decrypt(...) MBEDTLS_ERR_RSA_PRIVATE_FAILED
#define mbedtls_rsa_pkcs1_encrypt(...) MBEDTLS_ERR_RSA_PUBLIC_FAILED
#define mbedtls_rsa_check_pub_priv(...) MBEDTLS_ERR_RSA_KEY_CHECK_FAILED

#endif
