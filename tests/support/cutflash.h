/* SPDX-License-Identifier: Apache-2.0 */
/* NOR flash in RAM that is as strict as the real thing, loses power at a
 * chosen write, and fails at a chosen one.
 *
 * A write is one program unit or one erase block. Each unit may be programmed
 * once between erases; who breaks that or another rule of rota_port.h gets an
 * error, and broken counts it. A cut ends the test's code by longjmp to cut;
 * what it has done to the unit or block is torn. After it the test calls
 * cutflash_on and starts again from what is left.
 */
#ifndef CUTFLASH_H
#define CUTFLASH_H

#include <setjmp.h>
#include <stdbool.h>

#include "rota_port.h"

/* What becomes of the unit or block that is being written when power fails. */
enum cutflash_torn {
    CUTFLASH_NOTHING,  /* it stays as it was */
    CUTFLASH_PART,     /* some of it is written, a unit's first bytes or any */
    CUTFLASH_ALL,      /* it is written, but the caller never knows */
    CUTFLASH_UNSTABLE, /* between: reads one way now and, after the next time
                        * that power comes, another */
    CUTFLASH_TORN
};

struct cutflash {
    struct rota_flash flash;
    uint8_t *mem, *draw; /* what it holds; what an unstable byte would be */
    uint8_t *state;      /* of each unit */
    bool unstable;       /* there is an unstable one */
    uint32_t *erases;    /* of each block */
    uint32_t blocks;
    const uint32_t *sizes; /* of them; NULL = all alike */

    /* The test sets these. Writes count from 0; negative = never. */
    long cut_at;
    enum cutflash_torn torn;
    jmp_buf cut;
    long fail_at;   /* this write and later ones return fail_err */
    bool fail_once; /* this one only */
    int fail_err;
    uint32_t seed;

    /* And reads these. */
    long writes; /* so far */
    long progs;  /* calls of prog */
    long syncs;
    long broken; /* rules */
};

/* A blank device. Ends the program when memory is out. */
void cutflash_init(struct cutflash *c, uint32_t blocks, uint32_t erase_size,
                   uint32_t prog_size, uint8_t erased);

/* The same with erase blocks of these sizes, as many as stand before a 0.
 * Borrows sizes. */
void cutflash_init_mixed(struct cutflash *c, const uint32_t *sizes,
                         uint32_t prog_size, uint8_t erased);

void cutflash_free(struct cutflash *c);

/* Power comes (back): no cut and no failure is due, writes count from 0. */
void cutflash_on(struct cutflash *c);

/* Make to, of the same dimensions, hold what from holds. */
void cutflash_copy(struct cutflash *to, const struct cutflash *from);

/* Content from outside, as if programmed. */
void cutflash_load(struct cutflash *c, uint32_t off, const void *buf,
                   uint32_t len);

uint32_t cutflash_random(uint32_t *seed);

#endif
