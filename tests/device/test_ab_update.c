/* SPDX-License-Identifier: Apache-2.0 */
/* The whole client on two slots run in place: one update, with power lost at
 * each write to the boot record, by the client and by the bootloader, and
 * started again until it is done. */
#include "support/abdev.h"
#include "device/device.h"

static struct device device;

enum { A = 0, B = 1, STARTS = 20 };

static struct abdev d;
static long cut_at, again; /* writes until power fails, and until it does so
                            * once more; negative = it does not */
static long cuts;

/* Slot A holds what the device came with. */
static bool slots_valid(void *ctx, int slot)
{
    (void)ctx;
    return slot == A
        || memcmp(device.rig.slot_bytes, script_image(), DEVICE_ASSET) == 0;
}

static void power_on(enum cutflash_torn torn)
{
    long left = cut_at - d.record.writes;

    cutflash_on(&d.record);
    if (cut_at < 0)
        return;
    cut_at = left;
    d.record.cut_at = left;
    d.record.torn = torn;
}

static void power_failed(void)
{
    cuts++;
    cut_at = again;
    again = -1;
    d.record.writes = 0;
}

static void boot(void)
{
    d.valid[A] = slots_valid(NULL, A);
    d.valid[B] = slots_valid(NULL, B);
    abdev_restart(&d);
    CHECK(d.running >= 0 && d.valid[d.running]);
    device.rig.config.boot = &d.boot;
    device.rig.config.version = d.running == B ? "1.1.0" : "1.0.0";
}

static void check(void)
{
    device_clear(&device);
    device_offer(&device, "v1.1.0");
    device_asset(&device);
    device_serve(&device);
    CHECK(rig_check(&device.rig) == ROTA_OK);
}

/* One time of power. False when it was cut. */
static bool live(void)
{
    if (setjmp(d.record.cut) != 0)
        return false;
    boot();
    check();
    return true;
}

/* Starts until done says so: how many, of which how many in B. */
static int starts_in_b;

static int live_until(bool (*done)(void), enum cutflash_torn torn)
{
    int n = 0;
    bool whole = false;

    starts_in_b = 0;
    while (n < STARTS && !(whole && done())) {
        power_on(torn);
        whole = live();
        if (!whole)
            power_failed();
        else
            starts_in_b += d.running == B;
        n++;
    }
    return n;
}

static void begin(uint32_t unit, uint32_t seed)
{
    device_clear(&device);
    device_init(&device);
    abdev_init(&d, unit, 0xff);
    d.record.seed = seed;
}

static void end(void)
{
    CHECK(d.record.broken == 0);
    abdev_free(&d);
}

/* --- A good image -------------------------------------------------------- */

static bool is_confirmed(void)
{
    return d.running == B && abdev_state(&d) == ROTA_BOOT_CONFIRMED;
}

static void update(uint32_t unit, long n, long k, enum cutflash_torn torn)
{
    begin(unit, (uint32_t)(n * 100 + k + 2));
    cut_at = n;
    again = k;
    int starts = live_until(is_confirmed, torn);
    CHECK(starts < STARTS);
    CHECK(!strstr(device.rig.told, "rolled_back"));
    cutflash_on(&d.record);
    boot();
    CHECK(is_confirmed());
    end();
}

/* --- An image that never confirms ---------------------------------------- */

static bool is_quarantined(void)
{
    return d.running == A && strstr(device.rig.told, "quarantined");
}

static void bad_update(uint32_t unit, long n, long k, enum cutflash_torn torn)
{
    begin(unit, (uint32_t)(n * 100 + k + 2));
    device.rig.may_confirm = false;
    cut_at = n;
    again = k;
    int starts = live_until(is_quarantined, torn);
    CHECK(starts < STARTS && starts_in_b <= ABDEV_LIMIT);
    cutflash_on(&d.record);
    boot();
    check();
    CHECK(is_quarantined());
    end();
}

/* --- Cuts ---------------------------------------------------------------- */

static void cut_everywhere(void (*story)(uint32_t, long, long,
                                         enum cutflash_torn))
{
    for (uint32_t unit = 4; unit <= 16; unit *= 4)
        for (int torn = 0; torn < CUTFLASH_TORN; torn++)
            for (long n = 0, before = -1; before != cuts; n++) {
                before = cuts;
                for (long k = -1; k < 8; k++)
                    story(unit, n, k, (enum cutflash_torn)torn);
            }
}

static void a_good_image_is_installed_whatever_is_cut(void)
{
    cuts = 0;
    cut_everywhere(update);
    printf("good update: %ld cuts\n", cuts);
    CHECK(cuts > 500);
}

static void a_bad_image_ends_in_quarantine_whatever_is_cut(void)
{
    cuts = 0;
    cut_everywhere(bad_update);
    printf("bad update: %ld cuts\n", cuts);
    CHECK(cuts > 500);
}

int main(void)
{
    RUN(a_good_image_is_installed_whatever_is_cut);
    RUN(a_bad_image_ends_in_quarantine_whatever_is_cut);
    return test_end();
}
