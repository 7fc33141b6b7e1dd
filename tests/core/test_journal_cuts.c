/* SPDX-License-Identifier: Apache-2.0 */
/* The journal, cut at every write, and cut again while it recovers.
 *
 * A script of puts runs over several roll-overs. Before each put the device
 * is copied, so that each cut starts from there: at each write of the put,
 * with each way in which the write can be torn. What is read afterwards must
 * be the old record or the new one of each type, and must stay so once
 * anything was put. With the argument "all" every pair of cuts is tried,
 * which takes long; without, a sample of the second ones.
 */
#include "flash/journal.h"

#include <string.h>

#include "support/cutflash.h"
#include "support/test.h"
#include "base/bytes.h"

enum { TYPES = 5, VALUES = 4, OPS = 48 };

static const struct geometry {
    uint32_t blocks, erase_size, prog_size;
} geometries[] = {
    {2, 2048, 1},  {2, 2048, 4}, {8, 512, 8},   {3, 2048, 8},
    {2, 2048, 16}, {9, 512, 2},  {4, 1024, 32},
};

static struct cutflash dev, before;
static struct rota_journal journal;
static uint32_t seed;
static long cuts, pairs;
static bool all_pairs;

/* What each type may hold: one of these. 0 is no record. */
static struct allowed {
    int count;
    uint32_t value[VALUES];
} allowed[TYPES + 1];

/* --- Records ------------------------------------------------------------- */

/* The record with a value: its length and bytes follow from it. */
static size_t make_record(uint32_t value, uint8_t *buf)
{
    uint32_t s = value * 2654435761u + 1;
    size_t len = 4 + (cutflash_random(&s) >> 8) % 90;

    rota_bytes_put32(buf, value);
    for (size_t i = 4; i < len; i++)
        buf[i] = (uint8_t)(cutflash_random(&s) >> 8);
    return len;
}

/* The value that a type holds, 0 = none, UINT32_MAX = nothing that was put. */
static uint32_t read_value(int type)
{
    uint8_t buf[ROTA_JOURNAL_RECORD], want[ROTA_JOURNAL_RECORD];

    int len = rota_journal_get(&journal, type, buf, sizeof buf);
    if (len == 0)
        return 0;
    if (len < 4)
        return UINT32_MAX;
    uint32_t value = rota_bytes_get32(buf);
    if (make_record(value, want) != (size_t)len
        || memcmp(buf, want, (size_t)len) != 0)
        return UINT32_MAX;
    return value;
}

static void allow_only(int type, uint32_t value)
{
    allowed[type] = (struct allowed){1, {value}};
}

static void allow_too(int type, uint32_t value)
{
    allowed[type].value[allowed[type].count++] = value;
}

static void check_values(void)
{
    for (int type = 1; type <= TYPES; type++) {
        uint32_t value = read_value(type);
        bool ok = false;
        for (int i = 0; i < allowed[type].count; i++)
            ok = ok || allowed[type].value[i] == value;
        CHECK(ok);
    }
}

/* --- Steps --------------------------------------------------------------- */

static void power_on(void)
{
    cutflash_on(&dev);
    CHECK(rota_journal_open(&journal, &dev.flash) == ROTA_OK);
    check_values();
}

/* What was read before a put that succeeded is what stays. */
static void put(int type, uint32_t value)
{
    uint8_t buf[ROTA_JOURNAL_RECORD];
    uint32_t seen[TYPES + 1];
    size_t len = make_record(value, buf);

    for (int t = 1; t <= TYPES; t++)
        seen[t] = read_value(t);
    allow_too(type, value);
    CHECK(rota_journal_put(&journal, type, buf, len) == ROTA_OK);
    for (int t = 1; t <= TYPES; t++)
        allow_only(t, t == type ? value : seen[t]);
}

static int script_type(int op)
{
    static const int types[] = {1, 2, 1, 3, 1, 2, 4, 2, 5, 3};
    return types[op % 10];
}

/* From before's content and j, with op as what is done until the cut. False
 * when the cut is beyond the op's end. */
static bool cut_op(const struct rota_journal *j, int op, long n,
                   enum cutflash_torn torn)
{
    cutflash_copy(&dev, &before);
    cutflash_on(&dev);
    dev.seed = seed += 2654435761u;
    journal = *j;
    dev.cut_at = n;
    dev.torn = torn;
    if (setjmp(dev.cut))
        return true;
    put(script_type(op), (uint32_t)op + 1);
    return false;
}

/* Two puts of a device that has just started, the second power cut at n. */
static bool cut_recovery(int op, long n, enum cutflash_torn torn)
{
    power_on();
    dev.cut_at = n;
    dev.torn = torn;
    if (setjmp(dev.cut))
        return true;
    put(script_type(op + 1), 1000);
    put(script_type(op), 1001);
    return false;
}

/* Nothing is cut any more: all is well, now and after further starts. The
 * device tries again what was cut, or goes on with something else. */
static void live_on(int op)
{
    for (int start = 0; start < (all_pairs ? 3 : 1); start++) {
        power_on();
        if (cutflash_random(&seed) & 0x100)
            put(script_type(op), (uint32_t)op + 1);
        else
            put(script_type(op + 1 + start), 2000 + (uint32_t)start);
    }
    power_on();
    CHECK(dev.broken == 0);
}

/* --- Cuts ---------------------------------------------------------------- */

static void cut_twice(const struct rota_journal *j, int op, long n,
                      enum cutflash_torn torn)
{
    struct allowed start[TYPES + 1];
    long step = all_pairs ? 1 : 499,
         m = all_pairs ? 0 : (long)(seed >> 8) % 499;

    memcpy(start, allowed, sizeof start);
    for (bool done = false; !done; m += step) {
        bool ok = cut_op(j, op, n, torn);
        CHECK(ok);
        done = !cut_recovery(op, m, (enum cutflash_torn)(m % CUTFLASH_TORN));
        live_on(op);
        memcpy(allowed, start, sizeof start);
        pairs += !done;
    }
}

static void cut_everywhere(const struct rota_journal *j, int op)
{
    struct allowed start[TYPES + 1];

    memcpy(start, allowed, sizeof start);
    for (int torn = 0; torn < CUTFLASH_TORN; torn++) {
        for (long n = 0; cut_op(j, op, n, (enum cutflash_torn)torn); n++) {
            live_on(op);
            memcpy(allowed, start, sizeof start);
            cuts++;
            cut_twice(j, op, n, (enum cutflash_torn)torn);
        }
        memcpy(allowed, start, sizeof start);
    }
}

/* Each put of the script: cut while the device is running, and as the first
 * one after a start. */
static void run_script(const struct geometry *g, uint8_t erased)
{
    struct rota_journal running, started;

    cutflash_init(&dev, g->blocks, g->erase_size, g->prog_size, erased);
    cutflash_init(&before, g->blocks, g->erase_size, g->prog_size, erased);
    for (int type = 1; type <= TYPES; type++)
        allow_only(type, 0);
    power_on();
    running = journal;
    for (int op = 0; op < OPS; op++) {
        cutflash_copy(&dev, &before);
        power_on();
        started = journal;
        cut_everywhere(&running, op);
        cut_everywhere(&started, op);

        cutflash_copy(&dev, &before);
        cutflash_on(&dev);
        journal = op % 7 == 3 ? started : running;
        put(script_type(op), (uint32_t)op + 1);
        running = journal;
        cutflash_copy(&before, &dev);
    }
    CHECK(before.erases[0] >= 2);
    cutflash_free(&dev);
    cutflash_free(&before);
}

static void a_cut_at_any_write_leaves_the_old_record_or_the_new(void)
{
    size_t count = sizeof geometries / sizeof *geometries;

    for (size_t g = 0; g < count; g++) {
        run_script(&geometries[g], 0xff);
        run_script(&geometries[g], 0x00);
    }
    printf("%zu geometries, %ld single cuts, %ld double cuts\n", 2 * count,
           cuts, pairs);
}

/* --- A seal that comes back ---------------------------------------------- */

/* The next value whose record has so many bytes. */
static uint32_t value_of_len(uint32_t *value, size_t min, size_t max)
{
    uint8_t buf[ROTA_JOURNAL_RECORD];
    size_t len;

    do
        len = make_record(++*value, buf);
    while (len < min || len > max);
    return *value;
}

/* A roll-over whose seal reads as not written, in a half that still has room
 * for small records: they must not be lost when the seal reads well later. */
static void a_seal_that_comes_back_undoes_nothing(void)
{
    for (uint32_t round = 1; round <= 300; round++) {
        uint32_t value = round * 1000;
        cutflash_init(&dev, 2, 2048, 32, 0xff);
        dev.seed = round * 2654435761u;
        for (int type = 1; type <= TYPES; type++)
            allow_only(type, 0);
        power_on();
        while (journal.half - journal.next > 128 || journal.epoch < 3)
            put(1, value_of_len(&value, 1, 24));
        cutflash_on(&dev);
        dev.cut_at = 1 + 64 / 32 + 160 / 32; /* erase, copy, record; seal */
        dev.torn = CUTFLASH_UNSTABLE;
        bool was_cut = setjmp(dev.cut) != 0;
        if (!was_cut)
            put(2, value_of_len(&value, 90, 94));
        CHECK(was_cut);
        cuts++;
        power_on();
        put(3, value_of_len(&value, 1, 24));
        for (int start = 0; start < 6; start++)
            power_on();
        cutflash_free(&dev);
    }
}

int main(int argc, char **argv)
{
    all_pairs = argc > 1 && strcmp(argv[1], "all") == 0;
    RUN(a_seal_that_comes_back_undoes_nothing);
    RUN(a_cut_at_any_write_leaves_the_old_record_or_the_new);
    return test_end();
}
