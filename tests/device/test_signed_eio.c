/* SPDX-License-Identifier: Apache-2.0 */
/* A journal of which one read fails, once, at each read of an update. */
#include "device/signed.h"
#include "flash/record.h"

/* What this device has accepted, and an image that failed. */
static void remember(void)
{
    struct rota_accepted p = {.seq = 4, .security = 2, .revoked = {"another"}};
    struct rota_quarantine bad = {0};
    struct rota_journal j;

    rota_quarantine_add(&bad, 0,
                        (const uint8_t *)"the SHA-256 of a failed image...");
    struct rota_store store = rota_journal_store(&j, &rig.journal);
    CHECK(store.open(store.ctx) == ROTA_OK);
    CHECK(rota_record_save(&store, ROTA_RECORD_ACCEPTED, &p) == ROTA_OK);
    CHECK(rota_record_save(&store, ROTA_RECORD_QUARANTINE, &bad) == ROTA_OK);
}

static bool remembers(void)
{
    struct rota_accepted p = past();
    struct rota_quarantine bad;
    struct rota_journal j;

    struct rota_store store = rota_journal_store(&j, &rig.journal);
    CHECK(store.open(store.ctx) == ROTA_OK);
    return p.seq >= 4 && p.security >= 2
        && memcmp(p.revoked[0], "another", 8) == 0
        && rota_record_load(&store, ROTA_RECORD_QUARANTINE, &bad) == ROTA_OK
        && bad.count
        && memcmp(bad.image[0].sha256, "the SHA-256 of a failed image...",
                  ROTA_SHA256_LEN)
               == 0;
}

static void update_with_a_failure(unsigned at)
{
    new_device(1);
    remember();
    say_all();
    serve();
    fail_read(at);
    (void)rig_check(&rig);
}

static void a_read_that_fails_makes_nothing_forgotten(void)
{
    unsigned at = 0;

    do {
        update_with_a_failure(++at);
        bool over = reads_left != 0;
        reads_left = 0;
        CHECK(remembers());
        /* The trial ends, well or badly, with another failure each. */
        for (int good = 0; good < 2 && rig.bootloader.tries; good++) {
            fakeboot_restart(&rig.bootloader);
            rig.config.version = "1.1.0";
            empty();
            say_release();
            serve();
            reads_left = at;
            (void)rig_check(&rig);
            reads_left = 0;
            CHECK(remembers());
        }
        if (over)
            break;
    } while (at < 1000);
    CHECK(at > 20 && at < 1000);
    CHECK(rig.bootloader.tries);
}

int main(void)
{
    RUN(a_read_that_fails_makes_nothing_forgotten);
    return test_end();
}
