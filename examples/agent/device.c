/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "device.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "lock.h"
#include "oneline.h"
#include "settings.h"
#include "sys_posix.h"

static int wrong(struct rota_device *d, const char *why)
{
    return rota_show_failure(d->show, ROTA_EXIT_USAGE, "configuration", why);
}

static int make_state(struct rota_device *d)
{
    if (mkdir(d->options->state, 0700) == 0 || errno == EEXIST)
        return 0;
    return rota_show_failure(d->show, ROTA_EXIT_DEVICE, d->options->state,
                             strerror(errno));
}

int rota_device_boot(struct rota_device *d, struct rota_options *o,
                     struct rota_show *show, bool write)
{
    const char *why;

    d->options = o;
    d->show = show;
    d->wake_fd = -1;
    if (!rota_options_bootable(o))
        return wrong(d, o->error);
    why = rota_slots_init(&d->slots, o);
    if (why)
        return wrong(d, why);
    return write ? make_state(d) : 0;
}

int rota_device_lock(struct rota_device *d)
{
    char text[96];
    long holder;
    int got = rota_lock_take(d->options->state, &holder);

    if (got > 0)
        return 0;
    if (got < 0)
        return rota_show_failure(d->show, ROTA_EXIT_DEVICE, "lock",
                                 strerror(-got));
    snprintf(text, sizeof(text), "another rota is at work on this device");
    if (holder > 0)
        snprintf(text + strlen(text), sizeof(text) - strlen(text),
                 ", process %ld", holder);
    return rota_show_failure(d->show, ROTA_EXIT_LOCKED, "lock", text);
}

/* --- Flash ---------------------------------------------------------------- */

static int failed(struct rota_device *d, const char *what, int err)
{
    return rota_show_error(d->show, what, err, rota_device_why(d, err));
}

static int look(struct rota_device *d)
{
    struct rota_slots_view v;
    int err = rota_slots_look(&d->slots, &v);

    if (err)
        return failed(d, "boot state", err);
    d->active = v.active;
    return 0;
}

static int open_slot(struct rota_device *d)
{
    const char *path = d->options->root ? NULL : d->slots.path[!d->active];
    int err =
        rota_imagefile_init(&d->image, &d->slots, path, d->options->state);

    if (!err)
        err = rota_data_init(&d->data, &d->slots, d->options->state);
    if (err)
        return failed(d, "slot", err);
    d->slot = rota_imagefile_flash(&d->image);
    d->config.slot = &d->slot;
    d->trust.more_slots = d->data.list;
    d->trust.more_slot_count = d->data.count;
    return 0;
}

static int next_state(void *ctx)
{
    struct rota_device *d = ctx;

    return d->slots.boot.state(d->slots.boot.ctx);
}

static int next_confirm(void *ctx)
{
    struct rota_device *d = ctx;

    return d->slots.boot.confirm(d->slots.boot.ctx);
}

static int next_try_next(void *ctx)
{
    struct rota_device *d = ctx;
    int err = rota_imagefile_finish(&d->image);

    if (!err)
        err = rota_data_finish(&d->data);
    return err ? err : d->slots.boot.try_next(d->slots.boot.ctx);
}

int rota_device_measure(struct rota_device *d)
{
    return open_slot(d);
}

static void keep_in_journal(struct rota_device *d)
{
    d->store = rota_journal_store(&d->journal, &d->journal_flash);
    d->config.store = &d->store;
}

static int open_journal(struct rota_device *d)
{
    char path[ROTA_PATH_SIZE];
    int err;

    if (!rota_path_join(path, d->options->state, "journal"))
        return wrong(d, "a path is too long");
    err = rota_flash_file_open(&d->journal_file, path, ROTA_JOURNAL_SIZE,
                               ROTA_JOURNAL_BLOCK);
    if (err == ROTA_EINVAL) /* there is something, but no file */
        err = ROTA_EIO;
    if (err)
        return failed(d, "journal", err);
    d->journal_flash = rota_flash_file_init(&d->journal_file);
    keep_in_journal(d);
    return 0;
}

/* The journal's copy stands for the slots, too: it has good dimensions, and
 * nobody writes to a slot. */
static int copy_journal(struct rota_device *d)
{
    char path[ROTA_PATH_SIZE];
    int err;

    if (!rota_path_join(path, d->options->state, "journal"))
        return wrong(d, "a path is too long");
    err = rota_copy_read(&d->copy, path);
    if (err)
        return rota_show_failure(d->show, ROTA_EXIT_DEVICE, path,
                                 strerror(err));
    d->journal_flash = rota_copy_flash(&d->copy);
    keep_in_journal(d);
    d->config.slot = &d->journal_flash;
    d->trust.more_slots = NULL;
    d->trust.more_slot_count = 0;
    return 0;
}

/* --- All together --------------------------------------------------------- */

/* All addresses of a host have to be tried within one stall timeout. */
static void set_connect_time(struct rota_device *d)
{
    uint32_t share = d->config.stall_ms / 3;

    if (share && share < d->bsd.connect_ms)
        d->bsd.connect_ms = share;
}

static void fill_platform(struct rota_device *d)
{
    rota_settings_fill(d);
    d->net = rota_net_bsd_init(&d->bsd);
    d->bsd.wake_fd = d->wake_fd;
    set_connect_time(d);
    d->config.net = &d->net;
    d->config.checkpoint_min = ROTA_IMAGE_BLOCK;
    d->config.sys = &rota_sys_posix;
    d->next_boot =
        (struct rota_boot){d, next_state, next_try_next, next_confirm};
    d->config.boot = &d->next_boot;
    d->config.buffer = d->buffer;
    d->config.buffer_size = sizeof(d->buffer);
}

static int open_all(struct rota_device *d)
{
    int code;

    memset(&d->config, 0, sizeof(d->config));
    code = rota_settings_version(d);
    if (!code)
        code = rota_settings_token(d);
    if (!code)
        code = rota_settings_anchors(d);
    if (!code)
        code = look(d);
    if (!code)
        code = open_journal(d);
    if (!code)
        code = open_slot(d);
    if (!code)
        fill_platform(d);
    return code;
}

/* Keys come first: what is required depends on whether there are any. They
 * need memory, to be checked. */
static int complete(struct rota_device *d, struct rota_options *o,
                    struct rota_show *show)
{
    int code;

    d->options = o;
    d->show = show;
    rota_arena_init(&d->arena, d->memory, sizeof(d->memory));
    rota_arena_use(&d->arena);
    code = rota_settings_keys(d);
    if (!code && !rota_options_complete(o, d->keys.count > 0))
        return wrong(d, o->error);
    return code ? code : rota_settings_images(d);
}

int rota_device_start(struct rota_device *d, struct rota_options *o,
                      struct rota_show *show)
{
    int code = complete(d, o, show);

    if (!code)
        code = rota_device_boot(d, o, show, true);
    if (!code)
        code = rota_device_lock(d);
    if (!code)
        code = open_all(d);
    d->config.tls_refusals = &d->arena.failed;
    return code;
}

int rota_device_peek(struct rota_device *d, struct rota_options *o,
                     struct rota_show *show)
{
    static const struct rota_anchor none = {(const uint8_t *)"", 0};
    int code = complete(d, o, show);

    if (!code)
        code = rota_device_boot(d, o, show, false);
    if (!code)
        code = rota_settings_version(d);
    if (!code)
        code = look(d);
    if (!code)
        code = copy_journal(d);
    if (!code)
        fill_platform(d);
    d->config.anchors = &none; /* nothing connects */
    d->config.anchor_count = 1;
    return code;
}

bool rota_device_changed(struct rota_device *d)
{
    struct rota_slots_view v;
    char version[sizeof(d->version)];
    const char *file = d->options->version_file;

    if (rota_slots_look(&d->slots, &v) || v.active != d->active)
        return true;
    return file
        && (rota_oneline(file, version, sizeof(version))
            || strcmp(version, d->version) != 0);
}

int rota_device_restart(struct rota_device *d)
{
    rota_device_close(d);
    return open_all(d);
}

void rota_device_close(struct rota_device *d)
{
    rota_imagefile_close(&d->image);
    rota_data_close(&d->data);
    rota_flash_file_close(&d->journal_file);
    rota_anchors_pem_free(&d->anchors);
}

const char *rota_device_why(struct rota_device *d, int err)
{
    if (err == ROTA_EDNS || err == ROTA_ECONNECT)
        return rota_net_bsd_why(&d->bsd);
    if (err == ROTA_EREADONLY && d->image.why)
        return d->image.why;
    return rota_slots_why(&d->slots, err);
}
