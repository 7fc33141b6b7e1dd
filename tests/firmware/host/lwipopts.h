/* SPDX-License-Identifier: Apache-2.0 */
/* lwIP on this machine, over its loopback interface alone: small enough that
 * every limit is met, and counting what it has lent. */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_SOCKET 0
#define LWIP_NETCONN 0
#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define IP_REASSEMBLY 0
#define IP_FRAG 0
#define LWIP_DNS 1
#define DNS_TABLE_SIZE 3
#define DNS_MAX_TTL 0
#define LWIP_HAVE_LOOPIF 1
#define LWIP_NETIF_LOOPBACK 1
#define LWIP_LOOPBACK_MAX_PBUFS 64

#define MEM_ALIGNMENT 8
#define MEM_SIZE 60000
#define MEMP_NUM_TCP_PCB 8
#define MEMP_NUM_TCP_SEG 32
#define PBUF_POOL_SIZE 64
#define TCP_MSS 536
#define TCP_WND (4 * TCP_MSS)
#define TCP_SND_BUF (4 * TCP_MSS)
#define TCP_SND_QUEUELEN 16

#define LWIP_STATS 1
#define MEM_STATS 1
#define MEMP_STATS 1

#endif
