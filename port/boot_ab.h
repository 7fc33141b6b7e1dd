/* SPDX-License-Identifier: Apache-2.0 */
/* rota_boot for two slots that programs are executed from in place, and a
 * bootloader that decides by rota_ab_start.
 *
 *     static struct rota_boot_ab ab;
 *     struct rota_boot boot = rota_boot_ab_init(&ab, &record, running);
 *     ab.slot = &slot;
 *     ab.base = SLOT_B_BASE;
 *
 * What the record tells the running image, the first line that fits:
 *
 *     its slot, TRIAL          TRIAL
 *     its slot, ROLLED_BACK    ROLLED_BACK
 *     the other slot, TRIAL    TRIAL, from the restart
 *     anything else            CONFIRMED
 *
 * UNDONE is never told. A release carries one image for each slot, since each
 * is linked to run where it lies; try_next refuses the one for the wrong slot.
 */
#ifndef ROTA_BOOT_AB_H
#define ROTA_BOOT_AB_H

#include "rota_port.h"

struct rota_boot_ab {
    const struct rota_flash *record; /* two erase blocks; see ab_record.h */
    uint8_t running;                 /* slot that this program runs from */

    /* The application may set these after rota_boot_ab_init. */
    const struct rota_flash *slot; /* the other slot. Default NULL: try_next
                                    * does not look at the image there */
    uint32_t base;                 /* address that the slot's images are linked
                                    * for */

    /* What the last function that failed met with; NULL = flash failed. */
    const char *why;
};

/* The table for a fresh b, which it borrows, as b borrows the record. running:
 * 0 = slot A, 1 = slot B. Touches no flash.
 *
 * try_next: ROTA_ECORRUPT or ROTA_ETOOBIG when the slot holds no image, as the
 * bootloader would say; ROTA_EFOREIGN when it holds one that was linked for
 * another address; ROTA_ETRIAL while the running image is on trial.
 *
 * confirm: ROTA_ENOTHING while an image waits for its first start. */
struct rota_boot rota_boot_ab_init(struct rota_boot_ab *b,
                                   const struct rota_flash *record,
                                   uint8_t running);

#endif
