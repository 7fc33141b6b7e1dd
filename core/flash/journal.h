/* SPDX-License-Identifier: Apache-2.0 */
/* What a device must remember, surviving power loss at any moment.
 *
 * Records of a few types are appended to one of two halves of a flash region;
 * the newest valid record of a type is its value. A half that is full is
 * rolled over: the newest record of each type is copied to the other half,
 * whose seal is written last, so that at each moment one half is valid.
 * Bytes on flash and why they are so: SPEC.md, "Journal".
 *
 * Size of the region: two erase blocks are best, since rolling over erases a
 * whole half, however many blocks it has, in one call. The larger a half is
 * beyond the records that are alive, about 1 KiB, the fewer erases: 4 KiB is
 * a good half.
 */
#ifndef ROTA_FLASH_JOURNAL_H
#define ROTA_FLASH_JOURNAL_H

#include "rota.h"

/* Find the newest records. A blank or unreadable journal is no error: there
 * are just no records. flash NULL is a journal that keeps nothing. ROTA_EINVAL
 * when the region is too small, since each half is whole erase blocks and must
 * hold two longest records, which takes 1.5 KiB, or when its blocks differ in
 * size (block_size is set); a port's error when reading fails.
 * Never writes. */
int rota_journal_open(struct rota_journal *j,
                      const struct rota_flash *flash) ROTA_CHECKED;

/* Copy the newest record of type to buf: its length, at most size (a longer
 * one is ROTA_ECORRUPT), 0 when there is none. */
int rota_journal_get(const struct rota_journal *j, int type, void *buf,
                     size_t size) ROTA_CHECKED;

/* Append a record of len bytes, 1..ROTA_JOURNAL_RECORD. When this returns
 * ROTA_OK it survives a power loss; after a cut inside, or an error, get finds
 * either the old record or this one. The same bytes as the newest record are
 * not written again. ROTA_ENOSPC when the
 * newest records of all types do not fit together. */
int rota_journal_put(struct rota_journal *j, int type, const void *buf,
                     size_t len) ROTA_CHECKED;

#endif
