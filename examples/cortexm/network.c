/* SPDX-License-Identifier: Apache-2.0 */
#include "network.h"

#include <lwip/dhcp.h>
#include <lwip/dns.h>
#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/sys.h>
#include <lwip/timeouts.h>
#include <netif/ethernet.h>

#include "ethernet.h"
#include "startup.h"
#include "uart.h"

static struct netif interface;
static const struct rota_sys *clock;
static ip_addr_t dns_server; /* all zeros: DHCP's */
uint16_t network_dns_port = 53;
static struct rota_arena heap;
static uint8_t heap_bytes[NETWORK_HEAP] __attribute__((section(".noinit")));

/* --- What lwIP asks for --------------------------------------------------- */

u32_t sys_now(void)
{
    return (u32_t)clock->now_ms(clock->ctx);
}

void *network_calloc(size_t n, size_t size)
{
    return rota_arena_calloc(&heap, n, size);
}

void network_free(void *p)
{
    rota_arena_free(&heap, p);
}

/* Ports, sequence numbers and the ids of DNS questions: what an attacker who
 * cannot see our packets must not guess. */
uint32_t network_random(void)
{
    uint32_t n = 0;

    if (clock->random(clock->ctx, &n, sizeof(n)))
        startup_fault();
    return n;
}

void network_assert(const char *file, int line)
{
    uart_text("lwIP: ");
    uart_text(file);
    uart_text(" line ");
    uart_number((uint32_t)line);
    uart_line("");
    startup_fault();
}

/* --- The interface -------------------------------------------------------- */

void network_start(const struct rota_sys *sys)
{
    clock = sys;
    rota_arena_init(&heap, heap_bytes, sizeof(heap_bytes));
    lwip_init();
    if (!netif_add_noaddr(&interface, NULL, ethernet_start, ethernet_input))
        startup_fault();
    netif_set_default(&interface);
    netif_set_up(&interface);
    if (dhcp_start(&interface) != ERR_OK)
        startup_fault();
}

void network_use_dns(const char *address, uint16_t port)
{
    if (ipaddr_aton(address, &dns_server))
        network_dns_port = port;
}

/* DHCP sets its own server with every lease. */
static void keep_dns(void)
{
    if (!ip_addr_isany(&dns_server)
        && !ip_addr_cmp(dns_getserver(0), &dns_server))
        dns_setserver(0, &dns_server);
}

bool network_poll(void)
{
    bool came = ethernet_poll(&interface);

    sys_check_timeouts();
    keep_dns();
    return came;
}

bool network_is_up(void)
{
    return dhcp_supplied_address(&interface) != 0;
}

const char *network_address(void)
{
    return ip4addr_ntoa(netif_ip4_addr(&interface));
}
