/* SPDX-License-Identifier: Apache-2.0 */
#include "cutflash.h"

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

    c->progs++;
    if (len == 0 || len > f->size || off > f->size - len)
        return broken(c, "programming outside the region");
    if (off % f->prog_size || len % f->prog_size)
        return broken(c, "programming less than a unit");
    if (off / f->erase_size != (off + len - 1) / f->erase_size)
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

    if (off % f->erase_size || off >= f->size)
        return broken(c, "erasing no block");
    memset(c->draw + off, f->erased, f->erase_size);
    int err = count_write(c, off, f->erase_size, true);
    if (err)
        return err;
    memset(c->mem + off, f->erased, f->erase_size);
    memset(c->state + off / f->prog_size, 0, f->erase_size / f->prog_size);
    c->erases[off / f->erase_size]++;
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

void cutflash_init(struct cutflash *c, uint32_t blocks, uint32_t erase_size,
                   uint32_t prog_size, uint8_t erased)
{
    uint32_t size = blocks * erase_size;

    *c = (struct cutflash){.flash = {c, do_read, do_prog, do_erase, do_sync,
                                     size, erase_size, prog_size, erased},
                           .mem = get(size),
                           .draw = get(size),
                           .state = get(size / prog_size),
                           .erases = get(blocks * sizeof *c->erases),
                           .fail_err = ROTA_EIO,
                           .seed = 1};
    memset(c->mem, erased, size);
    cutflash_on(c);
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
    memcpy(to->erases, from->erases,
           f->size / f->erase_size * sizeof *from->erases);
}

void cutflash_load(struct cutflash *c, uint32_t off, const void *buf,
                   uint32_t len)
{
    uint32_t unit = c->flash.prog_size;

    memcpy(c->mem + off, buf, len);
    for (uint32_t i = off / unit; len && i <= (off + len - 1) / unit; i++)
        c->state[i] = reads_erased(c, i * unit) ? 0 : DIRTY;
}
