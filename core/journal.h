/* SPDX-License-Identifier: Apache-2.0 */
/* What a device must remember, surviving power loss at any moment.
 *
 * Records of a few types are appended to one of two halves of a flash region;
 * the newest valid record of a type is its value. A half that is full is
 * rolled over: the newest record of each type is copied to the other half,
 * whose header is written last, so that at each moment one half is valid.
 * Bytes on flash: SPEC.md, "Journal".
 */
#ifndef ROTA_JOURNAL_H
#define ROTA_JOURNAL_H

#include "rota.h"

#define ROTA_JOURNAL_TYPES 8   /* record types 1..8 */
#define ROTA_JOURNAL_RECORD 640 /* longest record, bytes */

struct rota_journal {
    const struct rota_flash *flash; /* borrowed; NULL: keeps nothing */
    uint32_t half;  /* bytes in each half */
    uint32_t base;  /* offset of the half in use */
    uint32_t next;  /* offset in the half of the next record */
    uint32_t epoch; /* of the half in use, counts roll-overs */
    uint32_t at[ROTA_JOURNAL_TYPES]; /* offset in the half of the newest, 0 = none */
    bool blank;     /* nothing valid: the first put formats */
};

/* Find the newest records. A blank or unreadable journal is no error: there
 * are just no records. flash NULL is a journal that keeps nothing. ROTA_EINVAL
 * when the region is too small: each half is whole erase blocks and must hold
 * two full sets of records; a port's error when reading fails. Never writes. */
int rota_journal_open(struct rota_journal *j,
                      const struct rota_flash *flash) ROTA_CHECKED;

/* Copy the newest record of type to buf: its length, at most size (a longer
 * one is ROTA_ECORRUPT), 0 when there is none. */
int rota_journal_get(const struct rota_journal *j, int type, void *buf,
                     size_t size) ROTA_CHECKED;

/* Append a record of len bytes, 1..ROTA_JOURNAL_RECORD. When this returns
 * ROTA_OK it survives a power loss; after a cut inside, get finds either the
 * old record or this one. The same bytes as the newest record are not written
 * again. */
int rota_journal_put(struct rota_journal *j, int type, const void *buf,
                     size_t len) ROTA_CHECKED;

#endif
