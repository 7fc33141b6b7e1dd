/* SPDX-License-Identifier: Apache-2.0 */
/* rota_net over lwIP 2.2, raw API, without an RTOS (NO_SYS), one connection at
 * a time.
 *
 *     static struct rota_net_lwip lwip;
 *     struct rota_net net = rota_net_lwip_init(&lwip);
 *     ...
 *     for (;;) {
 *         rota_step(&rota);
 *         ethernet_poll();         // frames that came: netif->input
 *         sys_check_timeouts();
 *     }
 *
 * All of it belongs to one thread, lwIP's. With an RTOS, call rota_step under
 * LOCK_TCPIP_CORE, or in the thread of tcpip_init.
 *
 * What the core has not read is not acknowledged: bytes wait in lwIP's own
 * pbufs, and the window opens as they are read. So a server is never faster
 * than flash, and memory is bounded by TCP_WND. PBUF_POOL_SIZE must exceed
 * TCP_WND / TCP_MSS by what else may come at the time.
 *
 * lwIP keeps one address of a name, the first of the answer, so one is tried:
 * ROTA_ECONNECT when it refuses, or says nothing for connect_ms; ROTA_EDNS when
 * the name is not known, or its server is silent, by default for seven seconds.
 * With IPv4 and IPv6 it is the IPv4 address if there is one.
 *
 * Define DNS_MAX_TTL as 0, so that each connection asks for its name. Otherwise
 * lwIP goes on with the address that it has for as long as it was told to, up
 * to a week, even if nobody is there any more. Of several addresses, another
 * one comes first then as a rule.
 */
#ifndef ROTA_NET_LWIP_H
#define ROTA_NET_LWIP_H

#include <stdbool.h>

#include <lwip/ip_addr.h>

#include "rota_port.h"

struct pbuf;
struct tcp_pcb;

/* Set the first after rota_net_lwip_init if the default does not suit; do not
 * touch the rest. */
struct rota_net_lwip {
    uint32_t connect_ms; /* patience with an address; default 5 s, in which a
                          * lost SYN is sent again once */

    uint8_t phase;
    bool ended;          /* by the peer: what is in queue is all there is */
    uint32_t lookup;     /* hash of the name that is looked up */
    uint32_t started_ms; /* the attempt to connect */
    ip_addr_t address;
    struct tcp_pcb *pcb; /* NULL: none, or lost */
    struct pbuf *queue;  /* received, not read; NULL: nothing */
};

/* The table for a fresh n, which it borrows for life: lwIP may tell of a name
 * that it was asked for long after rota has lost interest. */
struct rota_net rota_net_lwip_init(struct rota_net_lwip *n);

#endif
