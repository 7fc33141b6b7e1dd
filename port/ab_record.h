/* SPDX-License-Identifier: Apache-2.0 */
/* The boot record: which of two slots a bootloader starts, in two erase blocks
 * of flash. boot_ab writes it for the program, ab_start for the bootloader.
 *
 * Records are cells of 16 bytes, rounded up to program units, each valid by
 * itself; the newest valid one counts. They are appended to one block until
 * that is full, then the other is erased and goes on. All numbers are
 * little-endian:
 *
 *      0  4  number: that of the block times the cells in a block, plus the
 *            place of the cell in its block; blocks are numbered from 1 on as
 *            they are erased
 *      4  1  format, 1; cells with another are passed over
 *      5  1  slot: 0 = A, 1 = B
 *      6  1  state of its image, enum rota_ab_state
 *      7  1  starts of the image while on trial
 *      8  4  0
 *     12  4  CRC-32 of bytes 0..11 (as in zlib)
 *
 * A cell that power failed in may read well once and not the next time, or the
 * other way round. A record is settled when it stands there twice, one cell
 * after the other, and what follows reads erased: a bootloader writes what is
 * not settled once more before it acts on it. What was cut never comes back
 * over what was written later, because a cell's place is part of its number.
 */
#ifndef ROTA_AB_RECORD_H
#define ROTA_AB_RECORD_H

#include <stdbool.h>

#include "rota_port.h"

/* On flash: never renumber. */
enum rota_ab_state {
    ROTA_AB_CONFIRMED = 1,
    ROTA_AB_TRIAL = 2,
    ROTA_AB_ROLLED_BACK = 3 /* the other slot's image failed its trial */
};

struct rota_ab_record {
    uint8_t slot;   /* the one to start: 0 = A, 1 = B */
    uint8_t state;  /* enum rota_ab_state, of the image there */
    uint8_t starts; /* so far, while on trial */
};

/* What a device has on which nothing was ever written. */
#define ROTA_AB_FIRST ((struct rota_ab_record){0, ROTA_AB_CONFIRMED, 0})

/* The newest record in the first two erase blocks of flash: 1, or 0 when there
 * is none, with *r ROTA_AB_FIRST; negative when flash fails. ROTA_EINVAL when
 * there are no two blocks, or blocks of several sizes. */
int rota_ab_read(const struct rota_flash *flash, struct rota_ab_record *r,
                 bool *settled) ROTA_CHECKED;

/* Append r. After a power loss inside, what read finds is the old or the new;
 * when this returns ROTA_OK it is the new. ROTA_EBOOT when flash took it
 * without an error and does not give it back. */
int rota_ab_write(const struct rota_flash *flash,
                  const struct rota_ab_record *r) ROTA_CHECKED;

bool rota_ab_same(const struct rota_ab_record *a,
                  const struct rota_ab_record *b);

#endif
