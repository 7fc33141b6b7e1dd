/* SPDX-License-Identifier: Apache-2.0 */
/* The board's two flash chips, in two files of the machine that runs the
 * emulator: flash.bin and data.bin, in its current folder, as long as
 * flash_map.h says.
 *
 * The emulator loads flash.bin at its start into what the microcontroller sees
 * as flash, which is read-only from then on: programs run from there, in
 * place, and writes go to the file. So a restart that is to see them is a new
 * emulator; and killing it is a power cut, after which the file holds whole
 * words up to some word, and the erase block that was being erased is partly
 * erased. Writes follow the rules of NOR flash: only erased words, each once,
 * and whole blocks erased; never those of the bootloader, which are locked. Who
 * breaks one is told on the emulator's output and gets ROTA_EIO.
 *
 * On a board of your own this file goes, and two hooks of a struct
 * rota_flash_chip for your flash controller take its place.
 */
#ifndef FLASH_SEMIHOST_H
#define FLASH_SEMIHOST_H

#include "flash_cortexm.h"

/* Open both files; to be called before the first use. ROTA_EIO when one is
 * not there or has another length. */
int flash_semihost_open(void) ROTA_CHECKED;
void flash_semihost_close(void);

extern const struct rota_flash_chip flash_chip; /* FLASH_..., in flash_map.h */
extern const struct rota_flash_chip data_chip;  /* DATA_... */

#endif
