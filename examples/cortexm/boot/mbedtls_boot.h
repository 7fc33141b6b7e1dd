/* SPDX-License-Identifier: Apache-2.0 */
/* mbedTLS in the bootloader: SHA-256, small. */
#define MBEDTLS_SHA256_C
#define MBEDTLS_SHA256_SMALLER
