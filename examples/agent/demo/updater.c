/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "updater.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sys_posix.h"
#include "version.h"

#define JOURNAL_SIZE (32u << 10)
#define JOURNAL_BLOCK (4u << 10)
#define STARTS 3u              /* that a new version gets to be confirmed */
#define TIME_FLOOR 1735689600u /* 2025-01-01: certainly past */

/* --- What happens -------------------------------------------------------- */

static void say(const char *text, const char *more)
{
    printf("thermostat %s: %s%s\n", THERMOSTAT_VERSION, text, more);
}

static const char *version_of(const struct rota_release *r)
{
    return r ? r->tag + r->version_at : "?";
}

static void on_event(void *app, const struct rota_event *e)
{
    struct updater *u = app;

    switch (e->type) {
    case ROTA_EV_CHECKING:
    case ROTA_EV_PROGRESS: break; /* too much for a log */
    case ROTA_EV_UP_TO_DATE:
        say("up to date, the latest is ", version_of(e->release));
        break;
    case ROTA_EV_QUARANTINED:
        say("has failed before, not taken again: ", version_of(e->release));
        break;
    case ROTA_EV_AVAILABLE: say("downloads ", version_of(e->release)); break;
    case ROTA_EV_RESUMING: say("goes on after: ", rota_err_text(e->err)); break;
    case ROTA_EV_VERIFIED: say("has verified ", version_of(e->release)); break;
    case ROTA_EV_READY:
        say("restarts as ", version_of(e->release));
        u->restart_due = true;
        break;
    case ROTA_EV_TRIAL: say("is on trial", ""); break;
    case ROTA_EV_OVERDUE:
        say("restarts, as its trial lasts too long", "");
        u->restart_due = true;
        break;
    case ROTA_EV_CONFIRMED: say("is confirmed", ""); break;
    case ROTA_EV_ROLLED_BACK:
        say("is back, because of what became of ", version_of(e->release));
        break;
    case ROTA_EV_FAILED:
        say("no update: ", rota_err_text(e->err));
        if (e->why)
            say("because: ", rota_why_text(e->why));
        break;
    case ROTA_EV_NOTE: say(e->text, ""); break;
    case ROTA_EV_HELD: say("is left out of ", version_of(e->release)); break;
    case ROTA_EV_DOWNLOADED: break; /* there is a boot */
    }
}

/* An older and longer download may have been broken off in the same file. */
static bool may_install(void *app, const struct rota_release *release,
                        const struct rota_image *image)
{
    struct updater *u = app;

    (void)release;
    return rota_flash_file_cut(&u->slot_file, image->size) == ROTA_OK;
}

/* --- What there is -------------------------------------------------------- */

static int failed(const char *what, const char *why, int err)
{
    fprintf(stderr, "thermostat %s: no updates: %s: %s\n", THERMOSTAT_VERSION,
            what, why ? why : rota_err_text(err));
    return err;
}

/* Folders a and b, and the link that names the one to start. */
static int open_boot(struct updater *u, const struct updater_settings *s)
{
    if (snprintf(u->path, sizeof(u->path), "%s/current", s->root)
        >= (int)sizeof(u->path))
        return failed(s->root, NULL, ROTA_ETOOLONG);
    u->boot =
        rota_boot_symlink_init(&u->link, u->path, "a", "b", s->state, STARTS);
    u->link.install_as = "thermostat";
    return ROTA_OK;
}

/* The download goes to a file beside the old program in the other folder. */
static int open_slot(struct updater *u)
{
    char path[PATH_MAX];
    int err = rota_boot_symlink_part(&u->link, path, sizeof(path));

    if (err)
        return failed("slot", u->link.why, err);
    err = rota_flash_file_open(&u->slot_file, path, 0, 0);
    if (err)
        return failed(path, NULL, err);
    u->slot = rota_flash_file_init(&u->slot_file);
    return ROTA_OK;
}

static int open_journal(struct updater *u, const struct updater_settings *s)
{
    char path[PATH_MAX];
    int err;

    if (snprintf(path, sizeof(path), "%s/journal", s->state)
        >= (int)sizeof(path))
        return failed(s->state, NULL, ROTA_ETOOLONG);
    err = rota_flash_file_open(&u->journal_file, path, JOURNAL_SIZE,
                               JOURNAL_BLOCK);
    if (err)
        return failed(path, NULL, err);
    u->journal_flash = rota_flash_file_init(&u->journal_file);
    u->store = rota_journal_store(&u->journal, &u->journal_flash);
    return ROTA_OK;
}

/* They are files, so that devices on a test bench run the same program with
 * keys of their own. They may as well be part of it: "rota-publish keygen"
 * prints the C. */
static int read_keys(struct updater *u, const char *dir)
{
    int err = rota_keys_pem_read(&u->keys, dir);

    if (err)
        return failed(u->keys.name[0] ? u->keys.name : dir, u->keys.why, err);
    return u->keys.count ? ROTA_OK : failed(dir, "no key in it", ROTA_EINVAL);
}

static int open_all(struct updater *u, const struct updater_settings *s)
{
    int err;

    rota_arena_init(&u->arena, u->memory, sizeof(u->memory));
    rota_arena_use(&u->arena);
    err = read_keys(u, s->keys);
    if (!err)
        err = open_boot(u, s);
    if (!err)
        err = open_slot(u);
    if (!err)
        err = open_journal(u, s);
    if (!err) {
        err = rota_anchors_pem_read(&u->roots, s->ca_file);
        if (err)
            failed(s->ca_file, u->roots.why, err);
    }
    return err;
}

static void configure(struct updater *u, const struct updater_settings *s)
{
    u->net = rota_net_bsd_init(&u->sockets);
    if (gethostname(u->name, sizeof(u->name) - 1))
        u->name[0] = '\0';
    u->trust = (struct rota_trust){.ops = &rota_manifest_ops,
                                   .keys = u->keys.list,
                                   .count = u->keys.count};
    u->config = (struct rota_config){
        .net = &u->net,
        .sys = &rota_sys_posix,
        .slot = &u->slot,
        .store = &u->store,
        .boot = &u->boot,
        .buffer = u->buffer,
        .buffer_size = sizeof(u->buffer),
        .anchors = u->roots.list,
        .anchor_count = u->roots.count,
        .trust = &u->trust,
        .tls_refusals = &u->arena.failed,
        .time_floor = TIME_FLOOR,
        .api = s->api,
        .repo = s->repo,
        .board = "thermostat", /* so its manifest is thermostat.ota */
        .version = THERMOSTAT_VERSION,
        .token = getenv("GITHUB_TOKEN"), /* for a private repository */
        .asset_hosts = s->asset_hosts,
        .interval_s = s->interval_s,
        .device_id = u->name,
        .device_id_len = strlen(u->name),
        .app = u,
        .event = on_event,
        .may_install = may_install,
    };
}

/* --- The public functions --------------------------------------------------
 */

int updater_start(struct updater *u, const struct updater_settings *s)
{
    int err = open_all(u, s);

    if (err)
        return err;
    configure(u, s);
    err = rota_init(&u->rota, &u->config);
    return err ? failed("start", u->link.why, err) : ROTA_OK;
}

void updater_work(struct updater *u, uint32_t ms)
{
    const struct rota_sys *sys = &rota_sys_posix;
    uint64_t now = sys->now_ms(sys->ctx), end = now + ms;

    while (now < end) {
        uint32_t left = (uint32_t)(end - now), wait;

        (void)rota_step(&u->rota);
        if (u->restart_due)
            return;
        wait = rota_wait_ms(&u->rota);
        rota_net_bsd_wait(&u->sockets, wait < left ? wait : left);
        now = sys->now_ms(sys->ctx);
    }
}

bool updater_restart_due(const struct updater *u)
{
    return u->restart_due;
}

void updater_stop(struct updater *u)
{
    rota_free(&u->rota);
    rota_flash_file_close(&u->slot_file);
    rota_flash_file_close(&u->journal_file);
    rota_anchors_pem_free(&u->roots);
}
