/* SPDX-License-Identifier: Apache-2.0 */
/* Memory for mbedTLS, out of one buffer that the application hands over, so
 * that TLS can never take what the rest of the device needs.
 *
 * How much: "peak" after a handshake with the longest certificate chain that
 * you expect, plus a tenth. Not for use by two threads at once. */
#ifndef ROTA_MEM_ARENA_H
#define ROTA_MEM_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct rota_arena {
    void *base;       /* first block, aligned; do not touch */
    void *first;      /* no block before it is free; do not touch */
    size_t size;      /* bytes between base and the end mark */
    size_t used;      /* bytes in use, two words per block included */
    size_t peak;      /* the most that "used" has been */
    uint32_t failed;  /* requests refused; mbedTLS may have reported such a
                       * refusal as an untrusted certificate */
};

/* Make one free block of buf, which the arena borrows for life. Alignment
 * does not matter. A buffer too small to hold anything refuses everything. */
void rota_arena_init(struct rota_arena *a, void *buf, size_t size);

/* Zeroed room for n objects of size bytes, aligned for any type, or NULL. */
void *rota_arena_calloc(struct rota_arena *a, size_t n, size_t size);

/* Give p back. NULL, a pointer that is not a block in use here, or a block
 * whose neighbours were overwritten, is ignored. */
void rota_arena_free(struct rota_arena *a, void *p);

/* From now on mbedTLS gets its memory here; before the first call it gets
 * none. For the whole process, because mbedTLS's hook has no context: the one
 * global variable of the library. Never change it while TLS is in use. */
void rota_arena_use(struct rota_arena *a);

#endif
