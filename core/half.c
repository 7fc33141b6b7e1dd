/* SPDX-License-Identifier: Apache-2.0 */
#include "half.h"

#include <string.h>

#include "flash.h"
#include "util.h"

/* All of this is on flash: never change. */
#define MAGIC 0x316a7472u /* "rtj1" */
#define SEALS 4u          /* places for a seal */
#define SEAL 16u          /* magic, epoch, end of the copies, CRC */
#define HEAD 8u           /* of a record: type, length, CRC of both */
#define TAIL 4u           /* of a record: CRC of head and body */
#define NO_TYPE 0xffffu   /* erased bytes: 0xff, four times, is its own CRC */

/* What passes through RAM at once: whole program units. */
enum { CHUNK = ROTA_PROG_MAX > 64 ? ROTA_PROG_MAX : 64 };

static int read_half(const struct rota_journal *j, uint32_t off, void *buf,
                     uint32_t len)
{
    return j->flash->read(j->flash->ctx, j->base + off, buf, len);
}

static int prog_half(const struct rota_journal *j, uint32_t off,
                     const uint8_t *buf, uint32_t len)
{
    return rota_flash_prog(j->flash, j->base + off, buf, len);
}

uint32_t rota_half_size(const struct rota_journal *j, uint32_t len)
{
    return rota_flash_units(j->flash, HEAD + len)
         + rota_flash_units(j->flash, TAIL);
}

uint32_t rota_half_first(const struct rota_journal *j)
{
    return SEALS * rota_flash_units(j->flash, SEAL);
}

/* --- Looking ------------------------------------------------------------- */

/* Is the half erased from off on? */
static int is_blank(const struct rota_journal *j, uint32_t off, bool *blank)
{
    uint8_t chunk[CHUNK];

    *blank = true;
    while (*blank && off < j->half) {
        uint32_t n = j->half - off < CHUNK ? j->half - off : CHUNK;
        int err = read_half(j, off, chunk, n);
        if (err)
            return err;
        for (uint32_t i = 0; i < n; i++)
            *blank = *blank && chunk[i] == j->flash->erased;
        off += n;
    }
    return ROTA_OK;
}

static int crc_of(const struct rota_journal *j, uint32_t off, uint32_t len,
                  uint32_t *crc)
{
    uint8_t chunk[CHUNK];

    *crc = 0;
    while (len > 0) {
        uint32_t n = len < CHUNK ? len : CHUNK;
        int err = read_half(j, off, chunk, n);
        if (err)
            return err;
        *crc = rota_crc32(*crc, chunk, n);
        off += n;
        len -= n;
    }
    return ROTA_OK;
}

int rota_half_look(const struct rota_journal *j, uint32_t off,
                   struct rota_half_record *r)
{
    uint8_t b[HEAD];
    uint32_t crc;

    *r = (struct rota_half_record){.len = 0};
    if (j->half - off < rota_half_size(j, 1))
        return ROTA_OK;
    int err = read_half(j, off, b, HEAD);
    if (err)
        return err;

    uint32_t type = rota_get16(b), len = rota_get16(b + 2);
    if (rota_get32(b + 4) != rota_crc32(0, b, 4) || type == 0 || type == NO_TYPE
        || len == 0 || rota_half_size(j, len) > j->half - off)
        return ROTA_OK;
    r->type = (uint16_t)type;
    r->len = len;
    r->tail = rota_flash_units(j->flash, HEAD + len);
    r->size = rota_half_size(j, len);

    err = crc_of(j, off, HEAD + len, &crc);
    if (!err)
        err = read_half(j, off + r->tail, b, TAIL);
    r->good = !err && rota_get32(b) == crc;
    return err;
}

int rota_half_body(const struct rota_journal *j, uint32_t off,
                   const struct rota_half_record *r, void *buf)
{
    return read_half(j, off + HEAD, buf, r->len);
}

int rota_half_same(const struct rota_journal *j, uint32_t off,
                   const struct rota_half_record *r, const uint8_t *buf,
                   bool *same)
{
    uint8_t chunk[CHUNK];

    *same = true;
    for (uint32_t done = 0; *same && done < r->len;) {
        uint32_t n = r->len - done < CHUNK ? r->len - done : CHUNK;
        int err = read_half(j, off + HEAD + done, chunk, n);
        if (err)
            return err;
        *same = memcmp(chunk, buf + done, n) == 0;
        done += n;
    }
    return ROTA_OK;
}

/* The first good seal counts. Without one, copies stays 0. */
static int read_seals(struct rota_journal *j)
{
    uint32_t step = rota_flash_units(j->flash, SEAL);
    uint8_t b[SEAL];

    for (uint32_t i = 0; i < SEALS; i++) {
        int err = read_half(j, i * step, b, SEAL);
        if (err)
            return err;
        for (uint32_t k = 0; k < SEAL; k++)
            if (b[k] != j->flash->erased)
                j->seals = i + 1;
        if (j->copies || rota_get32(b) != MAGIC
            || rota_get32(b + 12) != rota_crc32(0, b, 12))
            continue;
        j->epoch = rota_get32(b + 4);
        j->copies = rota_get32(b + 8);
    }
    return ROTA_OK;
}

/* Read the half at base. A bad record is stepped over; where not even its
 * length is known, or when it stands last, nothing may follow any more. */
int rota_half_scan(struct rota_journal *j, enum rota_half_trust *trust)
{
    uint32_t off = rota_half_first(j);
    struct rota_half_record r;
    bool blank, good = true;

    int err = read_seals(j);
    *trust = j->copies ? ROTA_HALF_WHOLE : ROTA_HALF_UNSEALED;
    while (!err && (err = rota_half_look(j, off, &r)) == ROTA_OK && r.len) {
        good = r.good;
        if (good && off >= j->copies)
            j->last = off;
        if (good && r.type <= ROTA_JOURNAL_TYPES)
            j->at[r.type - 1] = off;
        if (!good && off < j->copies)
            *trust = ROTA_HALF_DAMAGED;
        off += r.size;
    }
    if (off < j->copies)
        *trust = ROTA_HALF_DAMAGED;
    if (!err)
        err = is_blank(j, off, &blank);
    if (err)
        return err;
    j->next = good && blank ? off : j->half;
    return ROTA_OK;
}

/* --- Writing ------------------------------------------------------------- */

int rota_half_erase(const struct rota_journal *j)
{
    const struct rota_flash *f = j->flash;
    int err = ROTA_OK;

    for (uint32_t off = 0; !err && off < j->half; off += f->erase_size)
        err = f->erase(f->ctx, j->base + off);
    return err;
}

static int write_body(const struct rota_journal *j, uint32_t off,
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
        buf += n;
        len -= n;
        n = rota_flash_pad(j->flash, chunk, fill + n);
        err = prog_half(j, off, chunk, n);
        off += n;
        fill = 0;
    } while (!err && len > 0);
    return err;
}

/* The tail goes into program units of its own, last: while it is not there
 * the record does not count, and once it is the head can be relied upon. */
static int write_record(const struct rota_journal *j, uint32_t off,
                        unsigned type, const void *buf, uint32_t len)
{
    uint8_t head[HEAD], tail[TAIL + ROTA_PROG_MAX];

    rota_put16(head, (uint16_t)type);
    rota_put16(head + 2, (uint16_t)len);
    rota_put32(head + 4, rota_crc32(0, head, 4));
    rota_put32(tail, rota_crc32(rota_crc32(0, head, HEAD), buf, len));

    int err = write_body(j, off, head, buf, len);
    if (err)
        return err;
    return prog_half(j, off + rota_flash_units(j->flash, HEAD + len), tail,
                     rota_flash_pad(j->flash, tail, TAIL));
}

static int copy_bytes(const struct rota_journal *j, uint32_t to,
                      const struct rota_journal *from, uint32_t off,
                      uint32_t len)
{
    uint8_t chunk[CHUNK];

    while (len > 0) {
        uint32_t n = len < CHUNK ? len : CHUNK;
        int err = read_half(from, off, chunk, n);
        if (!err)
            err = prog_half(j, to, chunk, n);
        if (err)
            return err;
        off += n;
        to += n;
        len -= n;
    }
    return ROTA_OK;
}

/* What was written at next becomes the newest of its type, if it reads back
 * well. */
static int adopt(struct rota_journal *j)
{
    struct rota_half_record r;

    int err = rota_half_look(j, j->next, &r);
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

int rota_half_copy(struct rota_journal *j, const struct rota_journal *from,
                   uint32_t off)
{
    struct rota_half_record r;

    int err = rota_half_look(from, off, &r);
    if (!err)
        err = copy_bytes(j, j->next, from, off, r.tail);
    if (!err)
        err = copy_bytes(j, j->next + r.tail, from, off + r.tail,
                         r.size - r.tail);
    return err ? err : adopt(j);
}

int rota_half_append(struct rota_journal *j, int type, const void *buf,
                     uint32_t len)
{
    int err = write_record(j, j->next, (unsigned)type, buf, len);
    return err ? err : adopt(j);
}

int rota_half_seal(struct rota_journal *j)
{
    uint8_t b[SEAL + ROTA_PROG_MAX], back[SEAL];
    uint32_t off = j->seals * rota_flash_units(j->flash, SEAL);

    if (j->seals == SEALS)
        return ROTA_OK;
    rota_put32(b, MAGIC);
    rota_put32(b + 4, j->epoch);
    rota_put32(b + 8, j->copies);
    rota_put32(b + 12, rota_crc32(0, b, 12));
    j->seals++;
    int err = prog_half(j, off, b, rota_flash_pad(j->flash, b, SEAL));
    if (!err)
        err = read_half(j, off, back, SEAL);
    if (!err && memcmp(b, back, SEAL) != 0)
        err = ROTA_EIO;
    return err ? err : rota_flash_sync(j->flash);
}
