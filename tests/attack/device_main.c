/* SPDX-License-Identifier: Apache-2.0 */
/* A device of two slots that is attacked: core and ports as they are, its flash
 * and boot state files of one folder. It checks once.
 *
 *     device_main folder=F api=URL asset-hosts=H ca-file=PEM keys=DIR [clock=T]
 *
 * F/slot-0 and F/slot-1 take the images 0 and 1. F/armed is there once both are
 * what runs next. While F/hold is there the application says no to installing,
 * and F/waiting tells that it was asked. What fails is told as "failed NAME".
 * T is what its clock says, 0: it has none.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "anchors_pem.h"
#include "flash_file.h"
#include "keys_pem.h"
#include "net_bsd.h"
#include "rota.h"
#include "sys_posix.h"

#define SLOTS 2
#define BLOCK 4096u

static struct rota rota;
static int buffer[16384 / sizeof(int)];
static unsigned char tls_memory[96 << 10];
static struct rota_arena arena;

static struct rota_anchors_pem roots;
static struct rota_keys_pem keys;
static struct rota_net_bsd sockets;
static struct rota_flash_file file[SLOTS], journal_file;
static struct rota_flash slot[SLOTS], journal;
static const struct rota_flash *const more_slots[] = {&slot[1]};
static struct rota_journal records;
static struct rota_store store;
static struct rota_trust trust = {.ops = &rota_manifest_ops,
                                  .more_slots = more_slots,
                                  .more_slot_count = SLOTS - 1};

static const char *folder = ".";

/* What stands behind NAME= in the arguments; "" without. */
static const char *value(char **argv, const char *name)
{
    size_t len = strlen(name);

    for (; *argv; argv++)
        if (strncmp(*argv, name, len) == 0 && (*argv)[len] == '=')
            return *argv + len + 1;
    return "";
}

/* --- Files ---------------------------------------------------------------- */

static const char *path_of(const char *name)
{
    static char path[4096];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static bool exists(const char *name)
{
    return access(path_of(name), F_OK) == 0;
}

static int make(const char *name)
{
    int fd = open(path_of(name), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

    return fd >= 0 && close(fd) == 0 ? ROTA_OK : ROTA_EBOOT;
}

static int open_flash(struct rota_flash_file *f, struct rota_flash *flash,
                      const char *name, uint32_t size)
{
    int err = rota_flash_file_open(f, path_of(name), size, BLOCK);

    if (!err)
        *flash = rota_flash_file_init(f);
    return err;
}

/* --- The clock ------------------------------------------------------------ */

static struct rota_sys sys;
static uint64_t clock_says;

static uint64_t unix_time(void *ctx)
{
    (void)ctx;
    return clock_says;
}

static void set_clock(char **argv)
{
    const char *text = value(argv, "clock");

    sys = rota_sys_posix;
    if (!*text)
        return;
    clock_says = strtoull(text, NULL, 10);
    sys.unix_time = unix_time;
}

/* --- The boot state ------------------------------------------------------- */

static int state(void *ctx)
{
    (void)ctx;
    return exists("armed") ? ROTA_BOOT_TRIAL : ROTA_BOOT_CONFIRMED;
}

static int try_next(void *ctx)
{
    (void)ctx;
    return make("armed");
}

static int confirm(void *ctx)
{
    (void)ctx;
    return unlink(path_of("armed")) ? ROTA_EBOOT : ROTA_OK;
}

static const struct rota_boot boot = {NULL, state, try_next, confirm};

/* --- The application ------------------------------------------------------ */

static bool may_install(void *app, const struct rota_release *release,
                        const struct rota_image *image)
{
    (void)app, (void)release, (void)image;
    if (!exists("hold"))
        return true;
    (void)make("waiting");
    return false;
}

static void on_event(void *app, const struct rota_event *e)
{
    (void)app;
    if (e->type == ROTA_EV_FAILED)
        printf("failed %s %s\n", rota_err_name(e->err), e->text ? e->text : "");
    if (e->type == ROTA_EV_NOTE)
        fprintf(stderr, "note: %s\n", e->text);
    fflush(stdout);
}

static struct rota_config config = {
    .slot = &slot[0],
    .store = &store,
    .boot = &boot,
    .sys = &sys,
    .buffer = buffer,
    .buffer_size = sizeof(buffer),
    .repo = "acme/thermostat",
    .board = "thermostat-rpi",
    .version = "1.0.0",
    .stall_ms = 2000,
    .confirm_by_hand = true,
    .event = on_event,
    .may_install = may_install,
};

static int set_up(char **argv)
{
    static struct rota_net net;

    folder = value(argv, "folder");
    config.api = value(argv, "api");
    config.asset_hosts = value(argv, "asset-hosts");
    set_clock(argv);
    net = rota_net_bsd_init(&sockets);
    config.net = &net;
    rota_arena_init(&arena, tls_memory, sizeof(tls_memory));
    rota_arena_use(&arena);
    int err = rota_anchors_pem_read(&roots, value(argv, "ca-file"));
    if (!err)
        err = rota_keys_pem_read(&keys, value(argv, "keys"));
    if (!err)
        err = open_flash(&file[0], &slot[0], "slot-0", 1u << 20);
    if (!err)
        err = open_flash(&file[1], &slot[1], "slot-1", 1u << 20);
    if (!err)
        err = open_flash(&journal_file, &journal, "journal", 4 * BLOCK);
    store = rota_journal_store(&records, &journal);
    config.anchors = roots.list;
    config.anchor_count = roots.count;
    trust.keys = keys.list;
    trust.count = keys.count;
    config.trust = &trust;
    return err ? err : rota_init(&rota, &config);
}

int main(int argc, char **argv)
{
    (void)argc;
    int err = set_up(argv + 1);

    if (err) {
        fprintf(stderr, "start: %s\n", rota_err_name(err));
        return 2;
    }
    rota_check_now(&rota);
    for (rota_step(&rota); rota_busy(&rota); rota_step(&rota))
        rota_net_bsd_wait(&sockets, rota_wait_ms(&rota));
    rota_stop(&rota);
    rota_anchors_pem_free(&roots);
    return exists("armed") ? 0 : 1;
}
