/* SPDX-License-Identifier: Apache-2.0 */
/* rota_boot for MCUboot: the image trailers at the ends of its two slots.
 *
 * The new image goes into the secondary slot; MCUboot swaps the slots, and
 * swaps them back at the start after that unless image_ok was written. All
 * that this port writes are the trailer of the secondary slot (try_next) and
 * image_ok of the primary one (confirm), each program unit once between
 * erases.
 *
 *     struct rota_boot_mcuboot mcuboot;
 *     struct rota_boot boot =
 *         rota_boot_mcuboot_init(&mcuboot, &primary, &secondary, 8);
 *     struct rota_flash slot = rota_boot_mcuboot_slot(&mcuboot);
 *
 * What the trailers tell, the first line that fits:
 *
 *     primary                       secondary          state
 *     copied, image_ok not written  any                TRIAL
 *     any                           is to be swapped   TRIAL, from the restart
 *     copied back by a revert       type not written   ROLLED_BACK
 *     anything else                 anything else      CONFIRMED
 *
 * They do not tell of an image that MCUboot refuses (signature, hash, version
 * or security counter): it is wiped, the old image runs on, and that reads as
 * CONFIRMED. try_next therefore refuses what it can see is no image. Nor do
 * they tell of a revert whose very beginning power cut in MCUboot's swap-move,
 * which goes on with it as a permanent swap.
 *
 * Not supported: direct-XIP and RAM load, which erase an image that failed and
 * leave no trace of it; overwrite-only, which has no trial; images whose
 * encryption keys lie in the trailer. MCUboot must keep swap_info in the
 * trailer, as it has done since 2020.
 */
#ifndef ROTA_BOOT_MCUBOOT_H
#define ROTA_BOOT_MCUBOOT_H

#include "rota_port.h"

/* How MCUboot swaps; decides where an image lies and how long it may be. */
enum rota_mcuboot_swap {
    ROTA_MCUBOOT_MOVE,    /* one sector of the primary slot stays free */
    ROTA_MCUBOOT_SCRATCH, /* by a third area */
    ROTA_MCUBOOT_OFFSET   /* a new image begins in the second sector */
};

struct rota_boot_mcuboot {
    const struct rota_flash *primary;   /* the whole slots, trailers and all; */
    const struct rota_flash *secondary; /* sizes multiples of erase_size,
                                         * block_size NULL */
    uint32_t align;                     /* BOOT_MAX_ALIGN: 8, 16 or 32 */

    /* The application may set these after rota_boot_mcuboot_init, to what
     * MCUboot was built with. */
    enum rota_mcuboot_swap swap; /* default ROTA_MCUBOOT_MOVE */
    uint32_t max_sectors;        /* BOOT_MAX_IMG_SECTORS, default 128: the
                                  * trailer has room for a swap of so many */
    uint8_t image;               /* number of the image, 0..15, default 0 */

    /* What the last function that failed met with; NULL = flash failed. */
    const char *why;
};

/* The table for a fresh b, which it borrows, as b borrows the slots. Touches
 * no flash.
 *
 * try_next: ROTA_ECORRUPT when what the slot holds is no MCUboot image,
 * ROTA_ETOOBIG when it reaches into the trailer's sectors, ROTA_ETRIAL while
 * the running image is on trial. Else it erases the sectors of the trailer,
 * always, since a sector that reads blank may be half erased. With 128 sectors
 * of 4 KiB that is one sector for program units of 8 bytes and four for 32: the
 * one place where a port waits for more than a block, because the table has no
 * way to be asked again, once in an update. The magic is written last and is
 * what counts: until it is whole the old image boots. A damaged magic, such as
 * power loss leaves, is erased with the rest; the one of an image that waits
 * already is left as it is.
 *
 * confirm: ROTA_ENOTHING while an image waits for its first start,
 * ROTA_EBOOT when the trailer of the running image is damaged. To end
 * ROLLED_BACK it notes in the secondary trailer, after erasing it as above and
 * without a magic, that the next swap will be a test, which is nothing to
 * MCUboot. */
struct rota_boot rota_boot_mcuboot_init(struct rota_boot_mcuboot *b,
                                        const struct rota_flash *primary,
                                        const struct rota_flash *secondary,
                                        uint32_t align);

/* Bytes of an image that can be swapped: whole sectors in front of those that
 * the trailer lies in. 0 when the settings do not fit the slots. */
uint32_t rota_boot_mcuboot_capacity(const struct rota_boot_mcuboot *b);

/* The part of the secondary slot that an image goes to, for config.slot. Its
 * size is the capacity. Borrows b; ask when all settings of b are made. */
struct rota_flash rota_boot_mcuboot_slot(struct rota_boot_mcuboot *b);

#endif
