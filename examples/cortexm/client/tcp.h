/* SPDX-License-Identifier: Apache-2.0 */
/* Keep-alive, which nobody switches on: requests have their own time limits. */
#ifndef CLIENT_TCP_H
#define CLIENT_TCP_H

#include <lwip/ip.h>

#undef SOF_KEEPALIVE
#define SOF_KEEPALIVE 0

#endif
