/* SPDX-License-Identifier: Apache-2.0 */
/* How often an update erases: the whole core over fakes, for many updates. */
#include <string.h>

#include "support/cutflash.h"
#include "support/fakeboot.h"
#include "support/fakehub.h"
#include "rota.h"
#include "support/test.h"

#define KIB 1024u
#define SIZE (300u * KIB - 77) /* of the image */
#define UPDATES 40

/* An STM32F4's upper half and its like. */
static const uint32_t rising[] = {16 * KIB, 16 * KIB,  16 * KIB,  16 * KIB,
                                  64 * KIB, 128 * KIB, 128 * KIB, 0};

static const struct geometry {
    const char *name;
    uint32_t erase_size, prog_size, blocks; /* of each slot */
    uint32_t journal_erase, journal_prog, journal_blocks;
    const uint32_t *map; /* of the slots, or NULL */
    double most;         /* erases of the journal for one update */
} rows[] = {
    {"512 B", 512, 4, 640, 2048, 4, 2, NULL, 2},
    {"4 KiB", 4 * KIB, 8, 80, 4 * KIB, 8, 2, NULL, 1},
    {"8 KiB", 8 * KIB, 16, 40, 8 * KIB, 16, 2, NULL, 0.5},
    {"64 KiB", 64 * KIB, 32, 5, 4 * KIB, 32, 4, NULL, 0.7},
    {"256 KiB", 256 * KIB, 32, 2, 256 * KIB, 32, 2, NULL, 0.1},
    {"16 to 128 KiB", 128 * KIB, 4, 0, 16 * KIB, 4, 2, rising, 0.2},
    {"a disk", 64 * KIB, 1, 5, 4 * KIB, 1, 8, NULL, 0.6},
};

static uint8_t image[SIZE], buffer[2048];
static struct cutflash slot[2], journal;
static struct fakeboot bootloader;
static struct fakehub hub;
static struct rota rota;
static long erases_at_start[2];

static long erases_of(const struct cutflash *c)
{
    long n = 0;

    for (uint32_t i = 0; i < c->blocks; i++)
        n += (long)c->erases[i];
    return n;
}

static void new_device(const struct geometry *g, uint8_t erased)
{
    for (int i = 0; i < 2; i++)
        if (g->map)
            cutflash_init_mixed(&slot[i], g->map, g->prog_size, erased);
        else
            cutflash_init(&slot[i], g->blocks, g->erase_size, g->prog_size,
                          erased);
    cutflash_init(&journal, g->journal_blocks, g->journal_erase,
                  g->journal_prog, erased);
    memset(&bootloader, 0, sizeof bootloader);
    fakehub_init(&hub);
}

static void free_device(void)
{
    cutflash_free(&slot[0]);
    cutflash_free(&slot[1]);
    cutflash_free(&journal);
}

static uint64_t unix_time(void *ctx)
{
    (void)ctx;
    return 1772000000 + hub.now_ms / 1000;
}

/* The program of this version: one check, and what follows. */
static void run(const char *version)
{
    static const uint8_t no_root[1];
    static const struct rota_anchor anchor = {no_root, 1};
    struct rota_net net = fakehub_net(&hub);
    struct rota_sys sys = fakehub_sys(&hub);
    struct rota_boot boot = fakeboot_table(&bootloader);
    struct rota_journal records;
    const struct rota_store store =
        rota_journal_store(&records, &journal.flash);
    const struct rota_config config = {
        .net = &net,
        .sys = &sys,
        .slot = &slot[!bootloader.running].flash,
        .store = &store,
        .boot = &boot,
        .anchors = &anchor,
        .anchor_count = 1,
        .buffer = buffer,
        .buffer_size = sizeof buffer,
        .repo = "acme/app",
        .asset = "app.bin",
        .version = version,
    };

    sys.unix_time = unix_time;
    CHECK(rota_init(&rota, &config) == ROTA_OK);
    rota_check_now(&rota);
    for (int i = 0; rota_busy(&rota) && i < 100000; i++) {
        rota_step(&rota);
        hub.now_ms += rota_wait_ms(&rota);
    }
    CHECK(!rota_busy(&rota));
}

/* From version to version, over a connection that breaks twice. */
static void update(int number)
{
    char from[24], to[24];
    int old = bootloader.running;

    snprintf(from, sizeof from, "1.%d.0", number);
    snprintf(to, sizeof to, "v1.%d.0", number + 1);
    image[0] = (uint8_t)number;
    fakehub_publish(&hub, to, image, SIZE, (uint64_t)number + 1);
    hub.cut_at = hub.sent + 100000 + 1000 * number;
    run(from);
    fakeboot_restart(&bootloader);
    CHECK(bootloader.running != old && bootloader.state == ROTA_BOOT_TRIAL);
    run(to + 1);
    CHECK(bootloader.state == ROTA_BOOT_CONFIRMED);
}

/* Each block that the image takes was erased once in this update. */
static bool erased_once(const struct cutflash *c, long before)
{
    uint32_t end = 0, i = 0;

    for (; end < SIZE; i++) {
        end += c->sizes ? c->sizes[i] : c->flash.erase_size;
        if (c->erases[i] != c->erases[0])
            return false;
    }
    return erases_of(c) - before == (long)i;
}

static void check_updates(const struct geometry *g, uint8_t erased)
{
    for (int i = 0; i < UPDATES; i++) {
        int to = !bootloader.running;
        for (int k = 0; k < 2; k++)
            erases_at_start[k] = erases_of(&slot[k]);
        update(i);
        CHECK(erased_once(&slot[to], erases_at_start[to]));
        CHECK(erases_of(&slot[!to]) == erases_at_start[!to]);
    }
    double each = (double)erases_of(&journal) / UPDATES;
    if (erased == 0xff)
        printf("%-14s journal %u x %3u KiB, unit %2u: %.2f erases for an "
               "update of %u KiB, %.2f of each block\n",
               g->name, g->journal_blocks, g->journal_erase / KIB,
               g->journal_prog, each, SIZE / KIB + 1, each / g->journal_blocks);
    CHECK(each <= g->most);
    CHECK(slot[0].broken + slot[1].broken + journal.broken == 0);
}

static void an_update_erases_each_block_of_the_slot_once(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int erased = 0; erased <= 0xff; erased += 0xff) {
            new_device(&rows[i], (uint8_t)erased);
            check_updates(&rows[i], (uint8_t)erased);
            free_device();
        }
}

/* Roll-overs go to and fro, so no block of the journal wears out first. */
static void the_journal_wears_evenly(void)
{
    const struct geometry *g = &rows[0];

    new_device(g, 0xff);
    for (int i = 0; i < UPDATES; i++)
        update(i);
    CHECK(journal.erases[0] >= 20);
    CHECK(journal.erases[0] - journal.erases[1] + 1 <= 2);
    free_device();
}

/* A device that finds nothing new writes what it must remember, no more. */
static void checks_without_an_update_wear_little(void)
{
    new_device(&rows[1], 0xff);
    update(0);
    long before = erases_of(&journal), writes = journal.writes;
    for (int i = 0; i < 365 * 4; i++) {
        hub.now_ms += 6 * 3600 * 1000;
        run("1.1.0");
    }
    long erases = erases_of(&journal) - before;
    printf("a year of checks, a start before each: %ld erases, %ld programs "
           "of the journal, 2 x 4 KiB\n",
           erases, journal.writes - writes - erases);
    CHECK(erases > 0 && erases <= 60);
    free_device();
}

int main(void)
{
    static uint8_t memory[16 << 10]; /* for PSA's hashes */
    static struct rota_arena arena;

    rota_arena_init(&arena, memory, sizeof memory);
    rota_arena_use(&arena);
    for (uint32_t i = 0; i < SIZE; i++)
        image[i] = (uint8_t)(i * 2654435761u >> 13);
    RUN(an_update_erases_each_block_of_the_slot_once);
    RUN(the_journal_wears_evenly);
    RUN(checks_without_an_update_wear_little);
    return test_end();
}
