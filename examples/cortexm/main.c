/* SPDX-License-Identifier: Apache-2.0 */
/* A thermostat that updates itself. The superloop looks after the network, the
 * update and the thermostat in turn, and none of them waits. */
#include "board.h"
#include "identity.h"
#include "network.h"
#include "startup.h"
#include "sys_cortexm.h"
#include "uart.h"
#include "update.h"
#include "watchdog.h"

#define BLINK_MS 250

static struct rota_sys_cortexm cortexm = {.entropy = board_entropy};
static struct rota_sys sys;

void SysTick_Handler(void);

void SysTick_Handler(void)
{
    rota_sys_cortexm_tick(&cortexm);
}

/* --- The thermostat ------------------------------------------------------- */

static uint32_t blinks;

/* Stands for what the device is there for, and shows that it goes on. */
static void control(void)
{
    static uint64_t next_ms;
    uint64_t now = rota_sys_cortexm_ms(&cortexm);

    if (now < next_ms)
        return;
    next_ms = now + BLINK_MS;
    if (identity_bug == IDENTITY_CRASHES)
        __builtin_trap();
    while (identity_bug == IDENTITY_HANGS)
        __asm__ volatile("wfi");
    blinks = board_blink();
}

/* --- The program ---------------------------------------------------------- */

static void start(void)
{
    char dns[16];

    board_start();
    watchdog_start();
    uart_start();
    uart_text("thermostat ");
    uart_text(identity_version);
    uart_line(" " CONFIG_PROFILE);
    if (rota_sys_cortexm_init(&cortexm, BOARD_HZ, &sys)) {
        uart_line("no source of random numbers");
        startup_fault();
    }
    network_start(&sys);
    if (board_setting("dns", dns, sizeof(dns)))
        network_use_dns(dns, (uint16_t)board_number("dns_port"));
    update_start(&sys);
}

static void restart(void)
{
    uart_text("restarting after ");
    uart_number(blinks);
    uart_line(" blinks");
    board_restart();
}

int main(void)
{
    bool up = false;

    start();
    for (;;) {
        watchdog_feed();
        bool came = network_poll();

        control();
        if (network_is_up() && !up) {
            up = true;
            uart_text("address ");
            uart_line(network_address());
        }
        if (update_wants_restart())
            restart();
        if (!update_step(came, up) && !came)
            __asm__ volatile("wfi");
    }
}
