/* SPDX-License-Identifier: Apache-2.0 */
/* The journal on flash that keeps its word, and on flash that holds anything.
 * What power cuts do is in test_journal_cuts.c.
 */
#include "flash/journal.h"

#include <string.h>

#include "support/cutflash.h"
#include "support/spec.h"
#include "support/test.h"
#include "base/bytes.h"

static struct cutflash dev;
static struct rota_journal journal;
static uint8_t buf[ROTA_JOURNAL_RECORD + 1];

static void blank_device(uint32_t blocks, uint32_t erase, uint32_t unit,
                         uint8_t erased)
{
    cutflash_init(&dev, blocks, erase, unit, erased);
    CHECK(rota_journal_open(&journal, &dev.flash) == ROTA_OK);
}

static void reopen(void)
{
    cutflash_on(&dev);
    CHECK(rota_journal_open(&journal, &dev.flash) == ROTA_OK);
}

static int put(int type, char c, size_t len)
{
    uint8_t b[ROTA_JOURNAL_RECORD + 1];

    memset(b, c, sizeof b);
    return rota_journal_put(&journal, type, b, len);
}

static bool holds(int type, char c, size_t len)
{
    bool same = rota_journal_get(&journal, type, buf, sizeof buf) == (int)len;

    for (size_t i = 0; i < len; i++)
        same = same && buf[i] == (uint8_t)c;
    return same;
}

static bool holds_nothing(void)
{
    for (int type = 1; type <= ROTA_JOURNAL_TYPES; type++)
        if (rota_journal_get(&journal, type, buf, sizeof buf) != 0)
            return false;
    return true;
}

/* --- On flash that keeps its word ---------------------------------------- */

static void a_blank_journal_has_no_records_and_is_not_written(void)
{
    blank_device(2, 2048, 8, 0xff);
    CHECK(holds_nothing());
    CHECK(dev.writes == 0);
    cutflash_free(&dev);
}

static void without_flash_nothing_is_kept(void)
{
    CHECK(rota_journal_open(&journal, NULL) == ROTA_OK);
    CHECK(put(1, 'a', 10) == ROTA_OK);
    CHECK(holds_nothing());
}

static void records_of_all_lengths_come_back(void)
{
    static const uint32_t units[] = {1, 4, 8, 16, 32};

    for (size_t u = 0; u < 5; u++) {
        blank_device(2, 8192, units[u], u % 2 ? 0x00 : 0xff);
        for (size_t len = 1; len <= ROTA_JOURNAL_RECORD; len += 1 + u) {
            CHECK(put(3, 'a' + (char)(len % 26), len) == ROTA_OK);
            CHECK(holds(3, 'a' + (char)(len % 26), len));
            if (len % 7 == 0)
                reopen();
            CHECK(holds(3, 'a' + (char)(len % 26), len));
        }
        CHECK(dev.broken == 0 && dev.erases[0] > 1 && dev.erases[1] > 1);
        cutflash_free(&dev);
    }
}

static void arguments_out_of_bounds_are_refused(void)
{
    blank_device(2, 2048, 8, 0xff);
    CHECK(put(0, 'a', 1) == ROTA_EINVAL);
    CHECK(put(ROTA_JOURNAL_TYPES + 1, 'a', 1) == ROTA_EINVAL);
    CHECK(put(1, 'a', 0) == ROTA_EINVAL);
    CHECK(put(1, 'a', ROTA_JOURNAL_RECORD + 1) == ROTA_EINVAL);
    CHECK(rota_journal_get(&journal, 0, buf, 1) == ROTA_EINVAL);
    CHECK(dev.writes == 0);
    CHECK(put(1, 'a', 20) == ROTA_OK);
    CHECK(rota_journal_get(&journal, 1, buf, 19) == ROTA_ECORRUPT);
    CHECK(rota_journal_get(&journal, 1, buf, 20) == 20);
    cutflash_free(&dev);
}

static void each_type_keeps_its_newest_record_through_roll_overs(void)
{
    blank_device(2, 2048, 8, 0xff);
    for (int i = 0; i < 200; i++) {
        int types = ROTA_JOURNAL_TYPES;
        CHECK(put(1 + i % types, (char)i, 30) == ROTA_OK);
        for (int t = 1; i >= types && t <= types; t++)
            CHECK(holds(t, (char)(i - (i + types - t + 1) % types), 30));
    }
    CHECK(dev.broken == 0 && dev.erases[0] > 2);
    cutflash_free(&dev);
}

static void the_same_bytes_are_not_written_again(void)
{
    blank_device(2, 2048, 8, 0xff);
    CHECK(put(1, 'a', 50) == ROTA_OK);
    CHECK(put(2, 'b', 50) == ROTA_OK);
    long writes = dev.writes;
    CHECK(put(1, 'a', 50) == ROTA_OK);
    CHECK(put(2, 'b', 50) == ROTA_OK);
    CHECK(dev.writes == writes);
    CHECK(put(2, 'b', 49) == ROTA_OK);
    CHECK(dev.writes > writes && holds(2, 'b', 49));
    cutflash_free(&dev);
}

static void what_is_put_is_synced(void)
{
    blank_device(2, 2048, 8, 0xff);
    for (char c = 'a'; c < 'z'; c++) {
        long syncs = dev.syncs;
        CHECK(put(1, c, 100) == ROTA_OK);
        CHECK(dev.syncs > syncs);
    }
    cutflash_free(&dev);
}

static void a_region_that_is_too_small_is_refused(void)
{
    cutflash_init(&dev, 2, 1024, 8, 0xff);
    CHECK(rota_journal_open(&journal, &dev.flash) == ROTA_EINVAL);
    dev.flash.size = 1024;
    CHECK(rota_journal_open(&journal, &dev.flash) == ROTA_EINVAL);
    cutflash_free(&dev);
    cutflash_init(&dev, 1, 65536, 8, 0xff);
    CHECK(rota_journal_open(&journal, &dev.flash) == ROTA_EINVAL);
    cutflash_free(&dev);
}

static void blocks_that_differ_in_size_are_refused(void)
{
    static const uint32_t map[] = {2048, 2048, 4096, 0};

    cutflash_init_mixed(&dev, map, 8, 0xff);
    CHECK(rota_journal_open(&journal, &dev.flash) == ROTA_EINVAL);
    dev.flash.block_size = NULL;
    CHECK(rota_journal_open(&journal, &dev.flash) == ROTA_OK);
    CHECK(dev.writes == 0);
    cutflash_free(&dev);
}

static void records_that_do_not_fit_together_are_refused_before_any_erase(void)
{
    blank_device(2, 2048, 8, 0xff);
    for (int t = 1; t <= 3; t++)
        CHECK(put(t, 'a', 600) == ROTA_OK);
    long writes = dev.writes;
    CHECK(put(4, 'a', 600) == ROTA_ENOSPC);
    CHECK(dev.writes == writes);
    CHECK(put(3, 'b', 500) == ROTA_OK);
    CHECK(holds(1, 'a', 600) && holds(2, 'a', 600) && holds(3, 'b', 500));
    cutflash_free(&dev);
}

/* The figures of a usual life: an update is about 12 records of 300 bytes. */
static void an_update_takes_few_erases(void)
{
    long erases;

    blank_device(2, 4096, 8, 0xff);
    CHECK(put(2, 'f', 250) == ROTA_OK && put(4, 'q', 161) == ROTA_OK);
    for (int i = 0; i < 1200; i++) {
        CHECK(put(1, (char)i, 300) == ROTA_OK);
        if (i % 12 == 0)
            CHECK(put(3, (char)i, 21) == ROTA_OK);
    }
    erases = (long)dev.erases[0] + (long)dev.erases[1];
    printf("%ld erases of a 4 KiB block in 100 updates\n", erases);
    CHECK(erases < 200);
    CHECK(dev.erases[0] - dev.erases[1] + 1 <= 2);
    cutflash_free(&dev);
}

/* --- On flash that fails ------------------------------------------------- */

/* From a fixed content, one put with a failure at write n, for all n. */
static void fail_at_each_write(int fail_err, bool once)
{
    for (long n = 0;; n++) {
        blank_device(2, 2048, 8, 0xff);
        for (int i = 0; i < 14; i++)
            CHECK(put(1 + i % 3, 'a', 100 + (size_t)i) == ROTA_OK);
        cutflash_on(&dev);
        dev.fail_at = n;
        dev.fail_once = once;
        dev.fail_err = fail_err;
        int err = put(1, 'b', 300); /* rolls over */
        bool failed = err != ROTA_OK;
        CHECK(!failed || err == fail_err);
        CHECK(holds(1, 'b', 300) || (failed && holds(1, 'a', 112)));
        dev.fail_at = failed ? dev.fail_at : -1;
        if (once)
            CHECK(put(2, 'c', 50) == ROTA_OK);
        reopen();
        CHECK(holds(1, 'b', 300) || (failed && holds(1, 'a', 112)));
        CHECK(holds(2, 'c', 50) || (!once && holds(2, 'a', 113)));
        CHECK(holds(3, 'a', 111));
        CHECK(put(1, 'd', 10) == ROTA_OK && holds(1, 'd', 10));
        CHECK(dev.broken == 0);
        cutflash_free(&dev);
        if (!failed)
            return;
    }
}

static void an_error_of_flash_is_told_and_loses_nothing(void)
{
    fail_at_each_write(ROTA_EIO, false);
    fail_at_each_write(ROTA_EREADONLY, false);
    fail_at_each_write(-1234, true);
}

static int (*true_prog)(void *, uint32_t, const void *, uint32_t);
static long lost_prog;

static int losing_prog(void *ctx, uint32_t off, const void *p, uint32_t len)
{
    return lost_prog-- == 0 ? ROTA_OK : true_prog(ctx, off, p, len);
}

static void a_write_that_did_nothing_is_found(void)
{
    for (long n = 0; n < 70; n++) {
        blank_device(2, 2048, 8, 0xff);
        CHECK(put(1, 'a', 100) == ROTA_OK && put(2, 'a', 100) == ROTA_OK);
        true_prog = dev.flash.prog;
        dev.flash.prog = losing_prog;
        lost_prog = n;
        bool ok = true;
        for (char c = 'b'; ok && c < '~'; c++)
            ok = put(1, c, 100) == ROTA_OK;
        CHECK(!ok);
        CHECK(put(1, 'A', 100) == ROTA_OK);
        reopen();
        CHECK(holds(1, 'A', 100) && holds(2, 'a', 100));
        cutflash_free(&dev);
    }
}

static void a_record_that_rots_is_not_copied(void)
{
    int err = ROTA_OK;

    blank_device(2, 2048, 8, 0xff);
    CHECK(put(1, 'a', 100) == ROTA_OK);
    CHECK(put(1, 'b', 100) == ROTA_OK);
    dev.mem[journal.at[0] + 50] ^= 1;
    CHECK(rota_journal_get(&journal, 1, buf, sizeof buf) == ROTA_ECORRUPT);
    for (char c = 'a'; !err && c < 'z'; c++)
        err = put(2, c, 100);
    CHECK(err == ROTA_ECORRUPT);
    reopen();
    CHECK(holds(1, 'a', 100));
    CHECK(put(2, 'z', 100) == ROTA_OK && holds(1, 'a', 100));
    cutflash_free(&dev);
}

/* --- On flash that holds anything ---------------------------------------- */

/* Whatever is there: it opens, gives nothing that is too long, and works. */
static void use(void)
{
    for (int type = 1; type <= ROTA_JOURNAL_TYPES; type++)
        CHECK(rota_journal_get(&journal, type, buf, sizeof buf) <= 640);
    CHECK(put(2, 'x', 77) == ROTA_OK && put(5, 'y', 640) == ROTA_OK);
    reopen();
    CHECK(holds(2, 'x', 77) && holds(5, 'y', 640) && dev.broken == 0);
}

static void random_bytes_are_a_clean_start(void)
{
    uint8_t noise[4096];
    uint32_t seed = 5;

    for (int round = 0; round < 500; round++) {
        blank_device(2, 2048, round % 2 ? 1 : 32, round % 3 ? 0x00 : 0xff);
        for (size_t i = 0; i < sizeof noise; i++)
            noise[i] = (uint8_t)(cutflash_random(&seed) >> 9);
        cutflash_load(&dev, 0, noise, sizeof noise >> round % 4);
        reopen();
        CHECK(holds_nothing());
        use();
        cutflash_free(&dev);
    }
}

/* Roll-overs behind it; the newest records of types 1, 2 and 3 are of 139,
 * 137 and 138 bytes. */
static void used_device(uint32_t unit, uint8_t erased, char c)
{
    blank_device(2, 2048, unit, erased);
    for (int i = 0; i < 40; i++)
        CHECK(put(1 + i % 3, c, 100 + (size_t)i) == ROTA_OK);
    CHECK(dev.erases[0] > 1 && dev.erases[1] > 1);
}

static void one_wrong_bit_never_makes_a_record_that_was_not_put(void)
{
    used_device(4, 0xff, 'a');
    for (uint32_t bit = 0; bit < 8 * dev.flash.size; bit++) {
        dev.mem[bit / 8] ^= (uint8_t)(1u << bit % 8);
        reopen();
        for (int type = 1; type <= ROTA_JOURNAL_TYPES; type++) {
            int len = rota_journal_get(&journal, type, buf, sizeof buf);
            CHECK(type <= 3 ? len >= 100 && len < 140 && len % 3 == type % 3
                            : len == 0);
            CHECK(len == 0 || holds(type, 'a', (size_t)len));
        }
        dev.mem[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    cutflash_free(&dev);
}

static void a_half_erased_journal_still_works(void)
{
    for (uint32_t from = 0; from < 4096; from += 64)
        for (uint32_t to = from; to <= 4096; to += 512) {
            used_device(8, 0xff, 'a');
            memset(dev.mem + from, 0xff, to - from);
            reopen();
            use();
            cutflash_free(&dev);
        }
}

static void another_devices_half_is_no_crash(void)
{
    uint8_t half[2048];

    for (uint32_t base = 0; base < 4096; base += 2048) {
        used_device(8, 0xff, 'b');
        memcpy(half, dev.mem + base, sizeof half);
        cutflash_free(&dev);
        for (uint32_t to = 0; to < 4096; to += 2048) {
            used_device(8, 0xff, 'a');
            cutflash_load(&dev, to, half, sizeof half);
            reopen();
            use();
            cutflash_free(&dev);
        }
    }
}

/* Change all seals of a half and make their CRC right again. */
static void edit_seals(uint32_t base, int at, uint32_t value)
{
    for (uint8_t *p = dev.mem + base; p < dev.mem + base + 64; p += 16)
        if (p[0] != dev.flash.erased) {
            rota_bytes_put32(p + at, value);
            rota_bytes_put32(p + 12, rota_bytes_crc32(0, p, 12));
        }
}

static void an_older_or_newer_format_is_a_clean_start(void)
{
    for (uint32_t version = '0'; version <= '9'; version++) {
        used_device(8, 0xff, 'a');
        for (uint32_t base = 0; base < 4096; base += 2048)
            edit_seals(base, 0, 0x006a7472u | version << 24);
        reopen();
        CHECK(version == '1' ? holds(1, 'a', 139) : holds_nothing());
        use();
        cutflash_free(&dev);
    }
}

static void the_count_of_roll_overs_may_wrap(void)
{
    used_device(8, 0xff, 'a');
    edit_seals(2048 - journal.base, 4, 0xfffffffe);
    edit_seals(journal.base, 4, 0xffffffff);
    for (int i = 0; i < 100; i++) {
        reopen();
        CHECK(put(1, (char)i, 200) == ROTA_OK);
        reopen();
        CHECK(holds(1, (char)i, 200) && holds(2, 'a', 137));
    }
    CHECK(journal.epoch < 20);
    cutflash_free(&dev);
}

/* By a later version, say: not known here, and no obstacle. */
static void a_record_of_an_unknown_type_is_stepped_over(void)
{
    uint8_t r[24];

    blank_device(2, 2048, 8, 0xff);
    CHECK(put(1, 'a', 100) == ROTA_OK);
    memset(r, 0xff, sizeof r);
    rota_bytes_put16(r, 200);
    rota_bytes_put16(r + 2, 8);
    rota_bytes_put32(r + 4, rota_bytes_crc32(0, r, 4));
    memset(r + 8, 'u', 8);
    rota_bytes_put32(r + 16, rota_bytes_crc32(0, r, 16));
    cutflash_load(&dev, journal.next, r, sizeof r);
    reopen();
    CHECK(holds(1, 'a', 100));
    for (char c = 'b'; c < 'z'; c++)
        CHECK(put(2, c, 100) == ROTA_OK);
    CHECK(holds(1, 'a', 100) && holds(2, 'y', 100) && dev.broken == 0);
    cutflash_free(&dev);
}

/* --- SPEC.md ------------------------------------------------------------- */

static void the_journal_is_as_specified(void)
{
    static uint8_t mem[4096];
    FILE *f = spec_open("Journal: test vector");
    char line[256];
    size_t count = 0;

    memset(mem, 0xff, sizeof mem);
    while (spec_line(f, line, sizeof line))
        count += spec_bytes(line, mem, sizeof mem);
    CHECK(count == 0x90);

    blank_device(2, 2048, 8, 0xff);
    CHECK(rota_journal_put(&journal, 1, "first", 5) == ROTA_OK);
    CHECK(rota_journal_put(&journal, 2, "second record", 13) == ROTA_OK);
    reopen();
    CHECK(rota_journal_put(&journal, 1, "third", 5) == ROTA_OK);
    for (uint32_t i = 0; i < sizeof mem; i++)
        if (mem[i] != dev.mem[i])
            printf("%04x: spec %02x, flash %02x\n", i, mem[i], dev.mem[i]);
    CHECK(memcmp(mem, dev.mem, sizeof mem) == 0);
    cutflash_free(&dev);
}

int main(void)
{
    RUN(a_blank_journal_has_no_records_and_is_not_written);
    RUN(without_flash_nothing_is_kept);
    RUN(records_of_all_lengths_come_back);
    RUN(arguments_out_of_bounds_are_refused);
    RUN(each_type_keeps_its_newest_record_through_roll_overs);
    RUN(the_same_bytes_are_not_written_again);
    RUN(what_is_put_is_synced);
    RUN(a_region_that_is_too_small_is_refused);
    RUN(blocks_that_differ_in_size_are_refused);
    RUN(records_that_do_not_fit_together_are_refused_before_any_erase);
    RUN(an_update_takes_few_erases);
    RUN(an_error_of_flash_is_told_and_loses_nothing);
    RUN(a_write_that_did_nothing_is_found);
    RUN(a_record_that_rots_is_not_copied);
    RUN(random_bytes_are_a_clean_start);
    RUN(one_wrong_bit_never_makes_a_record_that_was_not_put);
    RUN(a_half_erased_journal_still_works);
    RUN(another_devices_half_is_no_crash);
    RUN(an_older_or_newer_format_is_a_clean_start);
    RUN(the_count_of_roll_overs_may_wrap);
    RUN(a_record_of_an_unknown_type_is_stepped_over);
    RUN(the_journal_is_as_specified);
    return test_end();
}
