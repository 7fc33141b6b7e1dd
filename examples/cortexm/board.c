/* SPDX-License-Identifier: Apache-2.0 */
#include "board.h"

#include <string.h>

#include "semihost.h"
#include "uart.h"

/* LM3S6965 data sheet, chapters 6 and 9. */
#define SYSCTL 0x400fe000
#define RAW_INTERRUPTS REG(SYSCTL + 0x050)
#define PLL_LOCKED 0x40u
#define RUN_CLOCK REG(SYSCTL + 0x060)
#define RUN_CLOCK_PLL_OFF 0x078e3ac0u  /* 8 MHz crystal, beside the PLL */
#define RUN_CLOCK_PLL_WAIT 0x01ce0bc0u /* the PLL runs, is not used yet */
#define RUN_CLOCK_50_MHZ 0x01ce03c0u   /* 200 MHz divided by 4 */
#define GATES_0 REG(SYSCTL + 0x100)
#define GATE_WATCHDOG 0x00000008u
#define GATES_1 REG(SYSCTL + 0x104)
#define GATE_UART0 0x00000001u
#define GATES_2 REG(SYSCTL + 0x108)
#define GATE_GPIO_A 0x00000001u
#define GATE_GPIO_F 0x00000020u
#define GATE_ETHERNET 0x50000000u /* MAC and PHY */
#define USER_0 REG(SYSCTL + 0x1e0)
#define USER_1 REG(SYSCTL + 0x1e4)

#define PORT_A 0x40004000
#define PORT_F 0x40025000
#define BITS(port, mask) REG((port) + ((mask) << 2))
#define DIRECTION(port) REG((port) + 0x400)
#define FUNCTION(port) REG((port) + 0x420)
#define DIGITAL(port) REG((port) + 0x51c)
#define UART_PINS 0x03u
#define LED 0x01u

/* --- Hardware ------------------------------------------------------------- */

static void start_clock(void)
{
    RUN_CLOCK = RUN_CLOCK_PLL_OFF;
    RUN_CLOCK = RUN_CLOCK_PLL_WAIT;
    while (!(RAW_INTERRUPTS & PLL_LOCKED))
        continue;
    RUN_CLOCK = RUN_CLOCK_50_MHZ;
}

void board_start(void)
{
    start_clock();
    GATES_0 |= GATE_WATCHDOG;
    GATES_1 |= GATE_UART0;
    GATES_2 |= GATE_GPIO_A | GATE_GPIO_F | GATE_ETHERNET;
    (void)GATES_2; /* a gate takes three cycles to open */
    DIRECTION(PORT_F) |= LED;
    DIGITAL(PORT_F) |= LED;
}

void board_use_uart_pins(void)
{
    FUNCTION(PORT_A) |= UART_PINS;
    DIGITAL(PORT_A) |= UART_PINS;
}

uint32_t board_blink(void)
{
    static uint32_t count;

    BITS(PORT_F, LED) = count % 2 ? 0 : LED;
    return ++count;
}

void board_mac(uint8_t mac[6])
{
    uint32_t half[2] = {USER_0, USER_1};

    for (int i = 0; i < 6; i++)
        mac[i] = (uint8_t)(half[i / 3] >> 8 * (i % 3));
}

/* --- What only the emulator has ------------------------------------------- */

/* This microcontroller has no random number generator and its emulation no
 * noise: the machine that runs the emulator lends its own. A board of yours
 * reads its generator here. Never a serial number, the time or an ADC alone. */
int board_entropy(void *ctx, void *buf, size_t len)
{
    static int file = -1;

    (void)ctx;
    if (file < 0)
        file = semihost_open("/dev/urandom", false);
    if (file < 0 || !semihost_read(file, buf, (uint32_t)len))
        return -1;
    return 0;
}

/* What tests want to be different each time. A product has these compiled in
 * or in its own settings. */
bool board_setting(const char *name, char *buf, size_t size)
{
    char line[256];
    size_t name_len = strlen(name), len;
    const char *p = line;

    buf[0] = '\0';
    if (!semihost_command_line(line, sizeof(line)))
        return false;
    while (*p && (strncmp(p, name, name_len) || p[name_len] != '=')) {
        p += strcspn(p, " ");
        p += *p == ' ';
    }
    if (!*p)
        return false;
    p += name_len + 1;
    len = strcspn(p, " ");
    if (len >= size)
        return false;
    memcpy(buf, p, len);
    buf[len] = '\0';
    return true;
}

uint32_t board_number(const char *name)
{
    char digits[11];
    uint32_t n = 0;

    (void)board_setting(name, digits, sizeof(digits));
    for (const char *p = digits; *p >= '0' && *p <= '9'; p++)
        n = n * 10 + (uint32_t)(*p - '0');
    return n;
}

/* The emulator does not see what was programmed to the flash from which it
 * runs, so it has to be started anew; hardware writes 0x05fa0004 to AIRCR. */
void board_restart(void)
{
    uart_flush();
    semihost_exit(SEMIHOST_RESTART);
}
