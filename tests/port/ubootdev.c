/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "port/ubootdev.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct ubootdev ubootdev;
static uint8_t buf[UBOOTDEV_SIZE];
static char paths[2][80], lock_path[80];

/* A situation that cannot be made leaves nothing to test. */
static void must(bool ok, const char *what)
{
    if (ok)
        return;
    perror(what);
    exit(1);
}

/* --- Files ---------------------------------------------------------------- */

size_t ubootdev_read(int copy, uint8_t *out, size_t size)
{
    FILE *f = fopen(paths[copy], "rb");
    size_t n;

    must(f, paths[copy]);
    n = fread(out, 1, size, f);
    fclose(f);
    return n;
}

void ubootdev_write(int copy, const uint8_t *in, size_t len)
{
    FILE *f = fopen(paths[copy], "wb");

    must(f && fwrite(in, 1, len, f) == len && !fclose(f), paths[copy]);
}

void ubootdev_wipe(void)
{
    static const char *const names[] = {"env0", "env1", "env0.new", "lock"};
    char path[96];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", ubootdev.top, names[i]);
        unlink(path);
    }
    rmdir(ubootdev.top);
}

/* --- The environment, by a second reader of its own ----------------------- */

static struct rota_uboot_file own;
static struct rota_uboot_env env;

static bool load(void)
{
    static uint8_t own_buf[UBOOTDEV_SIZE];

    own = ubootdev.b.file;
    own.buf = own_buf;
    return !rota_uboot_file_load(&own, &env);
}

static void set(const char *name, const char *value)
{
    must(!rota_uboot_env_set(&env, name, value), name);
}

static void store(void)
{
    must(!rota_uboot_file_store(&own, &env), "store");
}

const char *ubootdev_get(const char *name)
{
    static char text[4][64];
    static unsigned turn;
    char *p = text[turn++ % 4];
    const char *value;

    must(load(), "load");
    value = rota_uboot_env_get(&env, name);
    snprintf(p, sizeof text[0], "%s", value ? value : "");
    return p;
}

void ubootdev_set(const char *name, const char *value)
{
    must(load(), "load");
    set(name, value);
    store();
}

static unsigned number(const char *name, int base)
{
    const char *value = rota_uboot_env_get(&env, name);

    return value ? (unsigned)strtoul(value, NULL, base) : 0;
}

static void set_number(const char *name, unsigned n)
{
    char text[16];

    snprintf(text, sizeof text, "%x", n);
    set(name, text);
}

/* --- U-Boot --------------------------------------------------------------- */

static void start_mender(void)
{
    bool alt = false, forgets = ubootdev.kind == UBOOTDEV_MENDER_FORGETS;

    if (number("upgrade_available", 10)) {
        unsigned count = number("bootcount", 10) + 1;
        set_number("bootcount", count);
        alt = number("bootlimit", 10) && count > number("bootlimit", 10);
    }
    ubootdev.running = (number("mender_boot_part", 10) == 3) != alt;
    if (alt && !forgets) {
        set("mender_boot_part", ubootdev.running ? "3" : "2");
        set("mender_boot_part_hex", ubootdev.running ? "3" : "2");
        set("upgrade_available", "0");
        set("bootcount", "0");
    }
}

/* RAUC's contrib/uboot.sh. */
static bool choose_rauc(const char *order)
{
    for (; *order; order++) {
        const char *name = *order == 'A' ? "BOOT_A_LEFT" : "BOOT_B_LEFT";
        unsigned left = number(name, 16);
        if ((*order != 'A' && *order != 'B') || !left)
            continue;
        ubootdev.running = *order == 'B';
        set_number(name, left - 1);
        return true;
    }
    return false;
}

static void start_rauc(void)
{
    char order[64];

    snprintf(order, sizeof order, "%s", rota_uboot_env_get(&env, "BOOT_ORDER"));
    if (choose_rauc(order))
        return;
    set_number("BOOT_A_LEFT", 3);
    set_number("BOOT_B_LEFT", 3);
    choose_rauc(order);
}

bool ubootdev_start(void)
{
    ubootdev_reopen();
    if (!load())
        return false;
    if (ubootdev.kind == UBOOTDEV_RAUC)
        start_rauc();
    else
        start_mender();
    store();
    return true;
}

/* --- The device ----------------------------------------------------------- */

void ubootdev_reopen(void)
{
    bool rauc = ubootdev.kind == UBOOTDEV_RAUC,
         two = ubootdev.b.file.copy[1].path;
    uint64_t off = two ? 512 : 0;

    ubootdev.b = (struct rota_boot_uboot){
        .file = {.copy = {{paths[0], off}, {two ? paths[1] : NULL, off}},
                 .size = UBOOTDEV_SIZE,
                 .buf = buf,
                 .lock = lock_path},
        .slot = {rauc ? "A" : "2", rauc ? "B" : "3"},
        .slot_var = rauc ? NULL : "mender_boot_part",
        .slot_hex_var = rauc ? NULL : "mender_boot_part_hex"};
    ubootdev.boot = rota_boot_uboot_init(&ubootdev.b);
}

static void make_files(bool two)
{
    static uint8_t file[512 + UBOOTDEV_SIZE + 512];
    struct rota_uboot_env e = {file + (two ? 512 : 0), UBOOTDEV_SIZE, two};

    memset(file, 0x5a, sizeof file);
    memset(e.buf, 0, e.size);
    must(!rota_uboot_env_set(&e, "bootdelay", "2"), "bootdelay");
    rota_uboot_env_seal(&e, 254);
    ubootdev_write(0, file, two ? sizeof file : UBOOTDEV_SIZE);
    rota_uboot_env_seal(&e, 253);
    if (two)
        ubootdev_write(1, file, sizeof file);
}

void ubootdev_fresh(enum ubootdev_kind kind, int copies)
{
    struct ubootdev *d = &ubootdev;

    snprintf(d->top, sizeof d->top, "/tmp/rota-uboot-%ld", (long)getpid());
    snprintf(paths[0], sizeof paths[0], "%s/env0", d->top);
    snprintf(paths[1], sizeof paths[1], "%s/env1", d->top);
    snprintf(lock_path, sizeof lock_path, "%s/lock", d->top);
    ubootdev_wipe();
    must(!mkdir(d->top, 0755), d->top);
    make_files(copies == 2);
    d->kind = kind;
    d->running = 0;
    d->b.file.copy[1].path = copies == 2 ? paths[1] : NULL;
    ubootdev_reopen();
    must(load(), "load");
    set(kind == UBOOTDEV_RAUC ? "BOOT_ORDER" : "mender_boot_part",
        kind == UBOOTDEV_RAUC ? "A B" : "2");
    if (kind == UBOOTDEV_RAUC) {
        set("BOOT_A_LEFT", "3");
        set("BOOT_B_LEFT", "3");
    }
    store();
}

struct rota_boot_uboot_view ubootdev_look(void)
{
    struct rota_boot_uboot_view v;

    must(rota_boot_uboot_look(&ubootdev.b, &v) == ROTA_OK,
         ubootdev.b.file.why ? ubootdev.b.file.why : "look");
    return v;
}
