/* SPDX-License-Identifier: Apache-2.0 */
#include "port/port_check.h"

#include <string.h>

#include "rota_config.h"

enum { PIECE = 256, RESTARTS = 20 };

static int tell(const struct port_check *r, bool good, const char *what)
{
    r->report(r->arg, good, what);
    return !good;
}

/* --- sys ------------------------------------------------------------------ */

static bool clock_moves_on(const struct rota_sys *s)
{
    uint64_t start = s->now_ms(s->ctx);

    for (uint32_t i = 0; i < 100000000; i++)
        if (s->now_ms(s->ctx) != start)
            return true;
    return false;
}

static bool clock_goes_forward(const struct rota_sys *s)
{
    uint64_t last = s->now_ms(s->ctx);

    for (int i = 0; i < 10000; i++) {
        uint64_t now = s->now_ms(s->ctx);
        if (now < last)
            return false;
        last = now;
    }
    return true;
}

static bool fills_exactly(const struct rota_sys *s)
{
    uint8_t buf[48];

    for (size_t len = 0; len <= 33; len++) {
        memset(buf, 0x5a, sizeof(buf));
        if (s->random(s->ctx, buf + 7, len))
            return false;
        for (size_t i = 0; i < sizeof(buf); i++)
            if ((i < 7 || i >= 7 + len) && buf[i] != 0x5a)
                return false;
    }
    return true;
}

/* Chance for a good source to fail: below 2^-120, as in is_random. */
static bool fills_all(const struct rota_sys *s)
{
    uint8_t buf[33], seen[33] = {0};

    for (int i = 0; i < 16; i++) {
        memset(buf, 0, sizeof(buf));
        if (s->random(s->ctx, buf, sizeof(buf)))
            return false;
        for (size_t k = 0; k < sizeof(buf); k++)
            seen[k] |= buf[k];
    }
    return !memchr(seen, 0, sizeof(seen));
}

static bool is_random(const struct rota_sys *s)
{
    uint8_t a[16] = {0}, b[16] = {0}, ones = 0xff, zeros = 0;

    if (s->random(s->ctx, a, sizeof(a)) || s->random(s->ctx, b, sizeof(b)))
        return false;
    for (int i = 0; i < 1000; i++) {
        uint8_t c;
        if (s->random(s->ctx, &c, 1))
            return false;
        ones &= c;
        zeros |= c;
    }
    return memcmp(a, b, sizeof(a)) != 0 && ones == 0 && zeros == 0xff;
}

int port_check_sys(const struct port_check *r, const struct rota_sys *s)
{
    uint64_t t = s->unix_time(s->ctx);
    int bad = 0;

    bad += tell(r, clock_moves_on(s), "now_ms moves on");
    bad += tell(r, clock_goes_forward(s), "now_ms never goes back");
    bad += tell(r, t == 0 || t > 1577836800,
                "unix_time is 0 while unknown, else after 2020");
    bad += tell(r, t < 7258118400, "unix_time is in seconds");
    bad += tell(r, fills_exactly(s) && fills_all(s),
                "random fills the bytes asked for and no others");
    bad += tell(r, is_random(s), "random is not the same twice, all bits move");
    return bad;
}

/* --- flash ---------------------------------------------------------------- */

/* An erase block: its number, where it begins, its bytes. */
struct block {
    uint32_t n, at, size;
};

static struct block block_at(const struct rota_flash *f, uint32_t n,
                             uint32_t at)
{
    uint32_t size = f->block_size ? f->block_size(f->ctx, at) : f->erase_size;
    return (struct block){n, at, size};
}

static struct block last_block(const struct rota_flash *f)
{
    struct block b = block_at(f, 0, 0);

    while (b.at + b.size < f->size)
        b = block_at(f, b.n + 1, b.at + b.size);
    return b;
}

/* What byte off of block n is after port_check_flash: each pair differs. */
static uint8_t pattern(uint32_t n, uint32_t off)
{
    return (uint8_t)(off ^ off >> 8 ^ (n + 1) * 37);
}

static bool dimensions_fit(const struct rota_flash *f)
{
    return f->prog_size > 0 && f->prog_size <= ROTA_PROG_MAX
        && (f->prog_size & (f->prog_size - 1)) == 0 && f->erase_size >= 512
        && f->erase_size % f->prog_size == 0 && f->size > 0
        && f->size % f->erase_size == 0 && f->size < UINT32_C(1) << 31
        && (f->erased == 0xff || f->erased == 0x00);
}

static bool blocks_fit(const struct rota_flash *f)
{
    uint32_t at = 0;

    while (f->block_size && at < f->size) {
        uint32_t size = f->block_size(f->ctx, at);
        if (size == 0 || size % f->erase_size != 0 || size > f->size - at)
            return false;
        at += size;
    }
    return true;
}

/* Is what lies from..to in b as expected, read in pieces of step? */
static bool holds(const struct rota_flash *f, struct block b, bool erased,
                  uint32_t from, uint32_t to, uint32_t step)
{
    uint8_t buf[PIECE];

    for (uint32_t off = from; off < to; off += step) {
        uint32_t len = to - off < step ? to - off : step;
        if (f->read(f->ctx, b.at + off, buf, len))
            return false;
        for (uint32_t i = 0; i < len; i++)
            if (buf[i] != (erased ? f->erased : pattern(b.n, off + i)))
                return false;
    }
    return true;
}

static bool is_erased(const struct rota_flash *f, struct block b)
{
    return holds(f, b, true, 0, b.size, PIECE);
}

static bool is_full(const struct rota_flash *f, struct block b)
{
    return holds(f, b, false, 0, b.size, PIECE);
}

static bool program(const struct rota_flash *f, struct block b, uint32_t from,
                    uint32_t to, uint32_t step)
{
    uint8_t buf[PIECE];

    for (uint32_t off = from; off < to; off += step) {
        uint32_t len = to - off < step ? to - off : step;
        for (uint32_t i = 0; i < len; i++)
            buf[i] = pattern(b.n, off + i);
        if (f->prog(f->ctx, b.at + off, buf, len))
            return false;
    }
    return true;
}

static bool erase(const struct rota_flash *f, struct block b)
{
    return !f->erase(f->ctx, b.at) && is_erased(f, b);
}

/* The first unit, the last, then what lies between in steps of any size. */
static bool fill(const struct rota_flash *f, struct block b)
{
    uint32_t unit = f->prog_size, last = b.size - unit;

    return program(f, b, 0, unit, unit)
        && program(f, b, last, last + unit, unit)
        && holds(f, b, true, unit, last, 7)
        && program(f, b, unit, 2 * unit, unit)
        && program(f, b, 2 * unit, last, PIECE) && is_full(f, b);
}

static bool crosses_blocks(const struct rota_flash *f, uint32_t border)
{
    uint8_t buf[2];

    return !f->read(f->ctx, border - 1, buf, 2)
        && buf[0] == pattern(0, border - 1) && buf[1] == pattern(1, 0);
}

int port_check_flash(const struct port_check *r, const struct rota_flash *f)
{
    int bad = tell(r, dimensions_fit(f), "the dimensions fit each other");

    if (bad || tell(r, blocks_fit(f), "the blocks fill the region"))
        return 1;
    struct block b0 = block_at(f, 0, 0), last = last_block(f);
    if (tell(r, last.n > 0, "there are two blocks"))
        return 1;
    struct block b1 = block_at(f, 1, b0.size);

    bad +=
        tell(r, erase(f, b0) && erase(f, b1), "an erased block reads erased");
    bad += tell(r, fill(f, b0), "what was programmed is read, at any length");
    bad +=
        tell(r, is_erased(f, b1), "programming a block leaves the next alone");
    bad += tell(
        r, fill(f, b1) && erase(f, b0) && holds(f, b1, false, 0, b1.size, 13),
        "erasing a block leaves the next alone");
    bad += tell(r, fill(f, b0), "an erased block can be programmed again");
    bad += tell(r, crosses_blocks(f, b1.at), "reading may cross blocks");
    bad += tell(r, erase(f, last) && fill(f, last), "the last block works");
    bad += tell(r, last.n == 1 || (is_full(f, b0) && is_full(f, b1)),
                "the last block is not one of the first once more");
    bad += tell(r, !f->sync || !f->sync(f->ctx), "sync works");
    return bad;
}

int port_check_flash_kept(const struct port_check *r,
                          const struct rota_flash *f)
{
    struct block b0 = block_at(f, 0, 0), b1 = block_at(f, 1, b0.size);

    return tell(r,
                is_full(f, b0) && is_full(f, b1) && is_full(f, last_block(f)),
                "what was synced is still there");
}

/* --- boot ----------------------------------------------------------------- */

static int state(const struct port_check_boot *b)
{
    return b->boot->state(b->boot->ctx);
}

static bool confirm(const struct port_check_boot *b)
{
    return !b->boot->confirm(b->boot->ctx) && state(b) == ROTA_BOOT_CONFIRMED;
}

static bool begin_trial(const struct port_check_boot *b)
{
    if (b->download)
        b->download(b->arg);
    return !b->boot->try_next(b->boot->ctx)
        && (state(b) == ROTA_BOOT_CONFIRMED || state(b) == ROTA_BOOT_TRIAL);
}

static bool fails_trial(const struct port_check_boot *b)
{
    for (int i = 0; i < RESTARTS && state(b) == ROTA_BOOT_TRIAL; i++)
        b->restart(b->arg);
    return state(b) == ROTA_BOOT_ROLLED_BACK;
}

static int check_trials(const struct port_check *r,
                        const struct port_check_boot *b)
{
    int bad = 0;

    b->restart(b->arg);
    bad += tell(r, state(b) == ROTA_BOOT_TRIAL, "the new image is on trial");
    bad += tell(r, confirm(b), "confirm ends the trial");
    b->restart(b->arg);
    bad += tell(r, state(b) == ROTA_BOOT_CONFIRMED, "and that lasts");
    bad += tell(r, begin_trial(b), "another image can be tried");
    b->restart(b->arg);
    bad += tell(r, fails_trial(b), "without confirm it is rolled back");
    b->restart(b->arg);
    bad += tell(r, state(b) == ROTA_BOOT_ROLLED_BACK, "and that is not lost");
    bad += tell(r, begin_trial(b), "a new trial ends rolled back");
    b->restart(b->arg);
    bad += tell(r, fails_trial(b), "the next image is rolled back as well");
    bad += tell(r, confirm(b), "confirm ends rolled back");
    return bad;
}

int port_check_boot(const struct port_check *r, const struct port_check_boot *b)
{
    int bad = tell(r, state(b) == ROTA_BOOT_CONFIRMED, "it begins confirmed");

    bad += tell(r, confirm(b), "confirm may be called for nothing");
    if (!b->restart)
        return bad;
    bad += tell(r, begin_trial(b), "try_next works");
    return bad + check_trials(r, b);
}
