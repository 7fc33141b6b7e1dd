/* SPDX-License-Identifier: Apache-2.0 */
/* The image of a slot that a program is executed from in place: what a
 * bootloader must know of it before it jumps.
 *
 *     0                  vectors
 *     ROTA_AB_HEADER_AT  header, 48 bytes, little-endian:
 *                         0  4  "rti1"
 *                         4  4  size of the program, header and all: at least
 *                               up to the end of the header, a multiple of 4
 *                         8  4  address that it was linked to begin at
 *                        12  4  0
 *                        16 32  version, text, filled up with zeros
 *     size               SHA-256 of all before, 32 bytes
 *
 * The linker fills in the header. The vectors come first because a Cortex-M
 * wants them at an aligned address, which a slot has; 64 of them fit.
 */
#ifndef ROTA_AB_IMAGE_H
#define ROTA_AB_IMAGE_H

#include "rota_port.h"

#define ROTA_AB_HEADER_AT 0x100u
#define ROTA_AB_HEADER 48u
#define ROTA_AB_HASH 32u

struct rota_ab_image {
    uint32_t size; /* of what is hashed; the hash follows */
    uint32_t base;
    char version[33]; /* printable ASCII: '?' for what is not */
};

/* The header of what slot holds. ROTA_ECORRUPT when there is none; ROTA_ETOOBIG
 * when it speaks of more than the slot. The hash is not looked at. */
int rota_ab_image_read(const struct rota_flash *slot,
                       struct rota_ab_image *image) ROTA_CHECKED;

#endif
