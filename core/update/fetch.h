/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of one asset, from the server to the slot.
 *
 * After a broken connection the fetch goes on where it ended, with Range and
 * If-Range. It asks the API for the URL again, since signed URLs live for
 * minutes. A reply that does not agree with the known size and ETag of the
 * asset is never appended: the fetch starts over or ends with an error. The
 * caller must check the finished image.
 */
#ifndef ROTA_UPDATE_FETCH_H
#define ROTA_UPDATE_FETCH_H

#include "base/bytes.h"
#include "flash/slot.h"
#include "http/get.h"

/* Where the bytes of one asset come from, and how many they are. */
struct rota_source {
    uint64_t asset_id;
    const char *url; /* of the asset, "" = by its id; borrowed */
    uint32_t size;   /* bytes */
};

struct rota_fetch {
    struct rota_get *get;
    struct rota_slot *slot; /* begun by rota_fetch_begin */
    struct rota_source source;
    uint8_t state;
    uint8_t attempts;          /* in a row, without progress */
    bool go_on;                /* a piece is complete, the next may follow at
                                * once */
    bool resumed;              /* a new attempt has just begun */
    bool whole;                /* a manifest: each attempt asks for all of it,
                                * and its media type does not matter */
    int cause;                 /* the error that ended the one before */
    struct rota_span pending;  /* received, not in the slot yet */
    uint32_t gained;           /* slot->written when this attempt began */
    uint32_t furthest;         /* the most that slot->written has been */
    uint32_t again_ms;         /* when the next attempt may begin */
    uint32_t progress_ms;      /* when the last attempt with progress ended,
                                * otherwise than by a stall */
    char etag[ROTA_ETAG_SIZE]; /* strong, of the file being fetched; or "" */
};

/* Begin at byte at of flash, the start of an erase block: 0, or the place where
 * an earlier run ended; etag is then that of the file that the bytes before it
 * came from. ROTA_ETOOBIG when the asset does not fit; errors of flash. */
int rota_fetch_begin(struct rota_fetch *f, struct rota_get *get,
                     struct rota_slot *slot, const struct rota_flash *flash,
                     const struct rota_source *source, uint32_t at,
                     const char etag[ROTA_ETAG_SIZE]) ROTA_CHECKED;

/* Go on. ROTA_EAGAIN: call again. ROTA_OK: all bytes have been handed to the
 * slot. Else an error that more attempts will not cure. */
int rota_fetch_step(struct rota_fetch *f) ROTA_CHECKED;

#endif
