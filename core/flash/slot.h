/* SPDX-License-Identifier: Apache-2.0 */
/* The image that is being received, on its way to flash, and its check.
 *
 * Bytes are gathered to whole program units; a block is erased when the write
 * pointer enters it; after the last byte the image is hashed by reading flash
 * back, so that what was checked is what will boot. A slot without read is
 * hashed while it is written.
 */
#ifndef ROTA_FLASH_SLOT_H
#define ROTA_FLASH_SLOT_H

#include <stdbool.h>

#include "flash/flash.h"
#include "flash/hash.h"
#include "rota.h"

struct rota_slot {
    const struct rota_flash *flash; /* borrowed */
    uint32_t size;                  /* of the image, bytes */
    uint32_t written;               /* bytes taken, those in tail included */
    uint32_t erased;  /* everything below this offset has been erased */
    uint32_t checked; /* bytes hashed */
    uint32_t tail_len;
    uint8_t tail[ROTA_PROG_MAX]; /* the begun program unit */
    struct rota_hash *hash;      /* that has begun, else NULL; borrowed */
};

/* Begin an image of size bytes, at least 1 (ROTA_ESIZE). ROTA_ETOOBIG, before
 * anything is erased, when it does not fit. */
int rota_slot_begin(struct rota_slot *s, const struct rota_flash *flash,
                    uint32_t size) ROTA_CHECKED;

/* Go on with an image of which the first at bytes are in flash: at is a
 * border of erase blocks. What lies beyond is erased again. */
int rota_slot_resume(struct rota_slot *s, const struct rota_flash *flash,
                     uint32_t size, uint32_t at) ROTA_CHECKED;

/* The slot has no read: begin to hash, in work memory that stays untouched till
 * the end of the check, what will be written. To be called right after begin.
 */
int rota_slot_hash(struct rota_slot *s, struct rota_hash *hash) ROTA_CHECKED;

/* Take bytes: how many, at least 1 unless len is 0 or a block had to be
 * erased first, which is all that one call then does (ROTA_EAGAIN: call again
 * with the same bytes). ROTA_ELENGTH when there are more than the image has.
 * After any other error only begin or resume lead on. */
int rota_slot_write(struct rota_slot *s, const uint8_t *buf,
                    size_t len) ROTA_CHECKED;

/* After the last byte: program the tail, padded with the erased value, and
 * sync. ROTA_ESIZE when bytes are missing. */
int rota_slot_finish(struct rota_slot *s) ROTA_CHECKED;

/* Hash up to len bytes, read back into buf: ROTA_EAGAIN while there are more;
 * ROTA_OK at the end, with the digest in out. hash is work memory, the same at
 * each call. What was hashed while it was written is not read: the digest is
 * there at once. */
int rota_slot_check(struct rota_slot *s, struct rota_hash *hash, void *buf,
                    size_t len, uint8_t out[ROTA_SHA256_LEN]) ROTA_CHECKED;

/* End whatever was going on. A zeroed slot may be dropped too. */
void rota_slot_drop(struct rota_slot *s);

#endif
