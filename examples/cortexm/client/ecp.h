/* SPDX-License-Identifier: Apache-2.0 */
/* Compressed points, which need a square root. TLS has none (RFC 8422,
 * 5.1.1), and keys in certificates are not compressed either: one that is, is
 * not accepted. */
#ifndef CLIENT_ECP_H
#define CLIENT_ECP_H

#include <common.h>

#include <mbedtls/bignum.h>

#define mbedtls_mpi_exp_mod(...) MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE

#endif
