/* SPDX-License-Identifier: Apache-2.0 */
/* The LM3S6965's Ethernet controller as a netif of lwIP, polled. */
#ifndef ETHERNET_H
#define ETHERNET_H

#include <stdbool.h>

#include <lwip/netif.h>

/* For netif_add, with ethernet_input: state is not used. */
err_t ethernet_start(struct netif *netif);

/* Hand one frame that has come to lwIP. False when there was none. */
bool ethernet_poll(struct netif *netif);

#endif
