/* SPDX-License-Identifier: Apache-2.0 */
#include "device/cutdevice.h"

#include <string.h>

#define CHECKPOINT 1024u
#define BUFFER 512u

/* Large blocks behind small ones, as many microcontrollers have them, and all
 * mixed up. */
static const uint32_t rising[] = {512, 512, 512, 512, 1024, 2048, 2048, 0};
static const uint32_t mixed[] = {2048, 512, 1024, 512, 2048, 0};

static const struct geometry {
    uint32_t erase_size, prog_size, blocks;
    uint32_t journal_erase, journal_prog, journal_blocks;
    const uint32_t *map[2]; /* of slots A and B; NULL = blocks alike, else
                             * erase_size is the largest */
} rows[] = {
    {512, 8, 12, 2048, 8, 2, {0}},
    {1024, 16, 6, 2048, 16, 2, {0}},
    {2048, 32, 3, 4096, 32, 2, {0}},
    {4096, 4, 2, 4096, 4, 2, {0}},
    {512, 32, 12, 1024, 8, 6, {0}},
    {2048, 1, 3, 2048, 1, 4, {0}},
    {8192, 32, 1, 8192, 4, 2, {0}},
    {2048, 8, 0, 2048, 8, 2, {rising, mixed}},
    {2048, 32, 0, 4096, 16, 2, {mixed, rising}},
};

_Static_assert(CUTDEVICE_GEOMETRIES == 2 * sizeof rows / sizeof *rows,
               "each row counts twice");

static uint32_t number_of(const struct rota_release *r)
{
    return r && r->tag[0] ? (uint32_t)(r->tag[3] - '0') : 0;
}

static void before_boot_change(void *arg)
{
    struct cutdevice *d = arg;

    if (d->boot_changes++ == d->boot_cut_at)
        longjmp(d->cut, 1);
}

static void on_event(void *app, const struct rota_event *ev)
{
    struct cutdevice *d = app;

    d->ready |= ev->type == ROTA_EV_READY;
    d->failed |= ev->type == ROTA_EV_FAILED;
    if (ev->type == ROTA_EV_AVAILABLE)
        d->accepted = number_of(ev->release);
    if (ev->type == ROTA_EV_CONFIRMED)
        d->confirmed = number_of(ev->release);
}

static bool is_in(const struct cutdevice *d, int slot, const uint8_t *image,
                  uint32_t size)
{
    static uint8_t bytes[CUTIMAGE_MAX];

    d->flash[slot].flash.read(d->flash[slot].flash.ctx, 0, bytes, size);
    return memcmp(bytes, image, size) == 0;
}

int cutdevice_image(const struct cutdevice *d, int slot)
{
    for (int i = 0; i < 3; i++)
        if (is_in(d, slot, cutimages[i].bytes, cutimages[i].size)
            && (!d->sign
                || is_in(d, CUTDEVICE_RADIO_A + slot, cutimages[i].radio,
                         cutimages[i].radio_size)))
            return i;
    return -1;
}

/* What the client knows of manifests when it starts. */
static void judge_past(struct cutdevice *d)
{
    struct rota_status st;

    rota_get_status(&d->rota, &st);
    if (st.seq < d->accepted)
        d->violation("a manifest that was accepted is forgotten");
    if (st.security < 10 * d->confirmed)
        d->violation("the security counter has gone down");
    if (st.security > 10 * d->may_be_confirmed)
        d->violation("the security counter is that of no d->confirmed image");
}

void cutdevice_run(struct cutdevice *d, const struct cutimage *running)
{
    static const uint8_t no_root[1];
    static const struct rota_anchor anchor = {no_root, 1};
    struct rota_net net = fakehub_net(&d->hub);
    struct rota_sys sys = fakehub_sys(&d->hub);
    struct rota_boot boot = fakeboot_table(&d->bootloader);
    struct rota_status st;
    const struct rota_flash *const radio =
        &d->flash[CUTDEVICE_RADIO_A + !d->bootloader.running].flash;
    const struct rota_store store =
        rota_journal_store(&d->journal, &d->flash[CUTDEVICE_JOURNAL].flash);
    const struct rota_trust trust = {.ops = &rota_manifest_ops,
                                     .keys = cutimages_key(),
                                     .count = 1,
                                     .more_slots = &radio,
                                     .more_slot_count = 1};
    const struct rota_config config = {
        .net = &net,
        .sys = &sys,
        .slot = &d->flash[!d->bootloader.running].flash,
        .store = &store,
        .boot = &boot,
        .anchors = &anchor,
        .anchor_count = 1,
        .buffer = d->work,
        .buffer_size = d->sign ? sizeof d->work : BUFFER,
        .checkpoint_min = CHECKPOINT,
        .repo = "acme/app",
        .asset = d->sign ? "m3.ota" : "app.bin",
        .version = running->version,
        .app = d,
        .event = on_event,
        .trust = d->sign ? &trust : NULL,
        .board = "m3",
    };

    d->failed = rota_init(&d->rota, &config) != ROTA_OK;
    if (d->failed)
        return;
    if (d->sign)
        judge_past(d);
    rota_check_now(&d->rota);
    for (int i = 0; rota_busy(&d->rota) && i < 100000; i++)
        rota_step(&d->rota);
    if (d->sign) {
        rota_get_status(&d->rota, &st);
        d->security = st.security;
    }
}

void cutdevice_begin(struct cutdevice *d, int geometry)
{
    const struct geometry *g = &rows[geometry / 2];
    uint8_t erased = geometry % 2 ? 0x00 : 0xff;

    for (int i = 0; i < CUTDEVICE_FLASHES; i++)
        cutflash_free(&d->flash[i]);
    for (int i = CUTDEVICE_SLOT_A; i <= CUTDEVICE_SLOT_B; i++)
        if (g->map[i])
            cutflash_init_mixed(&d->flash[i], g->map[i], g->prog_size, erased);
        else
            cutflash_init(&d->flash[i], g->blocks, g->erase_size, g->prog_size,
                          erased);
    cutflash_init(&d->flash[CUTDEVICE_JOURNAL], g->journal_blocks,
                  g->journal_erase, g->journal_prog, erased);
    cutflash_load(&d->flash[CUTDEVICE_SLOT_A], 0, cutimages[0].bytes,
                  cutimages[0].size);
    for (int i = CUTDEVICE_RADIO_A; i <= CUTDEVICE_RADIO_B; i++)
        cutflash_init(&d->flash[i], 1, 2048, g->prog_size, erased);
    cutflash_load(&d->flash[CUTDEVICE_RADIO_A], 0, cutimages[0].radio,
                  cutimages[0].radio_size);
    d->accepted = d->confirmed = d->may_be_confirmed = 0;
    d->bootloader =
        (struct fakeboot){.before = before_boot_change, .arg = d, .limit = 3};
    fakehub_init(&d->hub);
}

uint32_t cutdevice_interval(const struct cutdevice *d, int geometry)
{
    uint32_t unit = rows[geometry / 2].erase_size;

    return (CHECKPOINT + unit - 1) / unit * unit + unit
         + (uint32_t)(d->sign ? sizeof d->work : BUFFER);
}
