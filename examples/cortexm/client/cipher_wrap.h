/* SPDX-License-Identifier: Apache-2.0 */
/* ChaCha20 as a cipher of its own: TLS has it with Poly1305 only. The settings
 * have been checked when they are included here. */
#ifndef CLIENT_CIPHER_WRAP_H
#define CLIENT_CIPHER_WRAP_H

#include <mbedtls/build_info.h>

#undef MBEDTLS_CHACHA20_C

#endif
