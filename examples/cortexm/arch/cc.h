/* SPDX-License-Identifier: Apache-2.0 */
/* What lwIP asks of the compiler and the board, beyond its own defaults. */
#ifndef ARCH_CC_H
#define ARCH_CC_H

#include <stdint.h>

/* Both are in network.c. */
uint32_t network_random(void);
void network_assert(const char *file, int line);

#define LWIP_RAND() network_random()
#define LWIP_PLATFORM_DIAG(text)
#define LWIP_PLATFORM_ASSERT(text) network_assert(__FILE__, __LINE__)
#define LWIP_NO_CTYPE_H 1
#define LWIP_NO_INTTYPES_H 1
#define X8_F "x"
#define U16_F "u"
#define S16_F "d"
#define X16_F "x"
#define U32_F "lu"
#define S32_F "ld"
#define X32_F "lx"
#define SZT_F "u"

#endif
