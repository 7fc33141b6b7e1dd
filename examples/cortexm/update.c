/* SPDX-License-Identifier: Apache-2.0 */
#include "update.h"

#include "board.h"
#include "boot_ab.h"
#include "flash_map.h"
#include "flash_semihost.h"
#include "identity.h"
#include "net_lwip.h"
#include "rota.h"
#include "startup.h"
#include "sys_cortexm.h"
#include "uart.h"

/* All memory that the update takes, beside lwIP's and the stack. */
static struct rota rota;
static uint32_t work[UPDATE_BUFFER / 4];
static struct rota_arena arena;
static uint8_t arena_bytes[UPDATE_ARENA] __attribute__((section(".noinit")));

static const struct rota_key key = {thermostat_key, sizeof(thermostat_key)};
static const struct rota_trust trust = {
    .ops = &rota_manifest_ops, .keys = &key, .count = 1};
static struct rota_net_lwip lwip;
static struct rota_net net;
static struct rota_flash_cortexm slot_region, journal_region, record_region;
static struct rota_flash slot, journal_flash, record;
static struct rota_journal journal;
static struct rota_store store;
static struct rota_boot_ab ab;
static struct rota_boot boot;
static struct rota_config config;
static const struct rota_sys *sys;
static char api[96];
static uint64_t due_ms;
static bool wants_restart, busy;
static uint32_t longest, kilo_cycles; /* of rota_step, and of all of them */

/* --- What it says --------------------------------------------------------- */

static void tell_word(const char *word)
{
    uart_text(" ");
    uart_text(word);
}

static void tell_number(const char *name, uint32_t n)
{
    tell_word(name);
    uart_text("=");
    uart_number(n);
}

static void tell_error(const struct rota_event *e)
{
    tell_word(rota_err_name(e->err));
    if (e->state)
        tell_word(e->state);
    if (e->status)
        tell_number("status", (uint32_t)e->status);
    if (e->why)
        tell_number("why", e->why);
}

static void on_event(void *app, const struct rota_event *e)
{
    (void)app;
    if (e->type == ROTA_EV_READY || e->type == ROTA_EV_OVERDUE)
        wants_restart = true;
    uart_text("rota:");
    tell_word(rota_event_name(e->type));
    if (e->release)
        tell_word(e->release->tag + e->release->version_at);
    if (e->err)
        tell_error(e);
    if (e->total) {
        tell_number("done", e->done);
        tell_number("total", e->total);
    }
    if (e->wait_s)
        tell_number("wait", e->wait_s);
    if (e->text) {
        uart_text(": ");
        uart_text(e->text);
    }
    uart_line("");
}

/* What has been taken, and what there is. */
static void report(void)
{
    uart_text("memory:");
    tell_number("stack", startup_stack_used());
    tell_number("of", startup_stack_size());
    tell_number("arena", arena.peak);
    tell_number("of", arena.size);
    tell_number("refused", arena.failed);
    uart_line("");
    uart_text("cycles:");
    tell_number("longest", longest);
    tell_number("thousands", kilo_cycles);
    uart_line("");
    longest = kilo_cycles = 0;
}

static void count(uint32_t cycles)
{
    static uint32_t rest;

    longest = cycles > longest ? cycles : longest;
    kilo_cycles += (rest + cycles) / 1000;
    rest = (rest + cycles) % 1000;
}

/* --- What it does --------------------------------------------------------- */

static void open_flash(void)
{
    slot = rota_flash_cortexm_init(&slot_region, &flash_chip, identity_other,
                                   SLOT_SIZE);
    record = rota_flash_cortexm_init(&record_region, &flash_chip, RECORD_BASE,
                                     RECORD_SIZE);
    journal_flash = rota_flash_cortexm_init(&journal_region, &data_chip,
                                            JOURNAL_BASE, JOURNAL_SIZE);
    store = rota_journal_store(&journal, &journal_flash);
    boot = rota_boot_ab_init(&ab, &record, identity_other == SLOT_A_BASE);
    ab.slot = &slot;
    ab.base = identity_other;
}

static void configure(void)
{
    config = (struct rota_config){
        .net = &net,
        .sys = sys,
        .slot = &slot,
        .store = &store,
        .boot = &boot,
        .buffer = work,
        .buffer_size = sizeof(work),
        .anchors = thermostat_roots,
        .anchor_count = thermostat_roots_count,
        .trust = &trust,
        .tls_refusals = &arena.failed,
        .time_floor = identity_built,
        .repo = "acme/thermostat",
        .board = "thermostat-m3",
        .asset = identity_asset,
        .version = identity_version,
        .range_window = UPDATE_RANGE,
        .event = on_event,
    };
    if (board_setting("api", api, sizeof(api)))
        config.api = api;
    config.interval_s = board_number("interval");
    config.trial_s = board_number("trial");
    if (!config.trial_s)
        config.trial_s = UPDATE_TRIAL_S;
    if (config.api)
        config.asset_hosts = ".githubusercontent.localhost";
}

void update_start(const struct rota_sys *with)
{
    int err = flash_semihost_open();

    sys = with;
    rota_arena_init(&arena, arena_bytes, sizeof(arena_bytes));
    rota_arena_use(&arena);
    net = rota_net_lwip_init(&lwip);
    open_flash();
    configure();
    if (!err)
        err = rota_init(&rota, &config);
    if (err) {
        uart_text("rota: cannot start: ");
        uart_line(rota_err_name(err));
        startup_fault();
    }
}

bool update_step(bool came, bool up)
{
    uint64_t now = sys->now_ms(sys->ctx);

    if ((!came && now < due_ms) || (!up && now < 1000ull * config.trial_s))
        return false;
    uint32_t begin = rota_sys_cortexm_cycles(sys->ctx);
    (void)rota_step(&rota);
    count(rota_sys_cortexm_cycles(sys->ctx) - begin);
    if (busy && !rota_busy(&rota))
        report();
    busy = rota_busy(&rota);
    due_ms = now + rota_wait_ms(&rota);
    return true;
}

bool update_wants_restart(void)
{
    return wants_restart;
}
