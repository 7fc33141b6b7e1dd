/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers of a private key that may be missing: a public one has none of
 * them. */
#ifndef CLIENT_RSA_H
#define CLIENT_RSA_H

#include <common.h>

#include <rsa_alt_helpers.h>

#define mbedtls_rsa_deduce_primes(...) MBEDTLS_ERR_RSA_BAD_INPUT_DATA
#define mbedtls_rsa_deduce_private_exponent(...) MBEDTLS_ERR_RSA_BAD_INPUT_DATA

#endif
