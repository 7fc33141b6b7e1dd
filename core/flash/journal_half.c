/* SPDX-License-Identifier: Apache-2.0 */
#include "flash/journal_half.h"

#include <string.h>

#include "base/bytes.h"
#include "flash/flash.h"

/* All of this is on flash: never change. */
#define MAGIC 0x316a7472u /* "rtj1" */
#define SEALS 4u          /* places for a seal */
#define SEAL 16u          /* magic, epoch, end of the copies, CRC */
#define HEAD 8u           /* of a record: type, length, CRC of both */
#define TAIL 4u           /* of a record: CRC of head and body */
#define NO_TYPE 0xffffu   /* erased bytes: 0xff, four times, is its own CRC */

/* What passes through RAM at once: whole program units. */
enum { CHUNK = ROTA_PROG_MAX > 64 ? ROTA_PROG_MAX : 64 };

static int half_read_half(const struct rota_journal *j, uint32_t off, void *buf,
                          uint32_t len)
{
    return j->flash->read(j->flash->ctx, j->base + off, buf, len);
}

/* There must be room at buf to fill up the last unit. */
static int half_prog_half(const struct rota_journal *j, uint32_t off,
                          uint8_t *buf, uint32_t len)
{
    len = rota_flash_pad(j->flash, buf, len);
    return rota_flash_prog(j->flash, j->base + off, buf, len);
}

uint32_t rota_journal_half_size(const struct rota_journal *j, uint32_t len)
{
    return rota_flash_units(j->flash, HEAD + len)
         + rota_flash_units(j->flash, TAIL);
}

uint32_t rota_journal_half_first(const struct rota_journal *j)
{
    return SEALS * rota_flash_units(j->flash, SEAL);
}

/* --- Passing over bytes -------------------------------------------------- */

/* Takes the next bytes. What is not ROTA_OK ends the pass and is its result. */
typedef int step(void *ctx, uint8_t *chunk, uint32_t n);

/* What a step says of bytes that are not what they are held against. */
#define OTHERS 1

static int half_pass(const struct rota_journal *j, uint32_t off, uint32_t len,
                     step *take, void *ctx)
{
    uint8_t chunk[CHUNK];
    int err = ROTA_OK;

    while (!err && len > 0) {
        uint32_t n = len < CHUNK ? len : CHUNK;
        err = half_read_half(j, off, chunk, n);
        if (!err)
            err = take(ctx, chunk, n);
        off += n;
        len -= n;
    }
    return err;
}

static int half_all_are(void *value, uint8_t *chunk, uint32_t n)
{
    const uint8_t *v = value;

    while (n > 0 && chunk[n - 1] == *v)
        n--;
    return n ? OTHERS : ROTA_OK;
}

static int half_add_crc(void *ctx, uint8_t *chunk, uint32_t n)
{
    uint32_t *crc = ctx;

    *crc = rota_bytes_crc32(*crc, chunk, n);
    return ROTA_OK;
}

static int half_compare(void *ctx, uint8_t *chunk, uint32_t n)
{
    const uint8_t **buf = ctx;

    *buf += n;
    return memcmp(*buf - n, chunk, n) != 0 ? OTHERS : ROTA_OK;
}

struct copy {
    const struct rota_journal *to;
    uint32_t off;
};

static int half_put(void *ctx, uint8_t *chunk, uint32_t n)
{
    struct copy *c = ctx;

    c->off += n;
    return half_prog_half(c->to, c->off - n, chunk, n);
}

/* --- Looking ------------------------------------------------------------- */

int rota_journal_half_look(const struct rota_journal *j, uint32_t off,
                           struct rota_journal_half_record *r)
{
    uint8_t b[HEAD];
    uint32_t crc = 0;

    *r = (struct rota_journal_half_record){.len = 0};
    if (j->half - off < HEAD)
        return ROTA_OK;
    int err = half_read_half(j, off, b, HEAD);
    if (err)
        return err;

    uint32_t type = rota_bytes_get16(b), len = rota_bytes_get16(b + 2);
    if (rota_bytes_get32(b + 4) != rota_bytes_crc32(0, b, 4) || type == 0
        || type == NO_TYPE || len == 0
        || rota_journal_half_size(j, len) > j->half - off)
        return ROTA_OK;
    r->type = (uint16_t)type;
    r->len = len;
    r->tail = rota_flash_units(j->flash, HEAD + len);
    r->size = rota_journal_half_size(j, len);

    err = half_pass(j, off, HEAD + len, half_add_crc, &crc);
    if (!err)
        err = half_read_half(j, off + r->tail, b, TAIL);
    r->good = !err && rota_bytes_get32(b) == crc;
    return err;
}

int rota_journal_half_body(const struct rota_journal *j, uint32_t off,
                           const struct rota_journal_half_record *r, void *buf)
{
    return half_read_half(j, off + HEAD, buf, r->len);
}

int rota_journal_half_compare(const struct rota_journal *j, uint32_t off,
                              const struct rota_journal_half_record *r,
                              const uint8_t *buf)
{
    return half_pass(j, off + HEAD, r->len, half_compare, &buf);
}

/* The first good seal counts. Without one, copies stays 0. */
static int half_read_seals(struct rota_journal *j)
{
    uint32_t size = rota_flash_units(j->flash, SEAL);
    uint8_t b[SEAL], erased = j->flash->erased;

    for (uint32_t i = 0; i < SEALS; i++) {
        int err = half_read_half(j, i * size, b, SEAL);
        if (err)
            return err;
        if (half_all_are(&erased, b, SEAL) != ROTA_OK)
            j->seals = i + 1;
        if (j->copies || rota_bytes_get32(b) != MAGIC
            || rota_bytes_get32(b + 12) != rota_bytes_crc32(0, b, 12))
            continue;
        j->epoch = rota_bytes_get32(b + 4);
        j->copies = rota_bytes_get32(b + 8);
    }
    return ROTA_OK;
}

/* Read the half at base. A bad record is stepped over; where not even its
 * length is known, or when it stands last, nothing may follow any more. */
int rota_journal_half_scan(struct rota_journal *j)
{
    uint32_t off = rota_journal_half_first(j);
    struct rota_journal_half_record r;
    uint8_t erased = j->flash->erased;
    bool good = true, whole = true;

    int err = half_read_seals(j);
    while (!err && (err = rota_journal_half_look(j, off, &r)) == ROTA_OK
           && r.len) {
        good = r.good;
        if (good && off >= j->copies)
            j->last = off;
        if (good && r.type <= ROTA_JOURNAL_TYPES)
            j->at[r.type - 1] = off;
        if (off < j->copies)
            whole = whole && good;
        off += r.size;
    }
    if (err)
        return err;
    err = half_pass(j, off, j->half - off, half_all_are, &erased);
    j->next = good && !err ? off : j->half;
    if (err < 0)
        return err;
    if (!j->copies)
        return ROTA_JOURNAL_HALF_UNSEALED;
    return whole && off >= j->copies ? ROTA_JOURNAL_HALF_WHOLE
                                     : ROTA_JOURNAL_HALF_DAMAGED;
}

/* --- Writing ------------------------------------------------------------- */

int rota_journal_half_erase(const struct rota_journal *j)
{
    const struct rota_flash *f = j->flash;
    int err = ROTA_OK;

    for (uint32_t off = 0; !err && off < j->half; off += f->erase_size)
        err = f->erase(f->ctx, j->base + off);
    return err;
}

static int half_write_body(const struct rota_journal *j, uint32_t off,
                           const uint8_t head[HEAD], const uint8_t *buf,
                           uint32_t len)
{
    uint8_t chunk[CHUNK];
    uint32_t fill = HEAD;
    int err;

    memcpy(chunk, head, HEAD);
    do {
        uint32_t n = len < CHUNK - fill ? len : CHUNK - fill;
        memcpy(chunk + fill, buf, n);
        err = half_prog_half(j, off, chunk, fill + n);
        off += CHUNK;
        buf += n;
        len -= n;
        fill = 0;
    } while (!err && len > 0);
    return err;
}

/* The tail goes into program units of its own, last: while it is not there
 * the record does not count, and once it is the head can be relied upon. */
static int half_write_record(const struct rota_journal *j, uint32_t off,
                             unsigned type, const void *buf, uint32_t len)
{
    uint8_t head[HEAD], tail[TAIL + ROTA_PROG_MAX];

    rota_bytes_put16(head, (uint16_t)type);
    rota_bytes_put16(head + 2, (uint16_t)len);
    rota_bytes_put32(head + 4, rota_bytes_crc32(0, head, 4));
    rota_bytes_put32(
        tail, rota_bytes_crc32(rota_bytes_crc32(0, head, HEAD), buf, len));

    int err = half_write_body(j, off, head, buf, len);
    if (err)
        return err;
    off += rota_flash_units(j->flash, HEAD + len);
    return half_prog_half(j, off, tail, TAIL);
}

/* What was written at next becomes the newest of its type, if it reads back
 * well. */
static int half_adopt(struct rota_journal *j)
{
    struct rota_journal_half_record r;

    int err = rota_journal_half_look(j, j->next, &r);
    if (err)
        return err;
    if (!r.good)
        return ROTA_EIO;
    if (r.type <= ROTA_JOURNAL_TYPES)
        j->at[r.type - 1] = j->next;
    j->last = j->next;
    j->next += r.size;
    return ROTA_OK;
}

/* The tail is programmed on its own, like a new one. */
int rota_journal_half_copy(struct rota_journal *j,
                           const struct rota_journal *from, uint32_t off,
                           const struct rota_journal_half_record *r)
{
    struct copy c = {.to = j, .off = j->next};

    int err = half_pass(from, off, r->tail, half_put, &c);
    if (!err)
        err = half_pass(from, off + r->tail, r->size - r->tail, half_put, &c);
    return err ? err : half_adopt(j);
}

int rota_journal_half_append(struct rota_journal *j, int type, const void *buf,
                             uint32_t len)
{
    int err = half_write_record(j, j->next, (unsigned)type, buf, len);
    return err ? err : half_adopt(j);
}

int rota_journal_half_seal(struct rota_journal *j)
{
    uint8_t b[SEAL + ROTA_PROG_MAX], back[SEAL];
    uint32_t off = j->seals * rota_flash_units(j->flash, SEAL);

    if (j->seals == SEALS)
        return ROTA_OK;
    rota_bytes_put32(b, MAGIC);
    rota_bytes_put32(b + 4, j->epoch);
    rota_bytes_put32(b + 8, j->copies);
    rota_bytes_put32(b + 12, rota_bytes_crc32(0, b, 12));
    j->seals++;
    int err = half_prog_half(j, off, b, SEAL);
    if (!err)
        err = half_read_half(j, off, back, SEAL);
    if (!err && memcmp(b, back, SEAL) != 0)
        err = ROTA_EIO;
    return err ? err : rota_flash_sync(j->flash);
}
