/* SPDX-License-Identifier: Apache-2.0 */
/* Where a download goes on, above all on flash whose blocks differ in size. */
#include "update/checkpoint.h"

#include <string.h>

#include "support/cutflash.h"
#include "support/test.h"
#include "flash/record.h"

enum { LEAST = 1000 };

static const uint32_t map[] = {512, 512, 2048, 512, 1024, 0};

static struct cutflash dev, kept;
static struct rota_flash slot_flash;
static struct rota_journal journal;
static struct rota_store store;
static struct rota_slot slot;
static struct rota_progress progress;
static struct rota_image image = {
    .asset_id = 7, .size = 4608, .has_digest = true, .sha256 = {1, 2, 3}};

static uint64_t now_ms(void *ctx)
{
    (void)ctx;
    return 1000;
}

static const struct rota_sys sys = {.now_ms = now_ms};
static struct rota_config config = {
    .slot = &slot_flash, .sys = &sys, .store = &store, .checkpoint_min = LEAST};

static void begin(void)
{
    cutflash_init_mixed(&dev, map, 8, 0xff);
    slot_flash = dev.flash;
    cutflash_init(&kept, 2, 4096, 8, 0xff);
    store = rota_journal_store(&journal, &kept.flash);
    CHECK(store.open(store.ctx) == ROTA_OK);
    CHECK(rota_slot_begin(&slot, &dev.flash, image.size) == ROTA_OK);
    progress = (struct rota_progress){0};
}

static void end(void)
{
    CHECK(dev.broken == 0 && kept.broken == 0);
    cutflash_free(&dev);
    cutflash_free(&kept);
}

/* Where it would go on after so many bytes. */
static uint32_t after(uint32_t written)
{
    struct rota_progress p;
    char etag[80];

    slot.written = written;
    CHECK(rota_checkpoint_make(&progress, &config, &image, &slot, "\"e\"")
          == ROTA_OK);
    return rota_checkpoint_find(&p, config.slot, &store, &image, etag);
}

static void a_checkpoint_is_the_last_border_behind_which_enough_came(void)
{
    begin();
    CHECK(after(0) == 0 && after(1023) == 0);
    CHECK(after(1024) == 1024);
    CHECK(after(1025) == 1024 && after(3071) == 1024);
    CHECK(after(3072) == 3072);
    CHECK(after(3584) == 3072); /* a border, but too soon after the last */
    CHECK(after(4607) == 3072);
    CHECK(after(4608) == 4608); /* the end of the region is one too */
    end();
}

static void a_block_that_is_entered_late_counts_from_its_begin(void)
{
    begin();
    CHECK(after(3000) == 1024);
    CHECK(after(4000) == 3584);
    end();
}

/* A journal from before the map changed, or of another device. */
static void a_checkpoint_that_is_no_border_is_not_gone_on_from(void)
{
    struct rota_checkpoint k = {.asset_id = 7, .size = 4608};
    struct rota_progress p;
    char etag[80];

    memcpy(k.digest, image.sha256, sizeof k.digest);
    begin();
    for (k.at = 512; k.at <= 4608; k.at += 512) {
        bool border =
            k.at <= 1024 || k.at == 3072 || k.at == 3584 || k.at == 4608;
        CHECK(rota_record_save(&store, ROTA_RECORD_CHECKPOINT, &k) == ROTA_OK);
        uint32_t at =
            rota_checkpoint_find(&p, config.slot, &store, &image, etag);
        CHECK(at == (border ? k.at : 0));
    }
    end();
}

static uint32_t found_for(const struct rota_image *r, char etag[80])
{
    struct rota_progress p;

    return rota_checkpoint_find(&p, config.slot, &store, r, etag);
}

static void a_checkpoint_is_of_one_asset_size_and_digest(void)
{
    struct rota_image other[4] = {image, image, image, image};
    char etag[80];

    other[0].asset_id++;
    other[1].size--;
    other[2].sha256[ROTA_SHA256_LEN - 1] ^= 1;
    other[3].has_digest = false;
    begin();
    CHECK(after(1024) == 1024);
    CHECK(found_for(&image, etag) == 1024 && !strcmp(etag, "\"e\""));
    for (int i = 0; i < 4; i++)
        CHECK(found_for(&other[i], etag) == 0 && etag[0] == '\0');
    end();
}

int main(void)
{
    RUN(a_checkpoint_is_the_last_border_behind_which_enough_came);
    RUN(a_block_that_is_entered_late_counts_from_its_begin);
    RUN(a_checkpoint_that_is_no_border_is_not_gone_on_from);
    RUN(a_checkpoint_is_of_one_asset_size_and_digest);
    return test_end();
}
