/* SPDX-License-Identifier: Apache-2.0 */
/* rota_flash on a microcontroller: a region of a flash chip, inside or serial,
 * over three functions that the vendor's library has in some form.
 *
 *     static int program(void *ctx, uint32_t addr, const void *buf,
 *                        uint32_t len)
 *     {
 *         return HAL_FLASH_...(addr, ...) == HAL_OK ? ROTA_OK : ROTA_EIO;
 *     }
 *     static const struct rota_flash_chip chip = {
 *         .program = program, .erase = erase,
 *         .erase_size = 2048, .prog_size = 8, .erased = 0xff};
 *     static struct rota_flash_cortexm region;
 *     struct rota_flash slot =
 *         rota_flash_cortexm_init(&region, &chip, 0x08040000, 0x3e000);
 *
 * Nothing here is special to a Cortex-M but the wish to read flash as memory.
 * The port keeps to the region, splits what a chip wants in pieces, and reads
 * back what was programmed or erased, since drivers are often silent about
 * locked and worn blocks.
 */
#ifndef ROTA_FLASH_CORTEXM_H
#define ROTA_FLASH_CORTEXM_H

#include "rota_port.h"

/* A chip whose erase blocks have one size; where they differ, set block_size
 * of the table that init returns. Addresses are the chip's own: those of
 * memory when read is NULL. A hook returns 0 or an enum rota_err. */
struct rota_flash_chip {
    void *ctx; /* handed to the hooks */

    /* NULL: the chip is mapped, and reads as memory. Needed for a serial chip,
     * where programming leaves a cache in front of the flash stale, and where
     * a unit in which power failed faults when it is read, as with ECC: then
     * deliver bytes that are not erased ones, for it must be stepped over. */
    int (*read)(void *ctx, uint32_t addr, void *buf, uint32_t len);

    /* Whole program units, erased ones; buf may not be aligned. Returns when
     * the bytes are in flash and can be read. */
    int (*program)(void *ctx, uint32_t addr, const void *buf, uint32_t len);

    /* The erase block that begins at addr. Kick a watchdog here if a block
     * takes longer than its time. */
    int (*erase)(void *ctx, uint32_t addr);

    uint32_t erase_size, prog_size; /* as in struct rota_flash */
    uint8_t erased;                 /* 0xff nearly always */

    /* No call of program crosses a multiple of this: 256 for most serial
     * chips, whose pages wrap around. Default 0: no limit but the block. */
    uint32_t page_size;
};

struct rota_flash_cortexm {
    const struct rota_flash_chip *chip; /* borrowed */
    uint32_t base, size;
};

/* The table for size bytes from address base on, both whole erase blocks. It
 * borrows f. Touches no flash.
 *
 * ROTA_EINVAL for what leaves the region, or is no whole unit or block;
 * ROTA_EIO when flash does not read as it was programmed or erased. */
struct rota_flash rota_flash_cortexm_init(struct rota_flash_cortexm *f,
                                          const struct rota_flash_chip *chip,
                                          uint32_t base, uint32_t size);

#endif
