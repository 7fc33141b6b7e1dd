/* SPDX-License-Identifier: Apache-2.0 */
#include "watchdog.h"

#include "board.h"

/* LM3S6965 data sheet, chapter 11. */
#define WATCHDOG 0x40000000
#define LOAD REG(WATCHDOG + 0x000)
#define CONTROL REG(WATCHDOG + 0x008)
#define CONTROL_RESET 0x3u /* its interrupt at first, then a reset */
#define CLEAR REG(WATCHDOG + 0x00c)
#define TEST REG(WATCHDOG + 0x418)
#define TEST_STALL 0x100u /* while a debugger halts the processor */
#define LOCK REG(WATCHDOG + 0xc00)
#define LOCK_OPEN 0x1acce551u

/* It counts down twice. The interrupt in between is not enabled. */
#define COUNT (BOARD_HZ / 1000 * (WATCHDOG_MS / 2))

_Static_assert(WATCHDOG_MS / 2 <= UINT32_MAX / (BOARD_HZ / 1000), "32 bits");

/* Locked, so that a program that runs wild does not feed it by accident. */
void watchdog_feed(void)
{
    LOCK = LOCK_OPEN;
    CLEAR = 0; /* any value: and it counts from the beginning */
    LOCK = 0;
}

void watchdog_start(void)
{
    LOCK = LOCK_OPEN;
    LOAD = COUNT;
    TEST = TEST_STALL;
    CONTROL = CONTROL_RESET;
    watchdog_feed();
}
