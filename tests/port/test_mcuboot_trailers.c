/* SPDX-License-Identifier: Apache-2.0 */
/* MCUboot's trailers when they hold anything, on flash that fails. */
#include <string.h>

#include "port/mcuboot_rig.h"

static struct mcu m;

enum { ROUNDS = 400, MAGIC = 16 };

static uint32_t seed;

static uint8_t noise(void)
{
    return (uint8_t)(cutflash_random(&seed) >> 9);
}

/* Where the sectors of the trailer begin. */
static uint32_t trailer(void)
{
    return rota_boot_mcuboot_capacity(&m.port);
}

/* Noise in place of a trailer; the magic, which noise hardly ever is, may
 * stay. */
static void make_noise(struct cutflash *c, bool magic)
{
    uint8_t bytes[64 << 10];
    uint32_t from = trailer(), len = c->flash.size - from;

    mcu_set(&m, c, (struct mcu_trailer){MCU_GOOD, MCU_UNSET, MCU_UNSET, 0});
    memcpy(bytes, c->mem + from, len);
    for (uint32_t i = 0; i < len - (magic ? MAGIC : 0); i++)
        bytes[i] = cutflash_random(&seed) & 0x300 ? noise() : c->flash.erased;
    cutflash_load(c, from, bytes, len);
}

/* Whatever the trailers say: answers of the port's own, an image that runs and
 * stays, and an arming that MCUboot understands. */
static void use(void)
{
    static uint8_t image[LEN];
    uint32_t runs = mcu_running(&m);
    enum mcu_swap before = mcuboot_decision(&m);

    memcpy(image, m.primary.mem, LEN);
    int was = mcuboot_state(&m), err = mcuboot_confirm(&m);
    CHECK(was >= ROTA_BOOT_CONFIRMED && was <= ROTA_BOOT_ROLLED_BACK);
    CHECK(err == ROTA_OK || err == ROTA_EBOOT || err == ROTA_ENOTHING);
    CHECK(mcuboot_decision(&m) == before
          || (before == MCU_REVERT && mcuboot_decision(&m) == MCU_NONE));
    err = mcuboot_try_next(&m);
    CHECK(err == ROTA_OK || err == ROTA_ETRIAL);
    CHECK(err || mcuboot_decision(&m) == MCU_TEST
          || mcuboot_decision(&m) == MCU_PERM);
    CHECK(mcu_running(&m) == runs && memcmp(image, m.primary.mem, LEN) == 0);
}

static void meet_noise(void)
{
    for (seed = 1; seed < ROUNDS * 7919u; seed += 7919) {
        uint32_t was = seed;
        mcu_download(&m, 2, LEN);
        make_noise(&m.primary, was & 1);
        make_noise(&m.secondary, was & 2);
        use();
        seed = was;
    }
}

static void trailers_of_random_bytes_change_nothing_that_runs(void)
{
    mcuboot_on_each(&m, ROTA_MCUBOOT_MOVE, meet_noise);
    mcuboot_on_each(&m, ROTA_MCUBOOT_SCRATCH, meet_noise);
}

/* From armed, or on trial, with a part of the trailer erased. */
static void meet_half_erased(void)
{
    static const struct mcu_trailer trial = {MCU_GOOD, MCU_UNSET, MCU_GOOD,
                                             MCU_TEST};
    uint8_t blank[256];
    uint32_t size = m.primary.flash.size;

    memset(blank, m.primary.flash.erased, sizeof blank);
    for (uint32_t from = 0; from < sizeof blank; from += 8)
        for (uint32_t to = from; to < sizeof blank; to += 8) {
            mcu_download(&m, 2, LEN);
            mcu_set(&m, &m.primary, trial);
            mcu_set(&m, &m.secondary, trial);
            cutflash_load(to & 8 ? &m.primary : &m.secondary,
                          size - (uint32_t)sizeof blank + from, blank,
                          to - from);
            use();
        }
}

static void a_half_erased_trailer_changes_nothing_that_runs(void)
{
    mcuboot_on_each(&m, ROTA_MCUBOOT_SCRATCH, meet_half_erased);
}

/* --- Flash that fails ----------------------------------------------------- */

static void fail_all(int err)
{
    m.primary.fail_at = m.secondary.fail_at = 0;
    m.primary.fail_err = m.secondary.fail_err = err;
}

static void meet_read_only(void)
{
    mcu_download(&m, 2, LEN);
    fail_all(ROTA_EREADONLY);
    CHECK(mcuboot_try_next(&m) == ROTA_EREADONLY
          && mcuboot_decision(&m) == MCU_NONE);
    mcu_on(&m);
    mcu_set(&m, &m.primary,
            (struct mcu_trailer){MCU_GOOD, MCU_UNSET, MCU_GOOD, MCU_TEST});
    fail_all(ROTA_EREADONLY);
    CHECK(mcuboot_confirm(&m) == ROTA_EREADONLY
          && mcuboot_decision(&m) == MCU_REVERT);
    CHECK(mcuboot_state(&m) == ROTA_BOOT_TRIAL);
    mcu_on(&m);
    mcu_set(&m, &m.primary,
            (struct mcu_trailer){MCU_GOOD, MCU_GOOD, MCU_GOOD, MCU_REVERT});
    fail_all(ROTA_EREADONLY);
    CHECK(mcuboot_confirm(&m) == ROTA_EREADONLY
          && mcuboot_decision(&m) == MCU_NONE);
    mcu_on(&m);
}

static void flash_that_cannot_be_written_is_told(void)
{
    mcuboot_on_each(&m, ROTA_MCUBOOT_MOVE, meet_read_only);
}

static int reads_left;
static int (*true_read)(void *, uint32_t, void *, uint32_t);

static int failing_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    return reads_left-- > 0 ? true_read(ctx, off, buf, len) : -1234;
}

/* Each read of a call fails: its error comes through, nothing is written. */
static void fail_each_read(int (*call)(struct mcu *), int result)
{
    true_read = m.primary.flash.read;
    m.primary.flash.read = m.secondary.flash.read = failing_read;
    for (int n = 0;; n++) {
        long writes = m.primary.writes + m.secondary.writes;
        reads_left = n;
        int err = call(&m);
        if (err == result)
            break;
        CHECK(err == -1234 && n < 100);
        CHECK(m.primary.writes + m.secondary.writes == writes);
    }
    m.primary.flash.read = m.secondary.flash.read = true_read;
}

static void meet_unreadable(void)
{
    mcu_download(&m, 2, LEN);
    fail_each_read(mcuboot_state, ROTA_BOOT_CONFIRMED);
    fail_each_read(mcuboot_try_next, ROTA_OK);
    fail_each_read(mcuboot_state, ROTA_BOOT_TRIAL);
    fail_each_read(mcuboot_confirm, ROTA_ENOTHING);
}

static void flash_that_cannot_be_read_is_told(void)
{
    mcuboot_on_each(&m, ROTA_MCUBOOT_MOVE, meet_unreadable);
}

int main(void)
{
    RUN(trailers_of_random_bytes_change_nothing_that_runs);
    RUN(a_half_erased_trailer_changes_nothing_that_runs);
    RUN(flash_that_cannot_be_written_is_told);
    RUN(flash_that_cannot_be_read_is_told);
    return test_end();
}
