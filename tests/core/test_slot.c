/* SPDX-License-Identifier: Apache-2.0 */
#include "flash/slot.h"

#include <string.h>

#include "support/cutflash.h"
#include "support/test.h"
#include "flash/hash.h"

enum { BLOCKS = 4, ERASE = 1024, SIZE = BLOCKS * ERASE };

static const uint32_t units[] = {1, 4, 8, 16, 32};
static const uint8_t erased_values[] = {0xff, 0x00};

static struct cutflash dev;
static struct rota_slot slot;
static struct rota_hash hash;
static struct rota_hash hash;
static uint8_t image[SIZE + 64];

static void fill_image(void)
{
    uint32_t seed = 7;
    for (size_t i = 0; i < sizeof image; i++)
        image[i] = (uint8_t)(cutflash_random(&seed) >> 8);
}

/* Feed bytes from..to in pieces of at most piece; the erases that are asked
 * for with EAGAIN are counted. */
static int feed(uint32_t from, uint32_t to, uint32_t piece, int *again)
{
    *again = 0;
    while (from < to) {
        uint32_t n = to - from < piece ? to - from : piece;
        int got = rota_slot_write(&slot, image + from, n);
        if (got == ROTA_EAGAIN) {
            (*again)++;
            continue;
        }
        if (got < 0)
            return got;
        CHECK(got >= 1 && (uint32_t)got <= n);
        from += (uint32_t)got;
        CHECK(slot.written == from);
    }
    return ROTA_OK;
}

static int check(uint32_t piece, uint8_t out[ROTA_SHA256_LEN])
{
    uint8_t buf[SIZE];
    int err;

    while ((err = rota_slot_check(&slot, &hash, buf, piece, out))
           == ROTA_EAGAIN)
        ;
    return err;
}

static void digest(uint32_t size, uint8_t out[ROTA_SHA256_LEN])
{
    struct rota_hash h;

    CHECK(rota_hash_begin(&h) == ROTA_OK);
    CHECK(rota_hash_add(&h, image, size) == ROTA_OK);
    CHECK(rota_hash_end(&h, out) == ROTA_OK);
}

/* A whole image in pieces: right on flash, erased behind, one erase for each
 * block that it touches. */
static void write_whole(uint32_t unit, uint8_t erased, uint32_t size,
                        uint32_t piece)
{
    uint8_t want[ROTA_SHA256_LEN], got[ROTA_SHA256_LEN];
    uint32_t blocks = (size + ERASE - 1) / ERASE;
    int again;

    cutflash_init(&dev, BLOCKS, ERASE, unit, erased);
    CHECK(rota_slot_begin(&slot, &dev.flash, size) == ROTA_OK);
    CHECK(feed(0, size, piece, &again) == ROTA_OK);
    CHECK(again == (int)blocks);
    CHECK(rota_slot_write(&slot, image, 1) == ROTA_ELENGTH);
    CHECK(rota_slot_finish(&slot) == ROTA_OK);
    CHECK(dev.syncs == 1 && dev.broken == 0);
    CHECK(memcmp(dev.mem, image, size) == 0);
    for (uint32_t i = size; i < SIZE; i++)
        CHECK(dev.mem[i] == erased);
    for (uint32_t b = 0; b < BLOCKS; b++)
        CHECK(dev.erases[b] == (b < blocks));

    digest(size, want);
    CHECK(check(100, got) == ROTA_OK && memcmp(want, got, sizeof got) == 0);
    CHECK(check(SIZE, got) == ROTA_OK && memcmp(want, got, sizeof got) == 0);
    cutflash_free(&dev);
}

static void images_of_all_sizes_in_pieces_of_all_sizes_arrive(void)
{
    static const uint32_t sizes[] = {1,         2,         31,        32,
                                     33,        63,        ERASE - 1, ERASE,
                                     ERASE + 1, 2 * ERASE, SIZE - 1,  SIZE};
    static const uint32_t pieces[] = {1, 3, 32, 100, ERASE, SIZE};

    for (size_t u = 0; u < 5; u++)
        for (size_t e = 0; e < 2; e++)
            for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
                for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++)
                    write_whole(units[u], erased_values[e], sizes[s],
                                pieces[p]);
}

static void a_large_piece_is_programmed_in_one_call_to_the_blocks_end(void)
{
    cutflash_init(&dev, BLOCKS, ERASE, 8, 0xff);
    CHECK(rota_slot_begin(&slot, &dev.flash, SIZE) == ROTA_OK);
    CHECK(rota_slot_write(&slot, image, SIZE) == ROTA_EAGAIN);
    CHECK(rota_slot_write(&slot, image, SIZE) == ERASE);
    CHECK(dev.progs == 1);
    CHECK(rota_slot_write(&slot, image + ERASE, 77) == ROTA_EAGAIN);
    CHECK(rota_slot_write(&slot, image + ERASE, 77) == 72);
    CHECK(dev.progs == 2);
    cutflash_free(&dev);
}

static void an_image_that_does_not_fit_is_refused_before_any_erase(void)
{
    cutflash_init(&dev, BLOCKS, ERASE, 8, 0xff);
    CHECK(rota_slot_begin(&slot, &dev.flash, SIZE + 1) == ROTA_ETOOBIG);
    CHECK(rota_slot_begin(&slot, &dev.flash, UINT32_MAX) == ROTA_ETOOBIG);
    CHECK(rota_slot_begin(&slot, &dev.flash, 0) == ROTA_ESIZE);
    CHECK(dev.writes == 0);
    cutflash_free(&dev);
}

static void more_bytes_than_the_image_has_are_refused_whole(void)
{
    int again;

    cutflash_init(&dev, BLOCKS, ERASE, 8, 0xff);
    CHECK(rota_slot_begin(&slot, &dev.flash, 100) == ROTA_OK);
    CHECK(rota_slot_write(&slot, image, 101) == ROTA_ELENGTH);
    CHECK(rota_slot_write(&slot, image, SIZE_MAX) == ROTA_ELENGTH);
    CHECK(dev.writes == 0);
    CHECK(rota_slot_write(&slot, image, 0) == 0);
    CHECK(feed(0, 99, 99, &again) == ROTA_OK);
    CHECK(rota_slot_finish(&slot) == ROTA_ESIZE);
    CHECK(rota_slot_write(&slot, image, 2) == ROTA_ELENGTH);
    CHECK(feed(99, 100, 1, &again) == ROTA_OK);
    CHECK(rota_slot_finish(&slot) == ROTA_OK);
    CHECK(rota_slot_finish(&slot) == ROTA_OK && dev.broken == 0);
    cutflash_free(&dev);
}

static void an_image_goes_on_at_a_block_over_what_was_written_there(void)
{
    uint8_t want[ROTA_SHA256_LEN], got[ROTA_SHA256_LEN];
    int again;

    digest(SIZE - 5, want);
    for (size_t u = 0; u < 5; u++) {
        cutflash_init(&dev, BLOCKS, ERASE, units[u], 0xff);
        CHECK(rota_slot_begin(&slot, &dev.flash, SIZE - 5) == ROTA_OK);
        CHECK(feed(0, 2 * ERASE + 333, 100, &again) == ROTA_OK);
        /* As after a restart: only the whole blocks are known of. */
        CHECK(rota_slot_resume(&slot, &dev.flash, SIZE - 5, 2 * ERASE) == 0);
        CHECK(feed(2 * ERASE, SIZE - 5, 100, &again) == ROTA_OK && again == 2);
        CHECK(rota_slot_finish(&slot) == ROTA_OK && dev.broken == 0);
        CHECK(check(512, got) == ROTA_OK && !memcmp(want, got, sizeof got));
        CHECK(dev.erases[0] == 1 && dev.erases[1] == 1 && dev.erases[2] == 2);
        cutflash_free(&dev);
    }
    cutflash_init(&dev, BLOCKS, ERASE, 8, 0xff);
    CHECK(rota_slot_resume(&slot, &dev.flash, SIZE, 100) == ROTA_EINVAL);
    CHECK(rota_slot_resume(&slot, &dev.flash, 100, ERASE) == ROTA_EINVAL);
    cutflash_free(&dev);
}

/* --- Blocks of different sizes -------------------------------------------- */

#define KIB 1024u
#define MAP_BLOCKS 12

/* Of real microcontrollers, two of them, and all mixed up. */
static const uint32_t maps[][MAP_BLOCKS + 1] = {
    {16 * KIB, 16 * KIB, 16 * KIB, 16 * KIB, 64 * KIB, 128 * KIB, 128 * KIB,
     128 * KIB, 128 * KIB, 128 * KIB, 128 * KIB, 128 * KIB},
    {32 * KIB, 32 * KIB, 32 * KIB, 32 * KIB, 128 * KIB, 256 * KIB, 256 * KIB,
     256 * KIB},
    {4 * KIB, 512, 512, KIB, 2 * KIB, 512},
    {512, 256 * KIB, 512},
};
enum { MAPS = sizeof maps / sizeof *maps };

static uint8_t large[1024 * KIB];

static void write_large(uint32_t to)
{
    int n = ROTA_EAGAIN;

    while (slot.written < to && (n > 0 || n == ROTA_EAGAIN)) {
        uint32_t left = to - slot.written;
        n = rota_slot_write(&slot, large + slot.written,
                            left < 5000 ? left : 5000);
    }
    CHECK(slot.written == to);
}

/* Ends in the block that begins at at, and then goes on there. */
static void write_in_two(const uint32_t *map, uint32_t size, uint32_t at)
{
    uint32_t border = 0;

    CHECK(rota_slot_begin(&slot, &dev.flash, size) == ROTA_OK);
    write_large(at + 300);
    CHECK(rota_slot_resume(&slot, &dev.flash, size, at) == ROTA_OK);
    write_large(size);
    CHECK(rota_slot_finish(&slot) == ROTA_OK && dev.broken == 0);
    CHECK(memcmp(dev.mem, large, size) == 0);
    for (uint32_t b = 0; map[b]; border += map[b++])
        CHECK(dev.erases[b] == (border == at ? 2 : 1));
}

static void resume_at_each_border(const uint32_t *map, uint32_t unit,
                                  uint8_t erased, uint32_t less)
{
    uint32_t at = 0;

    for (uint32_t b = 0; map[b]; at += map[b++]) {
        cutflash_init_mixed(&dev, map, unit, erased);
        write_in_two(map, dev.flash.size - less, at);
        cutflash_free(&dev);
    }
}

static void fill_large(void)
{
    uint32_t seed = 9;

    for (size_t i = 0; i < sizeof large; i++)
        large[i] = (uint8_t)(cutflash_random(&seed) >> 8);
}

static void an_image_goes_on_at_each_border_of_a_mixed_map(void)
{
    fill_large();
    for (size_t m = 0; m < MAPS; m++)
        for (size_t e = 0; e < 2; e++) {
            resume_at_each_border(maps[m], 8, erased_values[e], 0);
            resume_at_each_border(maps[m], 32, erased_values[e], 77);
        }
    for (size_t u = 0; u < 5; u++)
        resume_at_each_border(maps[2], units[u], 0xff, 3);
}

static void a_border_is_a_blocks_begin_and_nothing_between(void)
{
    static const uint32_t *const map = maps[2];
    uint32_t border = 0, next = map[0], block = 0;

    cutflash_init_mixed(&dev, map, 8, 0xff);
    const struct rota_flash *f = &dev.flash;
    CHECK(f->erase_size == 512 && f->size == 8704);
    for (uint32_t off = 0; off <= f->size; off++) {
        if (off == next) {
            border = next;
            next += map[++block];
        }
        CHECK(rota_flash_border(f, off) == border);
        int err = rota_slot_resume(&slot, f, f->size, off);
        CHECK(err == (off == border ? ROTA_OK : ROTA_EINVAL));
    }
    CHECK(border == f->size);
    CHECK(dev.broken == 0);
    cutflash_free(&dev);
}

static void programming_is_split_where_a_block_ends(void)
{
    fill_large();
    cutflash_init_mixed(&dev, maps[2], 8, 0xff);
    CHECK(rota_flash_prog(&dev.flash, 600, large + 600, 8104) == ROTA_OK);
    CHECK(dev.progs >= 6 && dev.broken == 0);
    CHECK(memcmp(dev.mem + 600, large + 600, 8104) == 0);
    cutflash_free(&dev);
}

/* What flash holds is what counts, not what was sent to it. */
static void the_digest_is_that_of_the_bytes_read_back(void)
{
    uint8_t want[ROTA_SHA256_LEN], got[ROTA_SHA256_LEN];
    int again;

    digest(SIZE, want);
    cutflash_init(&dev, BLOCKS, ERASE, 8, 0xff);
    CHECK(rota_slot_begin(&slot, &dev.flash, SIZE) == ROTA_OK);
    CHECK(feed(0, SIZE, 1000, &again) == ROTA_OK);
    CHECK(rota_slot_finish(&slot) == ROTA_OK);
    dev.mem[SIZE - 1] ^= 1;
    CHECK(check(512, got) == ROTA_OK && memcmp(want, got, sizeof got) != 0);
    dev.mem[SIZE - 1] ^= 1;
    CHECK(check(512, got) == ROTA_OK && memcmp(want, got, sizeof got) == 0);
    cutflash_free(&dev);
}

static void a_check_that_is_dropped_starts_again(void)
{
    uint8_t buf[512], want[ROTA_SHA256_LEN], got[ROTA_SHA256_LEN];
    int again;

    digest(SIZE, want);
    cutflash_init(&dev, BLOCKS, ERASE, 8, 0xff);
    memset(&slot, 0, sizeof slot);
    rota_slot_drop(&slot);
    CHECK(rota_slot_begin(&slot, &dev.flash, SIZE) == ROTA_OK);
    CHECK(feed(0, SIZE, 1000, &again) == ROTA_OK);
    CHECK(rota_slot_finish(&slot) == ROTA_OK);
    CHECK(rota_slot_check(&slot, &hash, buf, sizeof buf, got) == ROTA_EAGAIN);
    rota_slot_drop(&slot);
    rota_slot_drop(&slot);
    CHECK(check(512, got) == ROTA_OK && memcmp(want, got, sizeof got) == 0);
    cutflash_free(&dev);
}

/* One error at each write in turn: it is told as it is, and starting over
 * leads to the image. */
static void an_error_of_flash_is_told_and_can_be_started_over(void)
{
    static const int errors[] = {ROTA_EIO, ROTA_ENOSPC, ROTA_EREADONLY, -1234};
    int again, err;
    long n = 0;

    cutflash_init(&dev, BLOCKS, ERASE, 32, 0xff);
    for (bool done = false; !done; n++) {
        cutflash_on(&dev);
        dev.fail_at = n;
        dev.fail_err = errors[n % 4];
        CHECK(rota_slot_begin(&slot, &dev.flash, 2001) == ROTA_OK);
        err = feed(0, 2001, 64, &again);
        if (!err)
            err = rota_slot_finish(&slot);
        done = !err;
        CHECK(done || err == errors[n % 4]);
        rota_slot_drop(&slot);

        cutflash_on(&dev);
        CHECK(rota_slot_begin(&slot, &dev.flash, 2001) == ROTA_OK);
        CHECK(feed(0, 2001, 64, &again) == ROTA_OK);
        CHECK(rota_slot_finish(&slot) == ROTA_OK);
        CHECK(memcmp(dev.mem, image, 2001) == 0 && dev.broken == 0);
    }
    CHECK(n == 2 + (2001 + 31) / 32 + 1);
    cutflash_free(&dev);
}

static int failing_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    memset(buf, 0, len);
    return off >= *(uint32_t *)ctx ? ROTA_EIO : ROTA_OK;
}

static void an_error_while_reading_back_is_told(void)
{
    uint8_t out[ROTA_SHA256_LEN];
    uint32_t good = 2048;
    int again;

    cutflash_init(&dev, BLOCKS, ERASE, 8, 0xff);
    CHECK(rota_slot_begin(&slot, &dev.flash, SIZE) == ROTA_OK);
    CHECK(feed(0, SIZE, 1000, &again) == ROTA_OK);
    CHECK(rota_slot_finish(&slot) == ROTA_OK);
    struct rota_flash bad = dev.flash;
    bad.ctx = &good;
    bad.read = failing_read;
    slot.flash = &bad;
    CHECK(check(512, out) == ROTA_EIO);
    slot.flash = &dev.flash; /* and a later check starts again */
    CHECK(check(512, out) == ROTA_OK);
    cutflash_free(&dev);
}

static void dimensions_out_of_bounds_are_refused(void)
{
    cutflash_init(&dev, BLOCKS, ERASE, 8, 0xff);
    const struct rota_flash good = dev.flash;
    struct rota_flash f;

    CHECK(rota_flash_check(&good) == ROTA_OK);
    CHECK(rota_flash_check(NULL) == ROTA_EINVAL);
#define REFUSED(field, value)                                                  \
    (f = good, f.field = (value), rota_flash_check(&f) == ROTA_EINVAL)
    CHECK(REFUSED(read, NULL));
    CHECK(REFUSED(prog, NULL));
    CHECK(REFUSED(erase, NULL));
    CHECK(!REFUSED(sync, NULL));
    CHECK(REFUSED(size, 0));
    CHECK(REFUSED(size, SIZE + 1));
    CHECK(REFUSED(size, 0x80000000u));
    CHECK(REFUSED(erase_size, 0));
    CHECK(REFUSED(erase_size, 256));
    CHECK(REFUSED(erase_size, 1020));
    CHECK(REFUSED(prog_size, 0));
    CHECK(REFUSED(prog_size, 3));
    CHECK(REFUSED(prog_size, 2 * ROTA_PROG_MAX));
    CHECK(REFUSED(erased, 0x55));
    CHECK(!REFUSED(erased, 0x00));
    cutflash_free(&dev);
}

static uint32_t said;

static uint32_t say(void *ctx, uint32_t off)
{
    (void)ctx;
    if (off == 0)
        return ERASE;
    return off == ERASE ? said : SIZE - off;
}

static void a_map_that_does_not_fill_the_region_is_refused(void)
{
    static const uint32_t wrong[] = {
        0,         1,          ERASE / 2,      ERASE + 512, 3 * ERASE + 1,
        4 * ERASE, UINT32_MAX, 1u + INT32_MAX, 0u - ERASE};

    cutflash_init(&dev, BLOCKS, ERASE, 8, 0xff);
    dev.flash.block_size = say;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        said = wrong[i];
        CHECK(rota_flash_check(&dev.flash) == ROTA_EINVAL);
        CHECK(rota_slot_begin(&slot, &dev.flash, 10) == ROTA_EINVAL);
    }
    for (said = ERASE; said <= 3 * ERASE; said += ERASE)
        CHECK(rota_flash_check(&dev.flash) == ROTA_OK);
    CHECK(dev.writes == 0);
    cutflash_free(&dev);
}

int main(void)
{
    static unsigned char memory[16384]; /* for PSA */
    static struct rota_arena arena;

    rota_arena_init(&arena, memory, sizeof memory);
    rota_arena_use(&arena);
    fill_image();
    RUN(dimensions_out_of_bounds_are_refused);
    RUN(a_map_that_does_not_fill_the_region_is_refused);
    RUN(a_border_is_a_blocks_begin_and_nothing_between);
    RUN(programming_is_split_where_a_block_ends);
    RUN(an_image_goes_on_at_each_border_of_a_mixed_map);
    RUN(images_of_all_sizes_in_pieces_of_all_sizes_arrive);
    RUN(a_large_piece_is_programmed_in_one_call_to_the_blocks_end);
    RUN(an_image_that_does_not_fit_is_refused_before_any_erase);
    RUN(more_bytes_than_the_image_has_are_refused_whole);
    RUN(an_image_goes_on_at_a_block_over_what_was_written_there);
    RUN(the_digest_is_that_of_the_bytes_read_back);
    RUN(a_check_that_is_dropped_starts_again);
    RUN(an_error_of_flash_is_told_and_can_be_started_over);
    RUN(an_error_while_reading_back_is_told);
    return test_end();
}
