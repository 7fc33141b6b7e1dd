/* SPDX-License-Identifier: Apache-2.0 */
/* What test_boot.py starts from a slot. Says which slot it runs from and the
 * boot state, then does what the emulator's command line tells:
 *
 *     try       make the other slot's image the next one
 *     confirm   keep this one
 *     check     interrupts, stack, port_check on boot state, journal and the
 *               other slot, which it overwrites
 *     crash     a fault
 *     hang      nothing more, for ever
 *     rules     break each rule of the flash driver
 *     churn     change the boot record without end, for power to be cut
 *
 * Anything else, nothing. Ends with exit status 0, or 1 when that failed. */
#include <string.h>

#include "ab_record.h"
#include "board.h"
#include "boot_ab.h"
#include "flash_map.h"
#include "flash_semihost.h"
#include "port/port_check.h"
#include "semihost.h"
#include "startup.h"
#include "uart.h"
#include "watchdog.h"

static struct rota_flash_cortexm record_region, slot_region, journal_region;
static struct rota_flash record, slot, journal;
static struct rota_boot_ab ab;
static struct rota_boot boot;

static bool in_b(void)
{
    return startup_base() == SLOT_B_BASE;
}

static void start(void)
{
    uint32_t other = in_b() ? SLOT_A_BASE : SLOT_B_BASE;

    record = rota_flash_cortexm_init(&record_region, &flash_chip, RECORD_BASE,
                                     RECORD_SIZE);
    slot = rota_flash_cortexm_init(&slot_region, &flash_chip, other, SLOT_SIZE);
    journal = rota_flash_cortexm_init(&journal_region, &data_chip, JOURNAL_BASE,
                                      JOURNAL_SIZE);
    boot = rota_boot_ab_init(&ab, &record, in_b());
    ab.slot = &slot;
    ab.base = other;
}

static void tell(void)
{
    static const char *const name[] = {"confirmed", "trial", "rolled back"};
    int state = boot.state(boot.ctx);

    uart_text("app: slot ");
    uart_text(in_b() ? "B" : "A");
    uart_text(", ");
    uart_line(state >= 0 && state < 3 ? name[state] : "state unknown");
}

static void report(void *arg, bool good, const char *what)
{
    (void)arg;
    watchdog_feed();
    uart_text(good ? "ok   " : "BAD  ");
    uart_line(what);
}

static volatile uint32_t ticks;

void SysTick_Handler(void);
void SysTick_Handler(void)
{
    ticks++;
}

/* By this program's vector table, not the bootloader's. */
static bool interrupts_come_here(void)
{
    REG(0xe000e014) = 9999; /* SYST_RVR, SYST_CVR, SYST_CSR */
    REG(0xe000e018) = 0;
    REG(0xe000e010) = 7;
    for (uint32_t i = 0; i < 10000000 && ticks < 3; i++)
        continue;
    REG(0xe000e010) = 0;
    return ticks >= 3;
}

static bool stack_is_measured(void)
{
    uint32_t used = startup_stack_used();

    return used > 100 && used < startup_stack_size();
}

static bool check_flash(const struct port_check *r,
                        const struct rota_flash *flash)
{
    return port_check_flash(r, flash) || port_check_flash_kept(r, flash);
}

static int check(void)
{
    const struct port_check r = {report, NULL};
    const struct port_check_boot b = {.boot = &boot};
    bool ticking = interrupts_come_here(), painted = stack_is_measured();

    report(NULL, ticking, "interrupts come here");
    report(NULL, painted, "the stack's use is measured");
    return !ticking || !painted || port_check_boot(&r, &b)
        || check_flash(&r, &journal) || check_flash(&r, &slot);
}

/* With hooks of their own, around what the port refuses already. */
static int break_rules(void)
{
    static const uint32_t words[2] = {0, 0};
    const struct rota_flash_chip *c = &flash_chip;
    const uint32_t at = in_b() ? SLOT_A_BASE : SLOT_B_BASE;

    return c->erase(c->ctx, at) || c->program(c->ctx, at, words, 4)
        || !c->program(c->ctx, at, words, 4)
        || !c->program(c->ctx, at + 2, words, 4)
        || !c->program(c->ctx, at + 4, words, 3)
        || !c->program(c->ctx, FLASH_SIZE - 4, words, 8)
        || !c->program(c->ctx, RECORD_BASE - 4, words, 4)
        || !c->erase(c->ctx, at + 4) || !c->erase(c->ctx, FLASH_SIZE)
        || !c->erase(c->ctx, RECORD_BASE - FLASH_ERASE);
}

/* Each change that there is, by turns. */
static int churn(void)
{
    for (uint32_t i = 0;; i++) {
        struct rota_ab_record r = {(uint8_t)(i / 4 % 2),
                                   (uint8_t)(ROTA_AB_CONFIRMED + i % 3),
                                   (uint8_t)(i % 4)};
        int err = rota_ab_write(&record, &r);
        if (err)
            return err;
        if (i % 64 == 0)
            uart_line("app: churning");
    }
}

static int do_what(const char *what)
{
    if (strcmp(what, "try") == 0)
        return boot.try_next(boot.ctx);
    if (strcmp(what, "confirm") == 0)
        return boot.confirm(boot.ctx);
    if (strcmp(what, "check") == 0)
        return check();
    if (strcmp(what, "rules") == 0)
        return break_rules();
    if (strcmp(what, "churn") == 0)
        return churn();
    while (strcmp(what, "hang") == 0)
        continue;
    if (strcmp(what, "crash") == 0)
        __asm__ volatile("udf 0");
    return ROTA_OK;
}

int main(void)
{
    char what[32];

    board_start();
    uart_start();
    if (flash_semihost_open()
        || !semihost_command_line(what, (uint32_t)sizeof what))
        return 1;
    start();
    tell();
    int err = do_what(what);
    if (err)
        uart_line(ab.why ? ab.why : "failed");
    else
        tell();
    uart_flush();
    semihost_exit(err != 0);
}
