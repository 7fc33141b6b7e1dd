/* SPDX-License-Identifier: Apache-2.0 */
/* First fit over blocks that lie side by side, from base to an end mark of
 * size 0. Each knows its own size and that of the block before, so freeing
 * joins both neighbours without a search, and no two free blocks touch. */
#include "rota_port.h"

#include <stdalign.h>
#include <string.h>

struct block {
    alignas(max_align_t) size_t size; /* bytes with this head; bit 0: used */
    size_t prev;                      /* size of the block before, 0: none */
};

#define UNIT sizeof(struct block)
#define USED ((size_t)1)
#define ROUND_UP(n) (((n) + UNIT - 1) / UNIT * UNIT)

void *rota_mbedtls_calloc(size_t n, size_t size);
void rota_mbedtls_free(void *p);

static struct rota_arena *current;

static size_t size_of(const struct block *b)
{
    return b->size & ~USED;
}

static struct block *after(struct block *b)
{
    return (struct block *)(void *)((char *)b + size_of(b));
}

static struct block *before(struct block *b)
{
    return (struct block *)(void *)((char *)b - b->prev);
}

/* Give b a new size and say so to the block behind it. */
static void resize(struct block *b, size_t size)
{
    b->size = size;
    after(b)->prev = size;
}

void rota_arena_init(struct rota_arena *a, void *buf, size_t size)
{
    size_t skip = (UNIT - (uintptr_t)buf % UNIT) % UNIT;

    memset(a, 0, sizeof(*a));
    if (size < skip + 3 * UNIT)
        return;
    a->base = a->first = (char *)buf + skip;
    a->size = (size - skip) / UNIT * UNIT - UNIT;

    struct block *b = a->base;
    b->prev = 0;
    b->size = a->size;
    after(b)->size = USED;
    after(b)->prev = a->size;
}

/* The first free block of at least need bytes, or NULL. Moves a->first up to
 * the first free block on the way. */
static struct block *find(struct rota_arena *a, size_t need)
{
    struct block *b = a->first;

    while (size_of(b) && b->size & USED)
        b = after(b);
    a->first = b;
    while (size_of(b) && (b->size & USED || b->size < need))
        b = after(b);
    return size_of(b) ? b : NULL;
}

/* Mark need bytes of b as used; what is left over becomes a block if it can
 * hold anything. */
static void take(struct rota_arena *a, struct block *b, size_t need)
{
    size_t rest = b->size - need;

    if (rest >= 2 * UNIT) {
        resize(b, need);
        resize(after(b), rest);
    }
    a->used += b->size;
    if (a->used > a->peak)
        a->peak = a->used;
    b->size |= USED;
}

void *rota_arena_calloc(struct rota_arena *a, size_t n, size_t size)
{
    struct block *b = NULL;

    if (n == 0 || size == 0)
        n = size = 1;
    if (n <= a->size / size)
        b = find(a, UNIT + ROUND_UP(n * size));
    if (!b) {
        a->failed++;
        return NULL;
    }
    take(a, b, UNIT + ROUND_UP(n * size));
    return memset(b + 1, 0, size_of(b) - UNIT);
}

/* Is p the address of a block in use, and are the sizes around it sound? */
static int in_use(const struct rota_arena *a, void *p)
{
    uintptr_t base = (uintptr_t)a->base, at = (uintptr_t)p;

    if (!a->base || at < base + UNIT || at >= base + a->size || at % UNIT)
        return 0;
    struct block *b = (struct block *)p - 1;
    size_t off = at - UNIT - base;
    if (!(b->size & USED) || size_of(b) < 2 * UNIT || size_of(b) % UNIT
        || size_of(b) > a->size - off || after(b)->prev != size_of(b))
        return 0;
    if (b->prev % UNIT || b->prev > off || !b->prev != !off)
        return 0;
    return !off || size_of(before(b)) == b->prev;
}

void rota_arena_free(struct rota_arena *a, void *p)
{
    if (!in_use(a, p))
        return;

    struct block *b = (struct block *)p - 1;
    a->used -= size_of(b);
    resize(b, size_of(b));
    if (!(after(b)->size & USED))
        resize(b, b->size + after(b)->size);
    if (b->prev && !(before(b)->size & USED)) {
        b = before(b);
        resize(b, b->size + after(b)->size);
    }
    if (b < (struct block *)a->first)
        a->first = b;
}

void rota_arena_use(struct rota_arena *a)
{
    current = a;
}

/* What rota_mbedtls_config.h names as mbedTLS's calloc and free. */
void *rota_mbedtls_calloc(size_t n, size_t size)
{
    return current ? rota_arena_calloc(current, n, size) : NULL;
}

void rota_mbedtls_free(void *p)
{
    if (current)
        rota_arena_free(current, p);
}
