/* SPDX-License-Identifier: Apache-2.0 */
/* One half of the journal: seals and records as they are on flash. For
 * journal.c alone, which knows when to do what. Bytes: SPEC.md, "Journal".
 *
 * A half is a struct rota_journal with flash, half and base set.
 */
#ifndef ROTA_FLASH_JOURNAL_HALF_H
#define ROTA_FLASH_JOURNAL_HALF_H

#include "flash/journal.h"

/* A record that was looked at. */
struct rota_journal_half_record {
    uint32_t len;  /* of the body; 0 = no record begins here */
    uint32_t tail; /* where the tail is, from the head on */
    uint32_t size; /* of all of it, in whole program units */
    uint16_t type;
    bool good; /* whole, and as it was written */
};

/* How far a half can be trusted: not at all, what can be read of it, all. */
enum rota_journal_half_trust {
    ROTA_JOURNAL_HALF_UNSEALED,
    ROTA_JOURNAL_HALF_DAMAGED,
    ROTA_JOURNAL_HALF_WHOLE
};

/* Offset of the first record, and bytes that a record with a body of len
 * bytes takes. */
uint32_t rota_journal_half_first(const struct rota_journal *j);
uint32_t rota_journal_half_size(const struct rota_journal *j, uint32_t len);

/* What stands at off? */
int rota_journal_half_look(const struct rota_journal *j, uint32_t off,
                           struct rota_journal_half_record *r) ROTA_CHECKED;

/* The body of the record r at off: to buf; is it these bytes? Then ROTA_OK,
 * above 0 when they differ. */
int rota_journal_half_body(const struct rota_journal *j, uint32_t off,
                           const struct rota_journal_half_record *r,
                           void *buf) ROTA_CHECKED;
int rota_journal_half_compare(const struct rota_journal *j, uint32_t off,
                              const struct rota_journal_half_record *r,
                              const uint8_t *buf) ROTA_CHECKED;

/* Find out all of j, but doubt, from flash: enum rota_journal_half_trust, or an
 * error.
 */
int rota_journal_half_scan(struct rota_journal *j) ROTA_CHECKED;

/* Erase all of it, block by block. */
int rota_journal_half_erase(const struct rota_journal *j) ROTA_CHECKED;

/* Write a record at next, where there must be room, and read it back. It is
 * the newest of its type then. copy takes r, which is at off in from. */
int rota_journal_half_append(struct rota_journal *j, int type, const void *buf,
                             uint32_t len) ROTA_CHECKED;
int rota_journal_half_copy(
    struct rota_journal *j, const struct rota_journal *from, uint32_t off,
    const struct rota_journal_half_record *r) ROTA_CHECKED;

/* Write the next seal, if a place is left, and sync: the half counts from
 * then on. */
int rota_journal_half_seal(struct rota_journal *j) ROTA_CHECKED;

#endif
