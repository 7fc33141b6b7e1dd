/* SPDX-License-Identifier: Apache-2.0 */
#include "flash/journal.h"

#include "flash/flash.h"
#include "flash/journal_half.h"

/* --- Rolling over -------------------------------------------------------- */

/* The bytes that the newest records take, but that of one type, or an error;
 * with to, copy them there. */
static int journal_others(const struct rota_journal *j, int but,
                          struct rota_journal *to)
{
    struct rota_journal_half_record r;
    uint32_t size = 0;

    for (int i = 0; i < ROTA_JOURNAL_TYPES; i++) {
        if (!j->at[i] || i + 1 == but)
            continue;
        int err = rota_journal_half_look(j, j->at[i], &r);
        if (err)
            return err;
        if (!r.good)
            return ROTA_ECORRUPT;
        if (to)
            err = rota_journal_half_copy(to, j, j->at[i], &r);
        if (err)
            return err;
        size += r.size;
    }
    return (int)size;
}

/* To the other half, with a new record of one type. */
static int journal_roll_over(struct rota_journal *j, int type, const void *buf,
                             uint32_t len)
{
    struct rota_journal to = {.flash = j->flash,
                              .half = j->half,
                              .base = j->base ? 0 : j->half,
                              .next = rota_journal_half_first(j),
                              .epoch = j->epoch + 1};
    int err, size = journal_others(j, type, NULL);

    if (size < 0)
        return size;
    if (to.next + (uint32_t)size + rota_journal_half_size(j, len) > to.half)
        return ROTA_ENOSPC;
    err = rota_journal_half_erase(&to);
    if (!err)
        err = journal_others(j, type, &to);
    if (err >= 0)
        err = rota_journal_half_append(&to, type, buf, len);
    if (!err)
        err = rota_flash_sync(to.flash);
    if (err)
        return err;
    to.copies = to.next;
    to.last = 0;
    err = rota_journal_half_seal(&to);
    if (!err)
        *j = to;
    return err;
}

/* --- Doubt --------------------------------------------------------------- */

/* What stands last may have been cut by the power loss that led to this
 * start: then it reads well today and perhaps not tomorrow. Before anything
 * is built on it, it is written again; a record that is about to be replaced
 * or rolled over is not. */
static int journal_settle(struct rota_journal *j, int type)
{
    struct rota_journal_half_record r;
    int err;

    if (!j->doubt || (j->last && j->at[type - 1] == j->last))
        return ROTA_OK;
    if (j->last) {
        err = rota_journal_half_look(j, j->last, &r);
        if (err)
            return err;
        if (r.size > j->half - j->next) {
            j->next = j->half;
            return ROTA_OK;
        }
        err = rota_journal_half_copy(j, j, j->last, &r);
    } else {
        err = rota_journal_half_seal(j);
    }
    j->doubt = err != ROTA_OK;
    return err;
}

/* Is the newest record of type these bytes, without a doubt? Then ROTA_OK,
 * above 0 when not. */
static int journal_compare(const struct rota_journal *j, int type,
                           const uint8_t *buf, uint32_t len)
{
    struct rota_journal_half_record r;
    uint32_t off = j->at[type - 1];

    if (off == 0 || (j->doubt && off == j->last))
        return 1;
    int err = rota_journal_half_look(j, off, &r);
    if (err)
        return err;
    return r.good && r.len == len ? rota_journal_half_compare(j, off, &r, buf)
                                  : 1;
}

/* --- The journal --------------------------------------------------------- */

/* Which of two halves is in use: 0 or 1. */
static int journal_choose(const struct rota_journal half[2], const int trust[2])
{
    if (trust[0] != trust[1])
        return trust[1] > trust[0];
    return (int32_t)(half[1].epoch - half[0].epoch) > 0;
}

static int journal_open_halves(struct rota_journal *j)
{
    struct rota_journal half[2] = {*j, *j};
    int trust[2];

    half[1].base = j->half;
    for (int i = 0; i < 2; i++) {
        trust[i] = rota_journal_half_scan(&half[i]);
        if (trust[i] < 0)
            return trust[i];
    }
    int in_use = journal_choose(half, trust);
    if (trust[in_use] == ROTA_JOURNAL_HALF_UNSEALED) {
        j->base = j->next = j->half; /* so that half 0 is written first */
        return ROTA_OK;
    }
    *j = half[in_use];
    j->doubt = true;
    /* The other half holds the time before, unless rolling over to it was
     * cut. It may read well tomorrow: nothing must be put here meanwhile. */
    if (trust[!in_use] != ROTA_JOURNAL_HALF_WHOLE)
        j->next = j->half;
    return ROTA_OK;
}

int rota_journal_open(struct rota_journal *j, const struct rota_flash *flash)
{
    *j = (struct rota_journal){.flash = flash};
    if (!flash)
        return ROTA_OK;
    int err = rota_flash_check(flash);
    if (err)
        return err;
    j->half = rota_flash_border(flash, flash->size / 2);
    if (flash->block_size
        || rota_journal_half_first(j)
                   + 2 * rota_journal_half_size(j, ROTA_JOURNAL_RECORD)
               > j->half)
        return ROTA_EINVAL;
    return journal_open_halves(j);
}

int rota_journal_get(const struct rota_journal *j, int type, void *buf,
                     size_t size)
{
    struct rota_journal_half_record r;

    if (type < 1 || type > ROTA_JOURNAL_TYPES)
        return ROTA_EINVAL;
    if (!j->at[type - 1])
        return 0;
    int err = rota_journal_half_look(j, j->at[type - 1], &r);
    if (err)
        return err;
    if (!r.good || r.len > size)
        return ROTA_ECORRUPT;
    err = rota_journal_half_body(j, j->at[type - 1], &r, buf);
    return err ? err : (int)r.len;
}

static int journal_put(struct rota_journal *j, int type, const uint8_t *buf,
                       uint32_t len)
{
    int err = journal_settle(j, type);
    if (!err)
        err = journal_compare(j, type, buf, len);
    if (err <= 0)
        return err;
    if (rota_journal_half_size(j, len) > j->half - j->next)
        return journal_roll_over(j, type, buf, len);
    err = rota_journal_half_append(j, type, buf, len);
    if (err)
        return err;
    j->doubt = false;
    return rota_flash_sync(j->flash);
}

int rota_journal_put(struct rota_journal *j, int type, const void *buf,
                     size_t len)
{
    if (!j->flash)
        return ROTA_OK;
    if (type < 1 || type > ROTA_JOURNAL_TYPES || len < 1
        || len > ROTA_JOURNAL_RECORD)
        return ROTA_EINVAL;

    int err = journal_put(j, type, buf, (uint32_t)len);
    if (err)
        j->next = j->half; /* what follows may be programmed already */
    return err;
}

/* --- As a store ---------------------------------------------------------- */

static int journal_store_open(void *ctx)
{
    struct rota_journal *j = ctx;

    return rota_journal_open(j, j->flash);
}

static int journal_store_get(void *ctx, int type, void *buf, size_t size)
{
    return rota_journal_get(ctx, type, buf, size);
}

static int journal_store_put(void *ctx, int type, const void *buf, size_t len)
{
    return rota_journal_put(ctx, type, buf, len);
}

struct rota_store rota_journal_store(struct rota_journal *j,
                                     const struct rota_flash *flash)
{
    *j = (struct rota_journal){.flash = flash};
    return (struct rota_store){.ops = &rota_store_ops,
                               .ctx = j,
                               .open = journal_store_open,
                               .get = journal_store_get,
                               .put = journal_store_put};
}
