/* SPDX-License-Identifier: Apache-2.0 */
/* MCUboot's side of two slots: what it decides by their trailers, and what it
 * leaves behind. Written from its documentation (docs/design.md, "Image
 * Trailer" and "Swap status"), not from the port. */
#ifndef FAKEMCUBOOT_H
#define FAKEMCUBOOT_H

#include "boot_mcuboot.h"
#include "support/cutflash.h"

enum mcu_field { MCU_UNSET, MCU_GOOD, MCU_BAD, MCU_ANY };
enum mcu_swap { MCU_NONE = 1, MCU_TEST, MCU_PERM, MCU_REVERT };

struct mcu_trailer {
    enum mcu_field magic, image_ok, copy_done;
    uint8_t swap_info;
};

struct mcu {
    struct cutflash primary, secondary;
    struct rota_boot_mcuboot port;
    struct rota_boot boot;
    uint32_t align;
};

/* Two slots of so many sectors of 4096 bytes, and image 1 in the primary. */
void mcu_init(struct mcu *m, uint32_t sectors, uint32_t align, uint8_t erased,
              enum rota_mcuboot_swap swap);
void mcu_free(struct mcu *m);
void mcu_on(struct mcu *m);
void mcu_copy(struct mcu *to, const struct mcu *from);

/* Put image number id, of len bytes in all, into the secondary slot. */
void mcu_download(struct mcu *m, uint32_t id, uint32_t len);

/* The id of the image that runs. */
uint32_t mcu_running(const struct mcu *m);

/* Trailers as MCUboot writes and reads them. */
void mcu_set(struct mcu *m, struct cutflash *c, struct mcu_trailer t);
struct mcu_trailer mcu_get(const struct mcu *m, const struct cutflash *c);

/* By MCUboot's table. */
enum mcu_swap mcu_decide(struct mcu_trailer primary,
                         struct mcu_trailer secondary);

/* A reset: decide, swap, start. */
void mcu_restart(struct mcu *m);

#endif
