/* SPDX-License-Identifier: Apache-2.0 */
/* A struct rota_flash with its rules kept. */
#ifndef ROTA_FLASH_FLASH_H
#define ROTA_FLASH_FLASH_H

#include "rota_port.h"

/* Are the flash's functions and dimensions ones that rota can work with? Else
 * ROTA_EINVAL. */
int rota_flash_check(const struct rota_flash *f) ROTA_CHECKED;

/* The same for a slot, which may be without read. */
int rota_flash_check_slot(const struct rota_flash *f) ROTA_CHECKED;

/* The last border of blocks that is not beyond off; off is at most size.
 * Ends before a block that is none: then check refuses the flash. */
uint32_t rota_flash_border(const struct rota_flash *f, uint32_t off);

/* Program whole units, however many erase blocks they lie in. */
int rota_flash_prog(const struct rota_flash *f, uint32_t off,
                    const uint8_t *buf, uint32_t len) ROTA_CHECKED;

int rota_flash_sync(const struct rota_flash *f) ROTA_CHECKED;

/* n rounded up to whole program units. */
uint32_t rota_flash_units(const struct rota_flash *f, uint32_t n);

/* Fill the last of the program units that n bytes at buf take with the erased
 * value. Returns the bytes of all of them; there must be room for so many. */
uint32_t rota_flash_pad(const struct rota_flash *f, uint8_t *buf, uint32_t n);

#endif
