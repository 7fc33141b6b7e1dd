/* SPDX-License-Identifier: Apache-2.0 */
#include "support/rig.h"

#include <stdio.h>
#include <string.h>

static int ram_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    memcpy(buf, (uint8_t *)ctx + off, len);
    return ROTA_OK;
}

static int ram_prog(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    uint8_t *to = (uint8_t *)ctx + off;

    for (uint32_t i = 0; i < len; i++)
        if (to[i] != 0xff)
            return ROTA_EIO; /* programmed twice: a bug in the core */
    memcpy(to, buf, len);
    return ROTA_OK;
}

static int ram_erase(void *ctx, uint32_t off)
{
    memset((uint8_t *)ctx + off, 0xff, RIG_ERASE);
    return ROTA_OK;
}

static void ram_flash(struct rota_flash *f, uint8_t *bytes, uint32_t size)
{
    memset(bytes, 0xff, size);
    *f = (struct rota_flash){.ctx = bytes,
                             .read = ram_read,
                             .prog = ram_prog,
                             .erase = ram_erase,
                             .size = size,
                             .erase_size = RIG_ERASE,
                             .prog_size = 4,
                             .erased = 0xff};
}

static void tell(struct rig *r, const char *name)
{
    size_t len = strlen(r->told);

    snprintf(r->told + len, sizeof r->told - len, "%s ", name);
}

static void on_event(void *app, const struct rota_event *ev)
{
    struct rig *r = app;

    if (ev->type != ROTA_EV_PROGRESS && ev->type != ROTA_EV_NOTE) {
        tell(r, rota_event_name(ev->type));
        r->last = *ev;
        r->last.release = NULL;
        r->last.image = NULL;
        r->last.text = NULL;
    }
    if (ev->text)
        snprintf(r->text, sizeof r->text, "%s", ev->text);
    if (ev->why)
        snprintf(r->text, sizeof r->text, "%s", rota_why_text(ev->why));
}

static bool may_download(void *app, const struct rota_release *release,
                         const struct rota_image *image)
{
    (void)release, (void)image;
    return ((struct rig *)app)->may_download;
}

static bool may_install(void *app, const struct rota_release *release,
                        const struct rota_image *image)
{
    (void)release, (void)image;
    return ((struct rig *)app)->may_install;
}

static bool may_confirm(void *app)
{
    return ((struct rig *)app)->may_confirm;
}

void rig_init(struct rig *r, const struct fakenet_reply *script, size_t count)
{
    static const uint8_t no_root[1];
    static uint8_t memory[16 << 10]; /* for PSA's hashes */
    static struct rota_arena arena;

    if (!arena.base) {
        rota_arena_init(&arena, memory, sizeof memory);
        rota_arena_use(&arena);
    }
    memset(r, 0, sizeof *r);
    fakenet_init(&r->server, script, count);
    r->net = fakenet_net(&r->server);
    r->sys = fakenet_sys(&r->server);
    r->boot = fakeboot_table(&r->bootloader);
    ram_flash(&r->slot, r->slot_bytes, RIG_FLASH);
    ram_flash(&r->journal, r->journal_bytes, sizeof r->journal_bytes);
    r->store = rota_journal_store(&r->records, &r->journal);
    r->anchor = (struct rota_anchor){no_root, 1};
    r->may_download = r->may_install = r->may_confirm = true;
    r->config = (struct rota_config){
        .net = &r->net,
        .sys = &r->sys,
        .slot = &r->slot,
        .store = &r->store,
        .boot = &r->boot,
        .buffer = r->buffer,
        .buffer_size = sizeof r->buffer,
        .anchors = &r->anchor,
        .anchor_count = 1,
        .repo = "acme/app",
        .asset = "app-*.bin",
        .version = "1.0.0",
        .device_id = "",
        .app = r,
        .event = on_event,
        .may_download = may_download,
        .may_install = may_install,
        .may_confirm = may_confirm,
    };
}

bool rig_run(struct rig *r)
{
    uint64_t end = r->server.now_ms + 3600000;

    while (rota_busy(&r->rota) && r->server.now_ms < end) {
        rota_step(&r->rota);
        if (rota_busy(&r->rota))
            r->server.now_ms += rota_wait_ms(&r->rota);
    }
    return !rota_busy(&r->rota);
}

int rig_check(struct rig *r)
{
    r->told[0] = '\0';
    int err = rota_init(&r->rota, &r->config);
    if (err)
        return err;
    rota_check_now(&r->rota);
    return rig_run(r) ? ROTA_OK : ROTA_EAGAIN;
}
