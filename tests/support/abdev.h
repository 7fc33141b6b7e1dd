/* SPDX-License-Identifier: Apache-2.0 */
/* A device with two slots and a bootloader that decides by rota_ab_start; its
 * boot record is a cutflash. */
#ifndef ABDEV_H
#define ABDEV_H

#include "ab_start.h"
#include "boot_ab.h"
#include "support/cutflash.h"

enum { ABDEV_LIMIT = 3, ABDEV_BLOCK = 512 };

struct abdev {
    struct cutflash record;
    bool valid[2];           /* the images */
    unsigned asked[2];       /* how often the bootloader looked at them */
    int running;             /* slot, or negative: nothing could be started */
    struct rota_ab_record r; /* what the bootloader left in the record */
    struct rota_boot_ab port;
    struct rota_boot boot; /* of the running image */
};

/* Slot A runs, both images are whole, nothing is in the record. */
void abdev_init(struct abdev *d, uint32_t prog_size, uint8_t erased);
void abdev_free(struct abdev *d);

/* A reset: running is what the bootloader starts. */
void abdev_restart(struct abdev *d);

/* Write this to the record. */
void abdev_set(struct abdev *d, struct rota_ab_record r);

int abdev_state(struct abdev *d);
int abdev_try_next(struct abdev *d);
int abdev_confirm(struct abdev *d);

#endif
