/* SPDX-License-Identifier: Apache-2.0 */
/* Flash that fails, cannot be written or holds anything at all: an error or a
 * clean start, never a wrong image armed. The whole core over fakes. */
#include <string.h>

#include "support/cutflash.h"
#include "support/rig.h"
#include "support/script.h"
#include "support/test.h"

#define SIZE 9000u

static struct rig rig;
static struct script script;
static struct cutflash slot, journal;

static void new_device(void)
{
    memset(&script, 0, sizeof script);
    script_release(&script, "v1.1.0", "app-1.bin", "9000", NULL);
    script_add(&script, "HTTP/1.1 200 OK\n", script_image(), SIZE);
    cutflash_free(&slot);
    cutflash_free(&journal);
    cutflash_init(&slot, 6, 2048, 8, 0xff);
    cutflash_init(&journal, 2, 4096, 8, 0xff);
    rig_init(&rig, script.reply, script.count);
    rig.config.slot = &slot.flash;
    rig.store = rota_journal_store(&rig.records, &journal.flash);
}

/* The same device again, its flash in order, and the server from the start. */
static void recover(void)
{
    cutflash_on(&slot);
    cutflash_on(&journal);
    fakenet_init(&rig.server, script.reply, script.count);
}

static bool holds_image(void)
{
    uint8_t bytes[SIZE];

    slot.flash.read(slot.flash.ctx, 0, bytes, SIZE);
    return memcmp(bytes, script_image(), SIZE) == 0;
}

static bool installed(void)
{
    return rig.bootloader.tries == 1 && holds_image();
}

/* Fail at the nth write and all later ones; true when it was reached. */
static bool fail_at(struct cutflash *flash, long n, int err)
{
    new_device();
    flash->fail_at = n;
    flash->fail_err = err;
    int result = rig_check(&rig);
    bool failed =
        result == err || (strstr(rig.told, "failed") && rig.last.err == err);
    if (flash->writes <= n) {
        CHECK(installed());
        return false;
    }
    CHECK(failed || installed());
    CHECK(rig.bootloader.tries == 0 || holds_image());
    if (rig.bootloader.tries == 0) {
        recover();
        CHECK(rig_check(&rig) == ROTA_OK && installed());
    }
    return true;
}

static void a_slot_that_fails_at_any_write_is_an_error(void)
{
    long n = 0;

    while (fail_at(&slot, n, ROTA_EIO))
        n++;
    CHECK(n > 1000);
}

static void a_journal_that_fails_at_any_write_is_an_error(void)
{
    long n = 0;

    while (fail_at(&journal, n, ROTA_EIO))
        n++;
    CHECK(n > 50);
}

static void flash_that_cannot_be_written_is_an_error(void)
{
    CHECK(fail_at(&slot, 0, ROTA_EREADONLY));
    CHECK(rig.last.err == ROTA_EREADONLY || installed());
    CHECK(fail_at(&journal, 0, ROTA_EREADONLY));
}

static void an_image_larger_than_the_slot_is_refused(void)
{
    new_device();
    cutflash_free(&slot);
    cutflash_init(&slot, 4, 2048, 8, 0xff);
    CHECK(rig_check(&rig) == ROTA_OK && rig.last.err == ROTA_ETOOBIG);
    CHECK(slot.writes == 0 && rig.bootloader.tries == 0);
}

static void a_journal_of_random_bytes_means_nothing(void)
{
    uint8_t bytes[8192];

    for (uint32_t seed = 1; seed < 200; seed++) {
        uint32_t s = seed;
        new_device();
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (uint8_t)(cutflash_random(&s) >> 9);
        cutflash_load(&journal, 0, bytes, sizeof bytes);
        cutflash_load(&slot, 0, bytes, sizeof bytes);
        CHECK(rig_check(&rig) == ROTA_OK && installed());
    }
}

static void a_journal_with_rotten_bytes_is_no_danger(void)
{
    uint8_t bytes[8192];

    for (uint32_t seed = 1; seed < 300; seed++) {
        uint32_t s = seed;
        new_device();
        CHECK(rig_check(&rig) == ROTA_OK && installed());
        journal.flash.read(journal.flash.ctx, 0, bytes, sizeof bytes);
        for (int i = 0; i < 3; i++)
            bytes[cutflash_random(&s) % 1500] ^= (uint8_t)(1u << seed % 8);
        cutflash_load(&journal, 0, bytes, sizeof bytes);
        recover();
        CHECK(rig_check(&rig) == ROTA_OK);
        CHECK(rig.bootloader.tries == 1 || holds_image());
    }
}

static void a_region_too_small_for_a_journal_is_refused(void)
{
    new_device();
    cutflash_free(&journal);
    cutflash_init(&journal, 2, 512, 8, 0xff);
    CHECK(rig_check(&rig) == ROTA_EINVAL);
}

int main(void)
{
    RUN(a_slot_that_fails_at_any_write_is_an_error);
    RUN(a_journal_that_fails_at_any_write_is_an_error);
    RUN(flash_that_cannot_be_written_is_an_error);
    RUN(an_image_larger_than_the_slot_is_refused);
    RUN(a_journal_of_random_bytes_means_nothing);
    RUN(a_journal_with_rotten_bytes_is_no_danger);
    RUN(a_region_too_small_for_a_journal_is_refused);
    return test_end();
}
