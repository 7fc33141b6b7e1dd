/* SPDX-License-Identifier: Apache-2.0 */
/* The decision of a bootloader with two slots: which one to start. All of a
 * bootloader but the flash driver, the hash and the jump;
 * examples/cortexm/boot is one.
 *
 * In this order, valid being what the caller's function says of an image:
 *
 *     newest record                     starts       and notes before that
 *     TRIAL, starts left, valid         it           one start more
 *     TRIAL, no starts left or invalid  the other    that it is rolled back
 *     CONFIRMED or ROLLED_BACK, valid   it           nothing
 *     the same, invalid                 the other    the other as confirmed
 *
 * The other only when it is valid itself: otherwise the one of the record, if
 * that is valid, however many starts it has had; otherwise nothing. No record
 * at all is slot A, confirmed. A start that cannot be noted would not count:
 * then an image on trial is left for the other, too.
 */
#ifndef ROTA_AB_START_H
#define ROTA_AB_START_H

#include "ab_record.h"

struct rota_ab_start {
    const struct rota_flash *record; /* see ab_record.h */
    uint8_t limit;                   /* starts of an image without confirm */

    /* Is what lies in slot (0 = A, 1 = B) a whole image for that slot? Asked
     * at most once for each slot. */
    bool (*valid)(void *ctx, int slot);
    void *ctx;
};

/* The slot to start now, 0 or 1, with what stands in the record then in *r;
 * ROTA_ECORRUPT when neither image is valid. Flash that fails keeps a valid
 * image from nothing but its trial. */
int rota_ab_start(const struct rota_ab_start *s,
                  struct rota_ab_record *r) ROTA_CHECKED;

#endif
