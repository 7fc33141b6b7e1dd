/* SPDX-License-Identifier: Apache-2.0 */
/* rota_flash in RAM: for tests, for programs that pass an image on once it is
 * verified, and for firmware that is loaded to RAM and started there.
 *
 *     static uint8_t image[64 << 10];
 *     static struct rota_flash_ram ram;
 *     struct rota_flash slot = rota_flash_ram(&ram, image, sizeof image);
 *
 * It can be read back, so what rota has verified is what lies in the buffer.
 * It may be a journal as well, two blocks at least, that lasts as long as the
 * buffer does.
 *
 * A journal that outlives the buffer is told of bytes that a restart takes
 * away: rota would go on behind them, find the digest wrong at the end, and
 * start over. With such a journal set config.checkpoint_min to UINT32_MAX.
 */
#ifndef ROTA_FLASH_RAM_H
#define ROTA_FLASH_RAM_H

#include "rota_port.h"

#define ROTA_FLASH_RAM_BLOCK 512u /* bytes that one erase fills with 0xff */

struct rota_flash_ram {
    uint8_t *buf; /* borrowed */
    uint32_t size;
};

/* The table for the size bytes at buf, rounded down to whole blocks; less than
 * one block is no flash, and refused by rota_init. It borrows r and buf, and
 * leaves what is in buf as it is. Each function returns ROTA_EINVAL for what is
 * not inside or, with erase, no whole block. */
struct rota_flash rota_flash_ram(struct rota_flash_ram *r, void *buf,
                                 uint32_t size);

#endif
