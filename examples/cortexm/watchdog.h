/* SPDX-License-Identifier: Apache-2.0 */
/* The watchdog: a program that hangs is reset, and if it is on trial, that is
 * one start less until the bootloader goes back to the old one.
 *
 * The bootloader starts it, so that a program which hangs in its first
 * instruction is reset, too; from then on only a reset stops it. The program
 * feeds it at one place, once a turn of its superloop, never in an interrupt:
 * those go on when the loop hangs.
 */
#ifndef WATCHDOG_H
#define WATCHDOG_H

/* From the last feeding to the reset. Several times the longest turn, which is
 * the longest rota_step: see README.md. An emulator's seconds are those of the
 * machine that runs it, which may be busy. */
#define WATCHDOG_MS 8000u

/* Start it, or feed it if it runs. After board_start. */
void watchdog_start(void);
void watchdog_feed(void);

#endif
