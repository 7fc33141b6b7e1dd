/* SPDX-License-Identifier: Apache-2.0 */
#include "ab_record.h"

#include <string.h>

#include "rota_config.h"

#define FORMAT 1u
#define CELL 16u
#define CELL_MAX (ROTA_PROG_MAX > CELL ? ROTA_PROG_MAX : CELL)

/* Where the newest record stands. */
struct newest {
    uint32_t block, cell; /* its number: block * cells in a block + cell */
    uint32_t base;        /* of the erase block that it is in */
    bool found, twice;
    struct rota_ab_record r;
};

static uint32_t cell_size(const struct rota_flash *f)
{
    return (CELL + f->prog_size - 1) & ~(f->prog_size - 1);
}

static uint32_t cells(const struct rota_flash *f)
{
    return f->erase_size / cell_size(f);
}

/* --- Cells --------------------------------------------------------------- */

static uint32_t get32(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16
         | (uint32_t)p[3] << 24;
}

static void put32(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> 8 * i);
}

/* Bit by bit: a bootloader has no room for a table, and 12 bytes to check. */
static uint32_t crc32(const uint8_t *p, uint32_t len)
{
    uint32_t crc = 0xffffffff;

    while (len-- > 0) {
        crc ^= *p++;
        for (int i = 0; i < 8; i++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

static void encode(uint8_t b[CELL], uint32_t number,
                   const struct rota_ab_record *r)
{
    put32(b, number);
    b[4] = FORMAT;
    b[5] = r->slot;
    b[6] = r->state;
    b[7] = r->starts;
    put32(b + 8, 0);
    put32(b + 12, crc32(b, 12));
}

static bool decode(const uint8_t b[CELL], struct rota_ab_record *r)
{
    *r = (struct rota_ab_record){b[5], b[6], b[7]};
    return b[4] == FORMAT && b[5] <= 1 && b[6] >= ROTA_AB_CONFIRMED
        && b[6] <= ROTA_AB_ROLLED_BACK && get32(b + 8) == 0
        && get32(b + 12) == crc32(b, 12);
}

bool rota_ab_same(const struct rota_ab_record *a,
                  const struct rota_ab_record *b)
{
    return a->slot == b->slot && a->state == b->state && a->starts == b->starts;
}

/* --- Reading ------------------------------------------------------------- */

/* One valid cell, seen in the order of its erase block. */
static void take(struct newest *n, uint32_t base, uint32_t block, uint32_t cell,
                 const struct rota_ab_record *r)
{
    if (n->found && (block < n->block || (block == n->block && cell < n->cell)))
        return;
    n->twice = n->found && n->base == base && n->block == block
            && n->cell + 1 == cell && rota_ab_same(&n->r, r);
    n->found = true;
    n->block = block;
    n->cell = cell;
    n->base = base;
    n->r = *r;
}

/* The last numbers are never reached, and would leave no room for newer. */
static int scan_block(const struct rota_flash *f, uint32_t base,
                      struct newest *n)
{
    struct rota_ab_record r;
    uint8_t b[CELL];

    for (uint32_t i = 0; i < cells(f); i++) {
        int err = f->read(f->ctx, base + i * cell_size(f), b, CELL);
        if (err)
            return err;
        uint32_t number = get32(b), block = number / cells(f);
        if (decode(b, &r) && number % cells(f) == i && block > 0
            && block < UINT32_MAX / cells(f) - 1)
            take(n, base, block, i, &r);
    }
    return ROTA_OK;
}

static int scan(const struct rota_flash *f, struct newest *n)
{
    *n = (struct newest){.r = ROTA_AB_FIRST};
    if (f->block_size || f->prog_size == 0 || f->prog_size > ROTA_PROG_MAX
        || f->erase_size < cell_size(f) || f->size / 2 < f->erase_size)
        return ROTA_EINVAL;
    int err = scan_block(f, 0, n);
    return err ? err : scan_block(f, f->erase_size, n);
}

/* Does what cell n->cell holds read erased? */
static int is_blank(const struct rota_flash *f, const struct newest *n,
                    bool *blank)
{
    uint8_t b[CELL_MAX];

    int err =
        f->read(f->ctx, n->base + n->cell * cell_size(f), b, cell_size(f));
    *blank = !err;
    for (uint32_t i = 0; i < cell_size(f); i++)
        *blank = *blank && b[i] == f->erased;
    return err;
}

/* Anything after the newest may be one that power failed in, and be valid
 * next time. After the last cell of a block that is not looked for. */
int rota_ab_read(const struct rota_flash *flash, struct rota_ab_record *r,
                 bool *settled)
{
    struct newest n;

    int err = scan(flash, &n);
    *r = n.r;
    *settled = false;
    if (!err && n.twice && ++n.cell < cells(flash))
        err = is_blank(flash, &n, settled);
    return err ? err : n.found;
}

/* --- Writing ------------------------------------------------------------- */

/* The first cell after the newest that reads erased. */
static int find_room(const struct rota_flash *f, struct newest *n)
{
    bool blank = false;
    int err = ROTA_OK;

    while (!err && !blank && ++n->cell < cells(f))
        err = is_blank(f, n, &blank);
    return err;
}

/* To the other block. Its erasing may have been cut before, so that it is
 * erased however it reads. */
static int turn_over(const struct rota_flash *f, struct newest *n)
{
    n->base = n->found && n->base == 0 ? f->erase_size : 0;
    n->block++;
    n->cell = 0;
    return f->erase(f->ctx, n->base);
}

static int program(const struct rota_flash *f, const struct newest *n,
                   const struct rota_ab_record *r)
{
    uint8_t b[CELL_MAX];

    memset(b, f->erased, sizeof b);
    encode(b, n->block * cells(f) + n->cell, r);
    int err =
        f->prog(f->ctx, n->base + n->cell * cell_size(f), b, cell_size(f));
    if (!err && f->sync)
        err = f->sync(f->ctx);
    return err;
}

int rota_ab_write(const struct rota_flash *flash,
                  const struct rota_ab_record *r)
{
    struct newest n, now;

    int err = scan(flash, &n);
    if (!err && n.found)
        err = find_room(flash, &n);
    if (!err && (!n.found || n.cell >= cells(flash)))
        err = turn_over(flash, &n);
    if (!err)
        err = program(flash, &n, r);
    if (!err)
        err = scan(flash, &now);
    if (err)
        return err;
    return now.block == n.block && now.cell == n.cell && rota_ab_same(&now.r, r)
             ? ROTA_OK
             : ROTA_EBOOT;
}
