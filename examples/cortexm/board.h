/* SPDX-License-Identifier: Apache-2.0 */
/* The LM3S6965 evaluation board. What differs on yours is in this file and in
 * board.c, uart.c and ethernet.c. */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BOARD_HZ 50000000u

#define REG(address) (*(volatile uint32_t *)(uintptr_t)(address))

/* Clock and power for what is used. */
void board_start(void);
void board_use_uart_pins(void);

/* Toggles the LED: how often it has been. */
uint32_t board_blink(void);

/* The six bytes of the Ethernet address, from the chip's user registers. */
void board_mac(uint8_t mac[6]);

/* Random bytes for rota_sys_cortexm. */
int board_entropy(void *ctx, void *buf, size_t len);

/* The value of NAME in what the board was started with ("NAME=VALUE ..."),
 * copied to buf of size bytes, or false: then buf is "". */
bool board_setting(const char *name, char *buf, size_t size);

/* The same as a number; 0 when there is none. */
uint32_t board_number(const char *name);

/* Start over, as after a reset. */
_Noreturn void board_restart(void);

#endif
