/* SPDX-License-Identifier: Apache-2.0 */
/* What must be on flash before what: a power loss may take all that was not
 * synced. */
#include "device/device.h"
#include "flash/journal_half.h"
#include "flash/record.h"

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
    empty();
    script_release(&script, "v1.1.0", "app-1.bin", "9000",
                   "\"sha256:00000000000000000000000000000000"
                   "00000000000000000000000000000000\"");
    asset();
    rig_init(&rig, script.reply, script.count);
    slot = rig.slot;
    journal_flash = rig.journal;
    rig.slot.prog = slot_prog;
    rig.slot.sync = slot_sync;
    rig.journal.prog = journal_prog;
    rig.config.checkpoint_min = RIG_ERASE;
    notes = -1;
    CHECK(rig_check(&rig) == ROTA_OK && rig.last.err == ROTA_EDIGEST);
    CHECK(notes >= 4 && hasty_notes == 0);
}

static void look_at_journal(void *phase)
{
    struct rota_journal j;
    struct rota_install i;

    struct rota_store store = rota_journal_store(&j, &rig.journal);
    CHECK(store.open(store.ctx) == ROTA_OK);
    rota_record_recall(&store, ROTA_RECORD_INSTALL, &i);
    *(int *)phase = i.phase;
}

static void the_journal_knows_of_an_image_before_the_bootloader(void)
{
    int phase = -1;

    empty();
    offer("v1.1.0");
    asset();
    rig_init(&rig, script.reply, script.count);
    rig.bootloader.before = look_at_journal;
    rig.bootloader.arg = &phase;
    CHECK(rig_check(&rig) == ROTA_OK && told(INSTALLED));
    CHECK(phase == ROTA_PHASE_ARMED);
}

/* Without a digest, what an asset is shows when it has come. */
static void an_image_that_failed_is_not_armed_under_another_name(void)
{
    struct rota_journal j;
    struct rota_quarantine bad;

    empty();
    offer("v1.1.0");
    asset();
    run();
    fakeboot_restart(&rig.bootloader);
    fakeboot_restart(&rig.bootloader);
    empty();
    offer("v1.1.0");
    run_again();
    CHECK(told("rolled-back checking quarantined "));

    struct rota_store store = rota_journal_store(&j, &rig.journal);
    CHECK(store.open(store.ctx) == ROTA_OK);
    CHECK(rota_record_load(&store, ROTA_RECORD_QUARANTINE, &bad) == ROTA_OK);
    bad.image[bad.newest].asset_id++;
    CHECK(bad.count == 1
          && rota_record_save(&store, ROTA_RECORD_QUARANTINE, &bad) == ROTA_OK);
    empty();
    offer("v1.2.0");
    asset();
    run_again();
    CHECK(rig.last.err == ROTA_EQUARANTINE && rig.bootloader.tries == 1);
}

int main(void)
{
    RUN(copies_are_synced_before_their_seal);
    RUN(what_a_checkpoint_says_is_synced_before);
    RUN(the_journal_knows_of_an_image_before_the_bootloader);
    RUN(an_image_that_failed_is_not_armed_under_another_name);
    return test_end();
}
