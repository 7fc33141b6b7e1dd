/* SPDX-License-Identifier: Apache-2.0 */
/* lwIP for one TCP connection, DHCP and DNS on IPv4, without an RTOS. Sizes
 * that differ between the profiles come from config_PROFILE.h. */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#include <stddef.h>
#include <stdint.h>

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0 /* nothing of lwIP runs in an interrupt */
#define LWIP_SOCKET 0
#define LWIP_NETCONN 0

#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_ICMP NETWORK_PING
#define LWIP_RAW 0
#define LWIP_UDP 1
#define LWIP_TCP 1
#define LWIP_DHCP 1
#define LWIP_DHCP_DOES_ACD_CHECK 0
#define LWIP_ACD 0
#define LWIP_AUTOIP 0
#define LWIP_IGMP 0
#define LWIP_DNS 1
#define IP_REASSEMBLY 0
#define IP_FRAG 0

#define LWIP_ETHERNET 1
#define LWIP_ARP 1
#define ARP_TABLE_SIZE 4
#define ARP_QUEUEING 0
#define LWIP_SINGLE_NETIF 1
#define LWIP_NETIF_LOOPBACK 0
#define LWIP_HAVE_LOOPIF 0
#define LWIP_NETIF_HOSTNAME 0

/* The Ethernet controller puts two bytes of length before a frame: with two
 * bytes of padding its words are those of the pbuf, and IP is aligned. */
#define ETH_PAD_SIZE 2

#define DNS_TABLE_SIZE 2
#define DNS_MAX_NAME_LENGTH NETWORK_NAME
#define DNS_MAX_SERVERS 1
#define DNS_MAX_TTL 0 /* each connection asks: see port/net_lwip.h */

/* The DNS server's port. A test has its own server, without the right to open
 * port 53. See network.c. */
extern uint16_t network_dns_port;
#define DNS_SERVER_PORT network_dns_port

#ifndef FIRMWARE_ASSERT
#define LWIP_NOASSERT
#endif

#define LWIP_STATS 0
#define MEM_STATS 0

#define MEM_ALIGNMENT 4
#define MEM_SIZE NETWORK_HEAP
/* The allocator that TLS has, with an arena of its own, in network.c. */
void *network_calloc(size_t n, size_t size);
void network_free(void *p);
#define MEM_CUSTOM_ALLOCATOR 1
#define MEM_CUSTOM_CALLOC(n, size) network_calloc(n, size)
#define MEM_CUSTOM_MALLOC(size) network_calloc(1, size)
#define MEM_CUSTOM_FREE(p) network_free(p)
#define MEMP_NUM_PBUF 1 /* of data that is not copied: there is none */
#define MEMP_NUM_UDP_PCB 2
#define MEMP_NUM_TCP_PCB 2 /* one in use, one that is being closed */
#define MEMP_NUM_TCP_PCB_LISTEN 0
#define MEMP_NUM_TCP_SEG 8

#define TCP_MSS NETWORK_MSS
#define TCP_WND (NETWORK_SEGMENTS * TCP_MSS)
#define TCP_SND_BUF NETWORK_SEND
#define TCP_SND_QUEUELEN 6
#define TCP_QUEUE_OOSEQ 0
#define TCP_OVERSIZE 0
#define LWIP_DISABLE_TCP_SANITY_CHECKS 1 /* it wants a TCP_SND_BUF of 2 MSS */
#define PBUF_POOL_SIZE NETWORK_FRAMES
#define PBUF_POOL_BUFSIZE ((ETH_PAD_SIZE + 14 + 40 + NETWORK_MSS + 3) / 4 * 4)

#endif
