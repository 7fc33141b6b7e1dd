/* SPDX-License-Identifier: Apache-2.0 */
/* A device wakes with the journal of another one, taken at any moment of an
 * update: what it runs stays as it is, what it arms is a whole image that was
 * published for it, and the next release reaches it. */
#include <stdlib.h>
#include <string.h>

#include "support/cutflash.h"
#include "support/fakeboot.h"
#include "support/fakehub.h"
#include "flash/record.h"
#include "rota.h"
#include "support/test.h"

enum { SIZE = 40000, VERSIONS = 4, BLOCK = 4096, YEAR = 365 * 86400 };

static const char *const tags[VERSIONS] = {"v0.9.0", "v1.0.0", "v1.1.0",
                                           "v1.2.0"};
static uint8_t images[2][VERSIONS][SIZE]; /* of two products */
static uint8_t buffer[1024];

static struct device {
    struct cutflash slot[2], journal;
    struct fakeboot bootloader;
    const char *repo;
} device[2];

static struct fakehub hub;
static struct rota rota;
static bool ready, rolled_back;

static void init_device(struct device *d, const char *repo)
{
    for (int i = 0; i < 2; i++) {
        cutflash_free(&d->slot[i]);
        cutflash_init(&d->slot[i], 12, BLOCK, 8, 0xff);
    }
    cutflash_free(&d->journal);
    cutflash_init(&d->journal, 2, BLOCK, 8, 0xff);
    memset(&d->bootloader, 0, sizeof d->bootloader);
    d->repo = repo;
}

static int product(const struct device *d)
{
    return strcmp(d->repo, "acme/app") != 0;
}

/* Which version a slot holds, whole; -1 = none. */
static int version_in(const struct device *d, int slot)
{
    for (int v = 0; v < VERSIONS; v++)
        if (memcmp(d->slot[slot].mem, images[product(d)][v], SIZE) == 0)
            return v;
    return -1;
}

static void load(struct device *d, int slot, int version)
{
    cutflash_load(&d->slot[slot], 0, images[product(d)][version], SIZE);
}

static void publish(const struct device *d, int version)
{
    fakehub_publish(&hub, tags[version], images[product(d)][version], SIZE,
                    (uint64_t)(100 * product(d) + version));
}

static void on_event(void *app, const struct rota_event *ev)
{
    (void)app;
    ready |= ev->type == ROTA_EV_READY;
    rolled_back |= ev->type == ROTA_EV_ROLLED_BACK;
}

static uint64_t unix_time(void *ctx)
{
    (void)ctx;
    return 1772000000 + hub.now_ms / 1000;
}

/* The program in the slot that runs: one check, and what follows. */
static void run(struct device *d, long steps)
{
    static const uint8_t no_root[1];
    static const struct rota_anchor anchor = {no_root, 1};
    struct rota_net net = fakehub_net(&hub);
    struct rota_sys sys = fakehub_sys(&hub);
    struct rota_boot boot = fakeboot_table(&d->bootloader);
    int version = version_in(d, d->bootloader.running);
    struct rota_journal records;
    const struct rota_store store =
        rota_journal_store(&records, &d->journal.flash);
    const struct rota_config config = {
        .net = &net,
        .sys = &sys,
        .slot = &d->slot[!d->bootloader.running].flash,
        .store = &store,
        .boot = &boot,
        .anchors = &anchor,
        .anchor_count = 1,
        .buffer = buffer,
        .buffer_size = sizeof buffer,
        .checkpoint_min = BLOCK,
        .repo = d->repo,
        .asset = "app.bin",
        .version = tags[version < 0 ? 0 : version] + 1,
        .event = on_event,
    };

    CHECK(version >= 0);
    sys.unix_time = unix_time;
    ready = false;
    CHECK(rota_init(&rota, &config) == ROTA_OK);
    CHECK(rota_wait_ms(&rota) <= 2u * 86400 * 1000);
    rota_check_now(&rota);
    while (rota_busy(&rota) && steps-- > 0) {
        rota_step(&rota);
        hub.now_ms += rota_busy(&rota) ? rota_wait_ms(&rota) : 0;
    }
    rota_stop(&rota);
}

/* --- The other device, and moments of its life ---------------------------- */

static struct cutflash taken; /* its journal */
static jmp_buf at_change;

static void stop_here(void *arg)
{
    (void)arg;
    longjmp(at_change, 1);
}

static void other_found_nothing(struct device *d)
{
    publish(d, 1);
    run(d, 100000);
}

static void other_downloads(struct device *d)
{
    hub.stall_at = hub.sent + SIZE / 2;
    run(d, 3000);
    CHECK(!ready);
}

static void other_was_about_to_switch(struct device *d)
{
    d->bootloader.before = stop_here;
    if (setjmp(at_change) == 0)
        run(d, 100000);
    CHECK(!ready);
}

static void other_has_switched(struct device *d)
{
    run(d, 100000);
    CHECK(ready);
}

static void other_has_confirmed(struct device *d)
{
    other_has_switched(d);
    fakeboot_restart(&d->bootloader);
    run(d, 100000);
    CHECK(d->bootloader.state == ROTA_BOOT_CONFIRMED);
}

static void other_has_rolled_back(struct device *d)
{
    other_has_switched(d);
    fakeboot_restart(&d->bootloader);
    fakeboot_restart(&d->bootloader);
    run(d, 100000);
    CHECK(d->bootloader.state == ROTA_BOOT_ROLLED_BACK);
}

static void other_has_to_wait_for(struct device *d, uint64_t seconds)
{
    struct rota_journal j;
    struct rota_schedule s = {.not_before = 1772000000 + seconds,
                              .last_err = ROTA_ELIMIT};

    struct rota_store store = rota_journal_store(&j, &d->journal.flash);
    CHECK(store.open(store.ctx) == ROTA_OK);
    CHECK(rota_record_save(&store, ROTA_RECORD_SCHEDULE, &s) == ROTA_OK);
}

static void other_has_to_wait_a_day(struct device *d)
{
    other_has_to_wait_for(d, 86400);
}

static void other_has_to_wait_ten_years(struct device *d)
{
    other_has_to_wait_for(d, 10ull * YEAR);
}

static void (*const moments[])(struct device *) = {
    other_found_nothing,       other_downloads,
    other_was_about_to_switch, other_has_switched,
    other_has_confirmed,       other_has_rolled_back,
    other_has_to_wait_a_day,   other_has_to_wait_ten_years,
};
enum { MOMENTS = sizeof moments / sizeof *moments };

/* Its journal at this moment; running a version, going to 1.1.0. */
static void take_journal(int moment, const char *repo, int version)
{
    struct device *d = &device[1];

    init_device(d, repo);
    load(d, 0, version);
    fakehub_init(&hub);
    publish(d, 2);
    moments[moment](d);
    cutflash_free(&taken);
    cutflash_init(&taken, 2, BLOCK, 8, 0xff);
    cutflash_copy(&taken, &d->journal);
}

/* --- This device ---------------------------------------------------------- */

/* 1.0.0 runs, with the image before it, or noise, in the other slot. */
static void wake(int boot)
{
    struct device *d = &device[0];
    static uint8_t noise[SIZE];
    uint32_t seed = 9;

    init_device(d, "acme/app");
    load(d, 0, 1);
    for (size_t i = 0; i < SIZE; i++)
        noise[i] = (uint8_t)(cutflash_random(&seed) >> 9);
    if (boot == ROTA_BOOT_TRIAL)
        load(d, 1, 0);
    else
        cutflash_load(&d->slot[1], 0, noise, SIZE);
    d->bootloader.state = boot;
    d->bootloader.starts = boot == ROTA_BOOT_TRIAL;
    cutflash_copy(&d->journal, &taken);
    fakehub_init(&hub);
}

/* Check, and restart when told to or when a trial does not end, so often; each
 * time what runs is whole. */
static void live(struct device *d, int times)
{
    while (times-- > 0) {
        int running = d->bootloader.running, was = version_in(d, running);
        unsigned tries = d->bootloader.tries;
        run(d, 1000000);
        CHECK(!rota_busy(&rota));
        CHECK(version_in(d, running) == was);
        if (d->bootloader.tries != tries)
            CHECK(version_in(d, !running) >= 2);
        if (ready || d->bootloader.state == ROTA_BOOT_TRIAL)
            fakeboot_restart(&d->bootloader);
        hub.now_ms += 86400000;
    }
}

static int running_version(const struct device *d)
{
    return version_in(d, d->bootloader.running);
}

static bool in_quarantine(const struct device *d, uint64_t asset_id)
{
    struct rota_journal j;
    struct rota_quarantine bad;

    struct rota_store store = rota_journal_store(&j, &d->journal.flash);
    CHECK(store.open(store.ctx) == ROTA_OK);
    CHECK(rota_record_load(&store, ROTA_RECORD_QUARANTINE, &bad) == ROTA_OK);
    return rota_quarantine_has(&bad, asset_id, NULL);
}

/* With each journal, from each boot state, with this release to go to. */
static void wake_with_each(const char *repo, int version, int release,
                           void (*judge)(int moment, int boot))
{
    for (int moment = 0; moment < MOMENTS; moment++)
        for (int boot = ROTA_BOOT_CONFIRMED; boot <= ROTA_BOOT_UNDONE; boot++) {
            take_journal(moment, repo, version);
            wake(boot);
            rolled_back = false;
            publish(&device[0], release);
            live(&device[0], 5);
            judge(moment, boot);
        }
}

static void must_run_1_1_0(int moment, int boot)
{
    (void)moment, (void)boot;
    CHECK(running_version(&device[0]) == 2);
    CHECK(device[0].bootloader.state == ROTA_BOOT_CONFIRMED);
    CHECK(!in_quarantine(&device[0], 2));
}

static void the_journal_of_another_product_changes_nothing(void)
{
    wake_with_each("other/app", 0, 2, must_run_1_1_0);
}

static void must_run_1_2_0(int moment, int boot)
{
    (void)moment, (void)boot;
    CHECK(running_version(&device[0]) == 3);
    CHECK(device[0].bootloader.state == ROTA_BOOT_CONFIRMED);
    CHECK(!in_quarantine(&device[0], 3));
}

/* What the other one has in quarantine, or on trial, may stay out; the
 * release after it does not. */
static void the_next_release_comes_whatever_a_journal_says(void)
{
    for (int version = 0; version <= 1; version++)
        wake_with_each("acme/app", version, 3, must_run_1_2_0);
}

/* Nothing is armed but what is wanted, and nothing is lost but 1.1.0. When the
 * sister went to 1.1.0 from the version that is on trial here, the program
 * takes itself for the one before the trial and does not confirm. */
static void may_miss_1_1_0(int moment, int boot)
{
    int version = running_version(&device[0]);

    CHECK(version == 2 || version == 1
          || (version == 0 && boot == ROTA_BOOT_TRIAL));
    CHECK(version == 2 || in_quarantine(&device[0], 2)
          || moments[moment] == other_has_confirmed);
    CHECK(!in_quarantine(&device[0], 1) && !in_quarantine(&device[0], 0));
    publish(&device[0], 3);
    live(&device[0], 5);
    must_run_1_2_0(moment, boot);
}

static void the_journal_of_a_sister_costs_one_release_at_most(void)
{
    wake_with_each("acme/app", 1, 2, may_miss_1_1_0);
}

/* Slots of other blocks: a checkpoint may lie where none begins. */
static void a_checkpoint_of_other_slots_starts_over(void)
{
    struct device *d = &device[0];

    take_journal(1, "acme/app", 1);
    wake(ROTA_BOOT_CONFIRMED);
    cutflash_free(&d->slot[1]);
    cutflash_init(&d->slot[1], 1, 65536, 8, 0x00);
    publish(d, 2);
    live(d, 3);
    must_run_1_1_0(1, 0);
}

int main(void)
{
    static uint8_t memory[16 << 10]; /* for PSA's hashes */
    static struct rota_arena arena;
    uint32_t seed = 1;

    rota_arena_init(&arena, memory, sizeof memory);
    rota_arena_use(&arena);
    for (int p = 0; p < 2; p++)
        for (int v = 0; v < VERSIONS; v++)
            for (size_t i = 0; i < SIZE; i++)
                images[p][v][i] = (uint8_t)(cutflash_random(&seed) >> 9);
    RUN(the_journal_of_another_product_changes_nothing);
    RUN(the_next_release_comes_whatever_a_journal_says);
    RUN(the_journal_of_a_sister_costs_one_release_at_most);
    RUN(a_checkpoint_of_other_slots_starts_over);
    return test_end();
}
