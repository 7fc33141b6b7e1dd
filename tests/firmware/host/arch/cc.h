/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ARCH_CC_H
#define ARCH_CC_H

#include <stdlib.h>

#define LWIP_RAND() ((u32_t)rand()) /* the same at each run */

#endif
