/* SPDX-License-Identifier: Apache-2.0 */
/* What must be on flash before what: a power loss may take all that was not
 * synced. */
#include "device/device.h"
#include "flash/journal_half.h"
#include "flash/record.h"

static struct device d;

enum { HALF = 2048, PROG = 8 };

/* --- The journal alone ---------------------------------------------------- */

static uint8_t bytes[2 * HALF];
static uint32_t first; /* where records begin in a half, behind the seals */
static bool dirty;
static int seals, too_early;

static int read_(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    (void)ctx;
    memcpy(buf, bytes + off, len);
    return ROTA_OK;
}

static int prog_(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    (void)ctx;
    if (off % HALF < first) {
        seals++;
        too_early += dirty;
    }
    dirty = true;
    memcpy(bytes + off, buf, len);
    return ROTA_OK;
}

static int erase_(void *ctx, uint32_t off)
{
    (void)ctx;
    memset(bytes + off, 0xff, HALF);
    return ROTA_OK;
}

static int sync_(void *ctx)
{
    (void)ctx;
    dirty = false;
    return ROTA_OK;
}

static void copies_are_synced_before_their_seal(void)
{
    const struct rota_flash flash = {.read = read_,
                                     .prog = prog_,
                                     .erase = erase_,
                                     .sync = sync_,
                                     .size = sizeof bytes,
                                     .erase_size = HALF,
                                     .prog_size = PROG,
                                     .erased = 0xff};
    struct rota_journal journal;
    char record[100] = {0};

    memset(bytes, 0xff, sizeof bytes);
    CHECK(rota_journal_open(&journal, &flash) == ROTA_OK);
    first = rota_journal_half_first(&journal);
    for (int i = 0; i < 200; i++) {
        record[0] = (char)i;
        CHECK(!rota_journal_put(&journal, 1 + i % 3, record, sizeof record));
    }
    CHECK(seals > 3 && too_early == 0);
}

/* --- A whole device ------------------------------------------------------- */

static struct rota_flash slot, journal_flash; /* those of the rig */
static bool unsynced;                         /* bytes in the slot */
static int notes, hasty_notes;                /* once the slot was begun */

static int slot_prog(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    unsynced = true;
    notes = notes < 0 ? 0 : notes;
    return slot.prog(ctx, off, buf, len);
}

static int slot_sync(void *ctx)
{
    (void)ctx;
    unsynced = false;
    return ROTA_OK;
}

static int journal_prog(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    notes += notes >= 0;
    hasty_notes += unsynced;
    return journal_flash.prog(ctx, off, buf, len);
}

static void what_a_checkpoint_says_is_synced_before(void)
{
    device_clear(&d);
    script_release(&d.script, "v1.1.0", "app-1.bin", "9000",
                   "\"sha256:00000000000000000000000000000000"
                   "00000000000000000000000000000000\"");
    device_asset(&d);
    device_init(&d);
    slot = d.rig.slot;
    journal_flash = d.rig.journal;
    d.rig.slot.prog = slot_prog;
    d.rig.slot.sync = slot_sync;
    d.rig.journal.prog = journal_prog;
    d.rig.config.checkpoint_min = RIG_ERASE;
    notes = -1;
    CHECK(rig_check(&d.rig) == ROTA_OK && d.rig.last.err == ROTA_EDIGEST);
    CHECK(notes >= 4 && hasty_notes == 0);
}

static void look_at_journal(void *phase)
{
    struct rota_journal j;
    struct rota_install i;

    struct rota_store store = rota_journal_store(&j, &d.rig.journal);
    CHECK(store.open(store.ctx) == ROTA_OK);
    rota_record_recall(&store, ROTA_RECORD_INSTALL, &i);
    *(int *)phase = i.phase;
}

static void the_journal_knows_of_an_image_before_the_bootloader(void)
{
    int phase = -1;

    device_clear(&d);
    device_offer(&d, "v1.1.0");
    device_asset(&d);
    device_init(&d);
    d.rig.bootloader.before = look_at_journal;
    d.rig.bootloader.arg = &phase;
    CHECK(rig_check(&d.rig) == ROTA_OK && device_told(&d, INSTALLED));
    CHECK(phase == ROTA_PHASE_ARMED);
}

/* Without a digest, what an asset is shows when it has come. */
static void an_image_that_failed_is_not_armed_under_another_name(void)
{
    struct rota_journal j;
    struct rota_quarantine bad;

    device_clear(&d);
    device_offer(&d, "v1.1.0");
    device_asset(&d);
    device_run(&d);
    fakeboot_restart(&d.rig.bootloader);
    fakeboot_restart(&d.rig.bootloader);
    device_clear(&d);
    device_offer(&d, "v1.1.0");
    device_run_again(&d);
    CHECK(device_told(&d, "rolled_back checking quarantined "));

    struct rota_store store = rota_journal_store(&j, &d.rig.journal);
    CHECK(store.open(store.ctx) == ROTA_OK);
    CHECK(rota_record_load(&store, ROTA_RECORD_QUARANTINE, &bad) == ROTA_OK);
    bad.image[bad.newest].asset_id++;
    CHECK(bad.count == 1
          && rota_record_save(&store, ROTA_RECORD_QUARANTINE, &bad) == ROTA_OK);
    device_clear(&d);
    device_offer(&d, "v1.2.0");
    device_asset(&d);
    device_run_again(&d);
    CHECK(d.rig.last.err == ROTA_EQUARANTINE && d.rig.bootloader.tries == 1);
}

int main(void)
{
    RUN(copies_are_synced_before_their_seal);
    RUN(what_a_checkpoint_says_is_synced_before);
    RUN(the_journal_knows_of_an_image_before_the_bootloader);
    RUN(an_image_that_failed_is_not_armed_under_another_name);
    return test_end();
}
