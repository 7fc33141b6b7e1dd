/* SPDX-License-Identifier: Apache-2.0 */
#include "uart.h"

#include "board.h"

/* PL011 and LM3S6965 data sheet, chapter 12. */
#define UART0 0x4000c000
#define DATA REG(UART0 + 0x000)
#define FLAGS REG(UART0 + 0x018)
#define FLAGS_BUSY 0x08u
#define FLAGS_TX_FULL 0x20u
#define BAUD_INT REG(UART0 + 0x024)
#define BAUD_FRACTION REG(UART0 + 0x028)
#define LINE REG(UART0 + 0x02c)
#define LINE_8N1_FIFO 0x70u
#define CONTROL REG(UART0 + 0x030)
#define CONTROL_ON 0x301u /* sender, receiver, UART */

#define BAUD 115200u

void uart_start(void)
{
    /* The divisor in 1/64, rounded. */
    uint32_t divisor = (BOARD_HZ * 8 / BAUD + 1) / 2;

    board_use_uart_pins();
    CONTROL = 0;
    BAUD_INT = divisor / 64;
    BAUD_FRACTION = divisor % 64;
    LINE = LINE_8N1_FIFO;
    CONTROL = CONTROL_ON;
}

static void put(char c)
{
    while (FLAGS & FLAGS_TX_FULL)
        continue;
    DATA = (uint8_t)c;
}

void uart_text(const char *text)
{
    for (; *text; text++)
        put(*text);
}

void uart_number(uint32_t n)
{
    char digits[11], *p = digits + sizeof(digits) - 1;

    *p = '\0';
    do
        *--p = (char)('0' + n % 10);
    while (n /= 10);
    uart_text(p);
}

void uart_line(const char *text)
{
    uart_text(text);
    uart_text("\r\n");
}

void uart_flush(void)
{
    while (FLAGS & FLAGS_BUSY)
        continue;
}
