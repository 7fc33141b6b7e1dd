/* SPDX-License-Identifier: Apache-2.0 */
#include "flash/slot.h"

#include <string.h>

int rota_slot_begin(struct rota_slot *s, const struct rota_flash *flash,
                    uint32_t size)
{
    return rota_slot_resume(s, flash, size, 0);
}

int rota_slot_resume(struct rota_slot *s, const struct rota_flash *flash,
                     uint32_t size, uint32_t at)
{
    int err = rota_flash_check_slot(flash);
    if (err)
        return err;
    if (size == 0)
        return ROTA_ESIZE;
    if (size > flash->size)
        return ROTA_ETOOBIG;
    if (at > size || at != rota_flash_border(flash, at))
        return ROTA_EINVAL;

    *s = (struct rota_slot){
        .flash = flash, .size = size, .written = at, .erased = at};
    return ROTA_OK;
}

int rota_slot_hash(struct rota_slot *s, struct rota_hash *hash)
{
    s->hash = hash;
    return rota_hash_begin(hash);
}

/* The pointer stands where the erased blocks end. */
static int slot_enter_block(struct rota_slot *s)
{
    const struct rota_flash *f = s->flash;

    int err = f->erase(f->ctx, s->erased);
    if (err)
        return err;
    s->erased +=
        f->block_size ? f->block_size(f->ctx, s->erased) : f->erase_size;
    return ROTA_EAGAIN;
}

/* Whole units, straight from the caller's buffer. */
static int slot_write_units(struct rota_slot *s, const uint8_t *buf,
                            uint32_t len)
{
    const struct rota_flash *f = s->flash;
    uint32_t room = s->erased - s->written;
    uint32_t n = len < room ? len : room;

    n &= ~(f->prog_size - 1);
    int err = f->prog(f->ctx, s->written, buf, n);
    if (err)
        return err;
    s->written += n;
    return (int)n;
}

static int slot_write_tail(struct rota_slot *s, const uint8_t *buf,
                           uint32_t len)
{
    const struct rota_flash *f = s->flash;
    uint32_t room = f->prog_size - s->tail_len;
    uint32_t n = len < room ? len : room;

    memcpy(s->tail + s->tail_len, buf, n);
    if (n == room) {
        int err =
            f->prog(f->ctx, s->written - s->tail_len, s->tail, f->prog_size);
        if (err)
            return err;
    }
    s->tail_len = n == room ? 0 : s->tail_len + n;
    s->written += n;
    return (int)n;
}

static int slot_take(struct rota_slot *s, const uint8_t *buf, size_t len)
{
    if (len > s->size - s->written)
        return ROTA_ELENGTH;
    if (len == 0)
        return 0;
    if (s->written == s->erased)
        return slot_enter_block(s);
    if (s->tail_len == 0 && len >= s->flash->prog_size)
        return slot_write_units(s, buf, (uint32_t)len);
    return slot_write_tail(s, buf, (uint32_t)len);
}

int rota_slot_write(struct rota_slot *s, const uint8_t *buf, size_t len)
{
    int n = slot_take(s, buf, len);

    if (n <= 0 || !s->hash)
        return n;
    s->checked = s->written;
    int err = rota_hash_add(s->hash, buf, (size_t)n);
    return err ? err : n;
}

int rota_slot_finish(struct rota_slot *s)
{
    const struct rota_flash *f = s->flash;

    if (s->written != s->size)
        return ROTA_ESIZE;
    if (s->tail_len) {
        uint32_t off = s->written - s->tail_len;
        int err = f->prog(f->ctx, off, s->tail,
                          rota_flash_pad(f, s->tail, s->tail_len));
        if (err)
            return err;
        s->tail_len = 0;
    }
    return rota_flash_sync(f);
}

static int slot_hash_piece(struct rota_slot *s, void *buf, uint32_t len)
{
    const struct rota_flash *f = s->flash;

    if (len == 0)
        return ROTA_OK;
    int err = f->read(f->ctx, s->checked, buf, len);
    if (!err)
        err = rota_hash_add(s->hash, buf, len);
    if (!err)
        s->checked += len;
    return err;
}

int rota_slot_check(struct rota_slot *s, struct rota_hash *hash, void *buf,
                    size_t len, uint8_t out[ROTA_SHA256_LEN])
{
    uint32_t left = s->size - s->checked;
    int err = s->hash ? ROTA_OK : rota_slot_hash(s, hash);

    if (!err)
        err = slot_hash_piece(s, buf, len < left ? (uint32_t)len : left);
    if (err) {
        rota_slot_drop(s);
        return err;
    }
    if (s->checked < s->size)
        return ROTA_EAGAIN;
    hash = s->hash;
    s->hash = NULL;
    s->checked = 0;
    return rota_hash_end(hash, out);
}

void rota_slot_drop(struct rota_slot *s)
{
    if (s->hash)
        rota_hash_drop(s->hash);
    s->hash = NULL;
    s->checked = 0;
}
