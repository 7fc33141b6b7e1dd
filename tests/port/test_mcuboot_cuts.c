/* SPDX-License-Identifier: Apache-2.0 */
/* Power is lost, and flash fails, at each write of the port to MCUboot. */
#include "port/mcuboot_rig.h"

static struct mcu m;

enum { ROUNDS = 32 };

/* From what before holds, on flash c: cut call at write n, look, call again.
 * Returns false when call has fewer writes. */
static bool cut(struct cutflash *c, const struct mcu *before,
                int (*call)(struct mcu *), long n, int torn, enum mcu_swap old,
                enum mcu_swap new)
{
    mcu_copy(&m, before);
    mcu_on(&m);
    c->seed = (uint32_t)(n * 1000 + torn + 1);
    c->cut_at = n;
    c->torn = (enum cutflash_torn)(torn % CUTFLASH_TORN);
    if (setjmp(c->cut) == 0) {
        CHECK(call(&m) == ROTA_OK);
        return false;
    }
    mcu_on(&m);
    CHECK(mcuboot_decision(&m) == old || mcuboot_decision(&m) == new);
    CHECK(call(&m) == ROTA_OK);
    CHECK(mcuboot_decision(&m) == new);
    CHECK(m.primary.broken == 0 && m.secondary.broken == 0);
    return true;
}

static long cut_everywhere(struct cutflash *c, int (*call)(struct mcu *),
                           enum mcu_swap old, enum mcu_swap new)
{
    static struct mcu before;
    long cuts = 0;

    mcu_init(&before, SECTORS, m.align, c->flash.erased, m.port.swap);
    mcu_copy(&before, &m);
    for (int torn = 0; torn < CUTFLASH_TORN; torn++)
        for (int round = 0; round < ROUNDS; round++) {
            long n = 0;
            while (cut(c, &before, call, n, torn + round * CUTFLASH_TORN, old,
                       new))
                n++;
            cuts += n;
        }
    mcu_free(&before);
    return cuts;
}

static long cuts_seen;

static void cut_try_next(void)
{
    mcu_download(&m, 2, LEN);
    cuts_seen +=
        cut_everywhere(&m.secondary, mcuboot_try_next, MCU_NONE, MCU_TEST);
}

/* What an earlier cut, or anybody, left in the trailer. */
static void cut_try_next_over_rubbish(void)
{
    mcu_set(&m, &m.secondary,
            (struct mcu_trailer){MCU_BAD, MCU_GOOD, MCU_BAD, MCU_TEST});
    cut_try_next();
}

static void power_lost_in_try_next_leaves_old_or_new(void)
{
    cuts_seen = 0;
    mcuboot_on_each(&m, ROTA_MCUBOOT_MOVE, cut_try_next);
    mcuboot_on_each(&m, ROTA_MCUBOOT_MOVE, cut_try_next_over_rubbish);
    printf("try_next: %ld cuts\n", cuts_seen);
    CHECK(cuts_seen > 1000);
}

static void cut_confirm(void)
{
    mcu_set(&m, &m.primary,
            (struct mcu_trailer){MCU_GOOD, MCU_UNSET, MCU_GOOD, MCU_TEST});
    cuts_seen +=
        cut_everywhere(&m.primary, mcuboot_confirm, MCU_REVERT, MCU_NONE);
}

static void power_lost_in_confirm_leaves_trial_or_confirmed(void)
{
    cuts_seen = 0;
    mcuboot_on_each(&m, ROTA_MCUBOOT_MOVE, cut_confirm);
    CHECK(cuts_seen > 100);
}

static void cut_end_of_rolled_back(void)
{
    mcu_set(&m, &m.primary,
            (struct mcu_trailer){MCU_GOOD, MCU_GOOD, MCU_GOOD, MCU_REVERT});
    CHECK(mcuboot_state(&m) == ROTA_BOOT_ROLLED_BACK);
    cuts_seen +=
        cut_everywhere(&m.secondary, mcuboot_confirm, MCU_NONE, MCU_NONE);
    CHECK(mcuboot_state(&m) == ROTA_BOOT_CONFIRMED);
}

static void power_lost_in_ending_rolled_back_boots_the_same(void)
{
    cuts_seen = 0;
    mcuboot_on_each(&m, ROTA_MCUBOOT_SCRATCH, cut_end_of_rolled_back);
    CHECK(cuts_seen > 100);
}

/* Each write of try_next fails once: an error, and the old image. */
static void fail_try_next(void)
{
    for (long n = 0;; n++) {
        mcu_on(&m);
        mcu_download(&m, 2, LEN);
        m.secondary.fail_at = n;
        if (mcuboot_try_next(&m) == ROTA_OK)
            return;
        CHECK(mcuboot_decision(&m) == MCU_NONE);
    }
}

static void flash_that_fails_is_reported_and_the_old_image_stays(void)
{
    mcuboot_on_each(&m, ROTA_MCUBOOT_MOVE, fail_try_next);
}

int main(void)
{
    RUN(power_lost_in_try_next_leaves_old_or_new);
    RUN(power_lost_in_confirm_leaves_trial_or_confirmed);
    RUN(power_lost_in_ending_rolled_back_boots_the_same);
    RUN(flash_that_fails_is_reported_and_the_old_image_stays);
    return test_end();
}
