/* SPDX-License-Identifier: Apache-2.0 */
/* How much of a download survives a power loss.
 *
 * A checkpoint is made when at least config.checkpoint_min bytes, in whole
 * erase blocks, have come since the last one, and seldom enough that all of
 * them together take at most a twentieth of the time. A download is resumed
 * only if a manifest or the server told the digest of the image: without a
 * digest nobody would notice that the slot holds other bytes than the store
 * says. Only a slot that can be read is resumed.
 */
#ifndef ROTA_UPDATE_CHECKPOINT_H
#define ROTA_UPDATE_CHECKPOINT_H

#include "flash/record.h"
#include "flash/slot.h"

struct rota_progress {
    uint32_t at;       /* bytes that the last checkpoint covers */
    uint32_t made_ms;  /* when it was made */
    uint32_t pause_ms; /* how long after that no other one is made */
};

/* Where the download of an image can go on: the number of bytes that are in
 * slot, 0 = at the start. etag is that of the file they came from, "" =
 * unknown. */
uint32_t rota_checkpoint_find(struct rota_progress *p,
                              const struct rota_flash *slot,
                              const struct rota_store *s,
                              const struct rota_image *i,
                              char etag[ROTA_ETAG_SIZE]);

/* Bytes went to the slot: make a checkpoint in c->store if one is due. */
int rota_checkpoint_make(struct rota_progress *p, const struct rota_config *c,
                         const struct rota_image *i,
                         const struct rota_slot *slot,
                         const char *etag) ROTA_CHECKED;

/* Forget the checkpoint, because other bytes go to the slot next. */
int rota_checkpoint_forget(struct rota_progress *p,
                           const struct rota_store *s) ROTA_CHECKED;

#endif
