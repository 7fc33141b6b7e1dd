/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cutflash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A unit: to be erased before it is programmed again; what it holds is not
 * settled. */
enum { DIRTY = 1, UNSTABLE = 2 };

uint32_t cutflash_random(uint32_t *seed)
{
    uint32_t x = *seed ? *seed : 1;

    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *seed = x;
}

static int broken(struct cutflash *c, const char *rule)
{
    if (c->broken++ == 0)
        printf("cutflash: %s\n", rule);
    return ROTA_EIO;
}

static int do_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    struct cutflash *c = ctx;

    if (off > c->flash.size || len > c->flash.size - off)
        return broken(c, "read outside the region");
    memcpy(buf, c->mem + off, len);
    return ROTA_OK;
}

/* --- Blocks -------------------------------------------------------------- */

static uint32_t size_of(const struct cutflash *c, uint32_t block)
{
    return c->sizes ? c->sizes[block] : c->flash.erase_size;
}

/* The block that off lies in, and where it begins; blocks = beyond all. */
static uint32_t block_at(const struct cutflash *c, uint32_t off,
                         uint32_t *begin)
{
    uint32_t block = 0;

    if (!c->sizes) {
        *begin = off - off % c->flash.erase_size;
        return off / c->flash.erase_size;
    }
    for (*begin = 0; block < c->blocks; block++) {
        if (off - *begin < c->sizes[block])
            break;
        *begin += c->sizes[block];
    }
    return block;
}

static uint32_t do_block_size(void *ctx, uint32_t off)
{
    struct cutflash *c = ctx;
    uint32_t begin, block = block_at(c, off, &begin);

    if (off == begin && off < c->flash.size)
        return size_of(c, block);
    broken(c, "asking for the size of no block");
    return 0;
}

/* --- Power --------------------------------------------------------------- */

/* Bytes off..off+len were on the way from what mem holds to draw. */
static void tear_bytes(struct cutflash *c, uint32_t off, uint32_t len)
{
    uint32_t r = cutflash_random(&c->seed), part = (r >> 8) % (len + 1);

    for (uint32_t i = 0; i < len; i++)
        if (r & 1 ? i < part : cutflash_random(&c->seed) & 0x100)
            c->mem[off + i] = c->draw[off + i];
}

/* A block whose erasing was cut is dirty however it reads. */
static void tear(struct cutflash *c, uint32_t off, uint32_t len, bool erasing)
{
    uint32_t unit = c->flash.prog_size;
    uint8_t state = erasing ? DIRTY : 0;

    switch (c->torn) {
    case CUTFLASH_TORN:
    case CUTFLASH_NOTHING: return;
    case CUTFLASH_PART: tear_bytes(c, off, len); break;
    case CUTFLASH_ALL:
        memcpy(c->mem + off, c->draw + off, len);
        state = erasing ? 0 : DIRTY;
        break;
    case CUTFLASH_UNSTABLE:
        state |= UNSTABLE;
        c->unstable = true;
        break;
    }
    memset(c->state + off / unit, state, len / unit);
}

/* How an unstable unit reads until power fails again: as before, as after, or
 * a mixture. mem and draw trade places where it is as after. */
static void settle_unit(struct cutflash *c, uint32_t off)
{
    uint32_t how = cutflash_random(&c->seed) >> 8 & 3;

    for (uint32_t i = off; i < off + c->flash.prog_size; i++)
        if (how == 1 || (how == 2 && cutflash_random(&c->seed) & 4)) {
            uint8_t was = c->mem[i];
            c->mem[i] = c->draw[i];
            c->draw[i] = was;
        }
}

void cutflash_on(struct cutflash *c)
{
    uint32_t unit = c->flash.prog_size;

    c->cut_at = c->fail_at = -1;
    c->fail_once = false;
    c->writes = c->progs = c->syncs = 0;
    for (uint32_t i = 0; c->unstable && i < c->flash.size / unit; i++)
        if (c->state[i] & UNSTABLE)
            settle_unit(c, i * unit);
}

/* One write of what draw holds: power may fail, or the device. */
static int count_write(struct cutflash *c, uint32_t off, uint32_t len,
                       bool erasing)
{
    long n = c->writes++;

    if (n == c->cut_at) {
        tear(c, off, len, erasing);
        longjmp(c->cut, 1);
    }
    if (c->fail_at >= 0 && (c->fail_once ? n == c->fail_at : n >= c->fail_at))
        return c->fail_err;
    return ROTA_OK;
}

/* --- Writing ------------------------------------------------------------- */

static bool reads_erased(const struct cutflash *c, uint32_t off)
{
    for (uint32_t i = 0; i < c->flash.prog_size; i++)
        if (c->mem[off + i] != c->flash.erased)
            return false;
    return true;
}

/* A unit that was being programmed when power failed and reads as erased is
 * erased for all that the program can know. One that was programmed with the
 * erased value is not. */
static int prog_unit(struct cutflash *c, uint32_t off, const uint8_t *buf)
{
    uint32_t unit = c->flash.prog_size;
    uint8_t *state = &c->state[off / unit];

    if (*state & DIRTY || !reads_erased(c, off))
        return broken(c, "a unit was programmed twice");
    memcpy(c->draw + off, buf, unit);
    int err = count_write(c, off, unit, false);
    if (err)
        return err;
    memcpy(c->mem + off, buf, unit);
    *state = DIRTY;
    return ROTA_OK;
}

static int do_prog(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    struct cutflash *c = ctx;
    const struct rota_flash *f = &c->flash;
    const uint8_t *p = buf;
    uint32_t begin;

    c->progs++;
    if (len == 0 || len > f->size || off > f->size - len)
        return broken(c, "programming outside the region");
    if (off % f->prog_size || len % f->prog_size)
        return broken(c, "programming less than a unit");
    if (block_at(c, off, &begin) != block_at(c, off + len - 1, &begin))
        return broken(c, "programming across a block's end");
    for (uint32_t i = 0; i < len; i += f->prog_size) {
        int err = prog_unit(c, off + i, p + i);
        if (err)
            return err;
    }
    return ROTA_OK;
}

static int do_erase(void *ctx, uint32_t off)
{
    struct cutflash *c = ctx;
    const struct rota_flash *f = &c->flash;
    uint32_t begin, block = block_at(c, off, &begin);

    if (off != begin || off >= f->size)
        return broken(c, "erasing no block");
    uint32_t size = size_of(c, block);
    memset(c->draw + off, f->erased, size);
    int err = count_write(c, off, size, true);
    if (err)
        return err;
    memset(c->mem + off, f->erased, size);
    memset(c->state + off / f->prog_size, 0, size / f->prog_size);
    c->erases[block]++;
    return ROTA_OK;
}

static int do_sync(void *ctx)
{
    ((struct cutflash *)ctx)->syncs++;
    return ROTA_OK;
}

/* --- The device ---------------------------------------------------------- */

static void *get(size_t size)
{
    void *p = calloc(1, size);

    if (!p)
        abort();
    return p;
}

/* Blank, with the dimensions that are set. */
static void init(struct cutflash *c)
{
    struct rota_flash *f = &c->flash;

    f->ctx = c;
    f->read = do_read;
    f->prog = do_prog;
    f->erase = do_erase;
    f->sync = do_sync;
    c->mem = get(f->size);
    c->draw = get(f->size);
    c->state = get(f->size / f->prog_size);
    c->erases = get(c->blocks * sizeof *c->erases);
    c->fail_err = ROTA_EIO;
    c->seed = 1;
    memset(c->mem, f->erased, f->size);
    cutflash_on(c);
}

void cutflash_init(struct cutflash *c, uint32_t blocks, uint32_t erase_size,
                   uint32_t prog_size, uint8_t erased)
{
    *c = (struct cutflash){.flash = {.size = blocks * erase_size,
                                     .erase_size = erase_size,
                                     .prog_size = prog_size,
                                     .erased = erased},
                           .blocks = blocks};
    init(c);
}

void cutflash_init_mixed(struct cutflash *c, const uint32_t *sizes,
                         uint32_t prog_size, uint8_t erased)
{
    *c = (struct cutflash){.flash = {.erase_size = sizes[0],
                                     .prog_size = prog_size,
                                     .erased = erased,
                                     .block_size = do_block_size},
                           .sizes = sizes};
    for (; sizes[c->blocks]; c->blocks++) {
        c->flash.size += sizes[c->blocks];
        if (sizes[c->blocks] < c->flash.erase_size)
            c->flash.erase_size = sizes[c->blocks];
    }
    init(c);
}

void cutflash_free(struct cutflash *c)
{
    free(c->mem);
    free(c->draw);
    free(c->state);
    free(c->erases);
}

void cutflash_copy(struct cutflash *to, const struct cutflash *from)
{
    const struct rota_flash *f = &from->flash;

    to->unstable = from->unstable;
    memcpy(to->mem, from->mem, f->size);
    memcpy(to->draw, from->draw, f->size);
    memcpy(to->state, from->state, f->size / f->prog_size);
    memcpy(to->erases, from->erases, from->blocks * sizeof *from->erases);
}

void cutflash_load(struct cutflash *c, uint32_t off, const void *buf,
                   uint32_t len)
{
    uint32_t unit = c->flash.prog_size;

    memcpy(c->mem + off, buf, len);
    for (uint32_t i = off / unit; len && i <= (off + len - 1) / unit; i++)
        c->state[i] = reads_erased(c, i * unit) ? 0 : DIRTY;
}
