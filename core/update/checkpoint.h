/* SPDX-License-Identifier: Apache-2.0 */
/* How much of a download survives a power loss.
 *
 * A checkpoint is made when at least config.checkpoint_min bytes, in whole
 * erase blocks, have come since the last one, and seldom enough that all of
 * them together take at most a twentieth of the time. Only an image whose
 * digest a manifest or the server told is resumed: the digest is what finds out
 * when the slot does not hold what the journal says. So is only a slot that can
 * be read.
 */
#ifndef ROTA_UPDATE_CHECKPOINT_H
#define ROTA_UPDATE_CHECKPOINT_H

#include "flash/record.h"
#include "flash/slot.h"

struct rota_progress {
    uint32_t at;       /* bytes that the last checkpoint covers */
    uint32_t made_ms;  /* when it was made, */
    uint32_t pause_ms; /* and for how long none is made after it */
};

/* Where the download of an image can go on: bytes that slot has, 0 = at the
 * start; etag is that of the file they came from, "" = unknown. */
uint32_t rota_checkpoint_find(struct rota_progress *p,
                              const struct rota_flash *slot,
                              const struct rota_store *s,
                              const struct rota_image *i,
                              char etag[ROTA_ETAG_SIZE]);

/* After bytes went to the slot: make a checkpoint in c->store if it is time. */
int rota_checkpoint_make(struct rota_progress *p, const struct rota_config *c,
                         const struct rota_image *i,
                         const struct rota_slot *slot,
                         const char *etag) ROTA_CHECKED;

/* There is nothing to go on with: the slot is about to change. */
int rota_checkpoint_forget(struct rota_progress *p,
                           const struct rota_store *s) ROTA_CHECKED;

#endif
