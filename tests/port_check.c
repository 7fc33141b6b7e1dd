/* SPDX-License-Identifier: Apache-2.0 */
#include "port_check.h"

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

/* What byte off of block is after port_check_flash: each pair differs. */
static uint8_t pattern(uint32_t block, uint32_t off)
{
    return (uint8_t)(off ^ off >> 8 ^ (block + 1) * 37);
}

static bool dimensions_fit(const struct rota_flash *f)
{
    return f->prog_size > 0 && f->prog_size <= ROTA_PROG_MAX
        && (f->prog_size & (f->prog_size - 1)) == 0 && f->erase_size >= 512
        && f->erase_size % f->prog_size == 0 && f->size > 0
        && f->size % f->erase_size == 0 && f->size < UINT32_C(1) << 31
        && (f->erased == 0xff || f->erased == 0x00);
}

/* Is what lies from..to in block as expected, read in pieces of step? */
static bool holds(const struct rota_flash *f, uint32_t block, bool erased,
                  uint32_t from, uint32_t to, uint32_t step)
{
    uint8_t buf[PIECE];

    for (uint32_t off = from; off < to; off += step) {
        uint32_t len = to - off < step ? to - off : step;
        if (f->read(f->ctx, block * f->erase_size + off, buf, len))
            return false;
        for (uint32_t i = 0; i < len; i++)
            if (buf[i] != (erased ? f->erased : pattern(block, off + i)))
                return false;
    }
    return true;
}

static bool program(const struct rota_flash *f, uint32_t block, uint32_t from,
                    uint32_t to, uint32_t step)
{
    uint8_t buf[PIECE];

    for (uint32_t off = from; off < to; off += step) {
        uint32_t len = to - off < step ? to - off : step;
        for (uint32_t i = 0; i < len; i++)
            buf[i] = pattern(block, off + i);
        if (f->prog(f->ctx, block * f->erase_size + off, buf, len))
            return false;
    }
    return true;
}

static bool erase(const struct rota_flash *f, uint32_t block)
{
    return !f->erase(f->ctx, block * f->erase_size)
        && holds(f, block, true, 0, f->erase_size, PIECE);
}

/* The first unit, the last, then what lies between in steps of any size. */
static bool fill(const struct rota_flash *f, uint32_t block)
{
    uint32_t unit = f->prog_size, last = f->erase_size - unit;

    return program(f, block, 0, unit, unit)
        && program(f, block, last, last + unit, unit)
        && holds(f, block, true, unit, last, 7)
        && program(f, block, unit, 2 * unit, unit)
        && program(f, block, 2 * unit, last, PIECE)
        && holds(f, block, false, 0, f->erase_size, PIECE);
}

static bool crosses_blocks(const struct rota_flash *f)
{
    uint32_t e = f->erase_size;
    uint8_t buf[2];

    return !f->read(f->ctx, e - 1, buf, 2) && buf[0] == pattern(0, e - 1)
        && buf[1] == pattern(1, 0);
}

int port_check_flash(const struct port_check *r, const struct rota_flash *f)
{
    uint32_t e = f->erase_size, last;
    int bad = tell(r, dimensions_fit(f), "the dimensions fit each other");

    if (bad || tell(r, f->size / e >= 2, "there are two blocks"))
        return 1;
    last = f->size / e - 1;
    bad += tell(r, erase(f, 0) && erase(f, 1), "an erased block reads erased");
    bad += tell(r, fill(f, 0), "what was programmed is read, at any length");
    bad += tell(r, holds(f, 1, true, 0, e, PIECE),
                "programming a block leaves the next alone");
    bad += tell(r, fill(f, 1) && erase(f, 0) && holds(f, 1, false, 0, e, 13),
                "erasing a block leaves the next alone");
    bad += tell(r, fill(f, 0), "an erased block can be programmed again");
    bad += tell(r, crosses_blocks(f), "reading may cross blocks");
    bad += tell(r, erase(f, last) && fill(f, last), "the last block works");
    bad += tell(r,
                last == 1
                    || (holds(f, 0, false, 0, e, PIECE)
                        && holds(f, 1, false, 0, e, PIECE)),
                "the last block is not one of the first once more");
    bad += tell(r, !f->sync || !f->sync(f->ctx), "sync works");
    return bad;
}

int port_check_flash_kept(const struct port_check *r,
                          const struct rota_flash *f)
{
    uint32_t last = f->size / f->erase_size - 1;

    return tell(r,
                holds(f, 0, false, 0, f->erase_size, PIECE)
                    && holds(f, 1, false, 0, f->erase_size, PIECE)
                    && holds(f, last, false, 0, f->erase_size, PIECE),
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
