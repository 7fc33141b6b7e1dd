/* SPDX-License-Identifier: Apache-2.0 */
/* As in cipher_wrap.h, whose table it reads. */
#ifndef CLIENT_CIPHER_H
#define CLIENT_CIPHER_H

#include <mbedtls/build_info.h>

#undef MBEDTLS_CHACHA20_C

#endif
