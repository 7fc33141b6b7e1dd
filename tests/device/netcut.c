/* SPDX-License-Identifier: Apache-2.0 */
/* An update over a network that fails at every byte.
 *
 *     netcut [BYTES RANDOM]   cut or stall at each of BYTES bytes, and RANDOM
 *                             runs in which anything may go wrong
 *     netcut --cut N | --stall N | --seed N    one of these runs again
 *
 * Whatever happens, the slot ends with the whole right image or the client
 * says that it failed, the old image is untouched, and a second run without
 * faults installs the new one. A cut costs no more than the bytes in flight.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/fakeboot.h"
#include "support/fakehub.h"
#include "rota.h"

#define SIZE (64u << 10)
#define ERASE 4096u

static uint8_t image[SIZE], slot_bytes[SIZE], journal_bytes[2 * ERASE];
static uint8_t buffer[1024];
static struct fakehub hub;
static struct fakeboot bootloader;
static struct rota_net net;
static struct rota_sys sys;
static struct rota_flash slot, journal;
static struct rota_journal records;
static struct rota_store store;
static struct rota_boot boot;
static struct rota_config config;
static struct rota rota;
static int last_err;
static long violations;
static const char *what;
static long number;

static void violation(const char *text)
{
    printf("violation: %s; again: netcut --%s %ld\n", text, what, number);
    violations++;
}

/* --- The device ----------------------------------------------------------- */

static int ram_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    memcpy(buf, (uint8_t *)ctx + off, len);
    return ROTA_OK;
}

static int ram_prog(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    memcpy((uint8_t *)ctx + off, buf, len);
    return ROTA_OK;
}

static int ram_erase(void *ctx, uint32_t off)
{
    memset((uint8_t *)ctx + off, 0xff, ERASE);
    return ROTA_OK;
}

static struct rota_flash ram(uint8_t *bytes, uint32_t size)
{
    memset(bytes, 0xff, size);
    return (struct rota_flash){bytes, ram_read, ram_prog, ram_erase, NULL,
                               size,  ERASE,    1,        0xff,      NULL};
}

static void on_event(void *app, const struct rota_event *ev)
{
    (void)app;
    if (ev->type == ROTA_EV_FAILED)
        last_err = ev->err;
}

static void new_device(void)
{
    static const uint8_t no_root[1];
    static const struct rota_anchor anchor = {no_root, 1};

    fakehub_init(&hub);
    fakehub_publish(&hub, "v1.1.0", image, SIZE, 7);
    memset(&bootloader, 0, sizeof bootloader);
    net = fakehub_net(&hub);
    sys = fakehub_sys(&hub);
    boot = fakeboot_table(&bootloader);
    slot = ram(slot_bytes, SIZE);
    journal = ram(journal_bytes, sizeof journal_bytes);
    store = rota_journal_store(&records, &journal);
    config = (struct rota_config){
        .net = &net,
        .sys = &sys,
        .slot = &slot,
        .store = &store,
        .boot = &boot,
        .anchors = &anchor,
        .anchor_count = 1,
        .buffer = buffer,
        .buffer_size = sizeof buffer,
        .repo = "acme/app",
        .asset = "app.bin",
        .version = "1.0.0",
        .event = on_event,
    };
}

/* One check, with all that follows; the fake clock bounds it to an hour. */
static void run(void)
{
    uint64_t end = hub.now_ms + 3600000;

    last_err = ROTA_OK;
    if (rota_init(&rota, &config)) {
        violation("the client did not start");
        return;
    }
    rota_check_now(&rota);
    while (rota_busy(&rota) && hub.now_ms < end) {
        rota_step(&rota);
        if (rota_busy(&rota))
            hub.now_ms += rota_wait_ms(&rota);
    }
    if (rota_busy(&rota))
        violation("it never ended");
    rota_stop(&rota);
}

static void judge(void)
{
    bool armed = bootloader.tries > 0;

    if (armed && memcmp(slot_bytes, image, SIZE) != 0)
        violation("a wrong image was armed");
    if (!armed && last_err == ROTA_OK)
        violation("nothing was installed and nothing was said");
}

static void finish(void)
{
    hub.random = 0;
    hub.piece = 0;
    hub.cut_at = hub.stall_at = -1;
    if (bootloader.tries == 0)
        run();
    judge();
    if (bootloader.tries != 1)
        violation("the update did not finish afterwards");
}

/* --- Cuts ----------------------------------------------------------------- */

/* A cut or a stall at byte n of all that the server sends: the same run gets
 * over it, and fetches no byte twice but those that were on their way. */
static void cut_run(bool stall, long n)
{
    what = stall ? "stall" : "cut";
    number = n;
    new_device();
    if (stall)
        hub.stall_at = n;
    else
        hub.cut_at = n;
    hub.piece = n % 7 == 0 ? 1 : 0; /* now and then byte by byte */
    run();
    if (bootloader.tries != 1)
        violation("one fault was too many");
    if (hub.asset_bytes > (long)SIZE)
        violation("bytes were fetched twice");
    judge();
}

static void random_run(long n)
{
    what = "seed";
    number = n;
    new_device();
    hub.random = (uint32_t)n * 2654435761u + 1;
    hub.faults = 1 + (uint32_t)n % 12;
    run();
    judge();
    finish();
}

/* --- Main ----------------------------------------------------------------- */

static void prepare(void)
{
    static uint8_t memory[16 << 10];
    static struct rota_arena arena;

    rota_arena_init(&arena, memory, sizeof memory);
    rota_arena_use(&arena);
    for (uint32_t i = 0; i < SIZE; i++)
        image[i] = (uint8_t)(i * 2654435761u >> 13 ^ i >> 7);
}

static int replay(const char *option, long n)
{
    if (strcmp(option, "--seed") == 0)
        random_run(n);
    else
        cut_run(strcmp(option, "--stall") == 0, n);
    printf("%ld violations\n", violations);
    return violations != 0;
}

int main(int argc, char **argv)
{
    prepare();
    if (argc == 3 && argv[1][0] == '-')
        return replay(argv[1], strtol(argv[2], NULL, 10));

    long bytes = argc > 1 ? strtol(argv[1], NULL, 10) : SIZE + 2000;
    long runs = argc > 2 ? strtol(argv[2], NULL, 10) : 100000;
    for (long n = 0; n < bytes; n++) {
        cut_run(false, n);
        if (n % 16 == 0)
            cut_run(true, n);
    }
    for (long n = 0; n < runs; n++)
        random_run(n);
    printf("netcut: %ld byte cuts, %ld random runs, %ld violations\n", bytes,
           runs, violations);
    return violations != 0;
}
