/* SPDX-License-Identifier: Apache-2.0 */
/* A journal of which one read fails, once, at each read of an update. */
#include "device/signed_device.h"
#include "flash/record.h"

static struct signed_device s;
static struct device *const d = &s.device;

/* What this device has accepted, and an image that failed. */
static void remember(void)
{
    struct rota_accepted p = {.seq = 4, .security = 2, .revoked = {"another"}};
    struct rota_quarantine bad = {0};
    struct rota_journal j;

    rota_quarantine_add(&bad, 0,
                        (const uint8_t *)"the SHA-256 of a failed image...");
    struct rota_store store = rota_journal_store(&j, &d->rig.journal);
    CHECK(store.open(store.ctx) == ROTA_OK);
    CHECK(rota_record_save(&store, ROTA_RECORD_ACCEPTED, &p) == ROTA_OK);
    CHECK(rota_record_save(&store, ROTA_RECORD_QUARANTINE, &bad) == ROTA_OK);
}

static bool remembers(void)
{
    struct rota_accepted p = signed_past(&s);
    struct rota_quarantine bad;
    struct rota_journal j;

    struct rota_store store = rota_journal_store(&j, &d->rig.journal);
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
    signed_init(&s, 1);
    remember();
    signed_say_all(&s);
    device_serve(d);
    signed_fail_read(&s, at);
    (void)rig_check(&d->rig);
}

static void a_read_that_fails_makes_nothing_forgotten(void)
{
    unsigned at = 0;

    do {
        update_with_a_failure(++at);
        bool over = s.failing.reads_left != 0;
        s.failing.reads_left = 0;
        CHECK(remembers());
        /* The trial ends, well or badly, with another failure each. */
        for (int good = 0; good < 2 && d->rig.bootloader.tries; good++) {
            fakeboot_restart(&d->rig.bootloader);
            d->rig.config.version = "1.1.0";
            device_clear(d);
            signed_say_release(&s);
            device_serve(d);
            s.failing.reads_left = at;
            (void)rig_check(&d->rig);
            s.failing.reads_left = 0;
            CHECK(remembers());
        }
        if (over)
            break;
    } while (at < 1000);
    CHECK(at > 20 && at < 1000);
    CHECK(d->rig.bootloader.tries);
}

int main(void)
{
    RUN(a_read_that_fails_makes_nothing_forgotten);
    return test_end();
}
