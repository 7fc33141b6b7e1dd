/* SPDX-License-Identifier: Apache-2.0 */
/* What lies where in the board's two flash chips: 256 KiB inside the
 * microcontroller, from which programs run in place, and a small serial one
 * for data. The linker scripts say the same.
 *
 *     0x00000    6 KiB  bootloader
 *     0x01800    2 KiB  boot record, two blocks: what to start
 *     0x02000  124 KiB  slot A
 *     0x21000  124 KiB  slot B
 *
 *     0x00000    8 KiB  of the data chip: rota's journal, two blocks
 */
#ifndef FLASH_MAP_H
#define FLASH_MAP_H

#define FLASH_SIZE 0x40000u
#define FLASH_ERASE 1024u /* bytes of an erase block */
#define FLASH_PROG 4u     /* bytes of a program unit */

#define RECORD_BASE 0x1800u
#define RECORD_SIZE 0x800u
#define SLOT_A_BASE 0x2000u
#define SLOT_B_BASE 0x21000u
#define SLOT_SIZE 0x1f000u

#define DATA_SIZE 0x2000u
#define DATA_ERASE 4096u
#define DATA_PROG 4u

#define JOURNAL_BASE 0u
#define JOURNAL_SIZE DATA_SIZE

#endif
