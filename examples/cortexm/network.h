/* SPDX-License-Identifier: Apache-2.0 */
/* lwIP on the Ethernet controller, with an address by DHCP. */
#ifndef NETWORK_H
#define NETWORK_H

#include <stdbool.h>

#include "rota_port.h"

/* sys gives lwIP its clock and its random numbers. */
void network_start(const struct rota_sys *sys);

/* What has come, and what is due. False when nothing came. */
bool network_poll(void);

/* Is there an address? */
bool network_is_up(void);

/* That address, "10.0.2.15". Valid until the next call. */
const char *network_address(void);

/* Ask this server, at this port, instead of the one that DHCP told. */
void network_use_dns(const char *address, uint16_t port);

#endif
