/* SPDX-License-Identifier: Apache-2.0 */
/* Ports that listen: there are none, and SYNs to them are answered by RST. */
#ifndef CLIENT_TCP_IN_H
#define CLIENT_TCP_IN_H

#include <lwip/priv/tcp_priv.h>

#define tcp_listen_pcbs ((union tcp_listen_pcbs_t){NULL})

#endif
