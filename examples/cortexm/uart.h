/* SPDX-License-Identifier: Apache-2.0 */
/* Lines on UART0 (a PL011), 115200 8N1, polled. */
#ifndef UART_H
#define UART_H

#include <stdint.h>

void uart_start(void);

void uart_text(const char *text);
void uart_number(uint32_t n);
void uart_line(const char *text); /* text, and the line ends */

/* When this returns the last byte has left. */
void uart_flush(void);

#endif
