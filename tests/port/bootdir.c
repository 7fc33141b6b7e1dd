/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "port/bootdir.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct bootdir bootdir;
static char link_path[80], state_path[80];

/* A situation that cannot be made leaves nothing to test. */
static void must(bool ok, const char *what)
{
    if (ok)
        return;
    perror(what);
    exit(1);
}

const char *bootdir_at(const char *name)
{
    static char path[4][192];
    static unsigned turn;
    char *p = path[turn++ % 4];

    snprintf(p, sizeof(path[0]), "%s/%s", bootdir.top, name);
    return p;
}

static int remove_one(const char *path, const struct stat *st, int type,
                      struct FTW *walk)
{
    (void)st, (void)type, (void)walk;
    return remove(path);
}

void bootdir_wipe(void)
{
    nftw(bootdir.top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void bootdir_put(const char *name, const char *text)
{
    FILE *f = fopen(bootdir_at(name), "w");

    must(f && fputs(text, f) >= 0 && !fclose(f), name);
}

bool bootdir_is(const char *name, const char *text)
{
    char buf[256];
    FILE *f = fopen(bootdir_at(name), "r");

    if (!f)
        return false;
    buf[fread(buf, 1, sizeof(buf) - 1, f)] = '\0';
    fclose(f);
    return !strcmp(buf, text);
}

void bootdir_reopen(void)
{
    bootdir.boot = rota_boot_symlink_init(&bootdir.b, bootdir.link, "a", "b",
                                          bootdir.state_dir, 3);
    bootdir.b.install_as = "prog";
}

struct rota_boot_symlink_view bootdir_look(void)
{
    struct rota_boot_symlink_view v;

    must(rota_boot_symlink_look(&bootdir.b, &v) == ROTA_OK, "look");
    must(bootdir.boot.state(bootdir.boot.ctx) == v.state, "state");
    return v;
}

bool bootdir_state_is(int state, int active, unsigned starts, bool previous)
{
    struct rota_boot_symlink_view v = bootdir_look();

    return v.state == state && v.active == active && v.starts == starts
        && v.previous == previous;
}

void bootdir_download(void)
{
    char path[256];

    must(!rota_boot_symlink_part(&bootdir.b, path, sizeof(path)), "part");
    bootdir_put(path + strlen(bootdir.top) + 1, "two");
}

void bootdir_fresh(void)
{
    struct bootdir *d = &bootdir;

    snprintf(d->top, sizeof(d->top), "/tmp/rota-boot-%ld", (long)getpid());
    snprintf(link_path, sizeof(link_path), "%.63s/current", d->top);
    snprintf(state_path, sizeof(state_path), "%.63s/state", d->top);
    d->link = link_path;
    d->state_dir = state_path;
    bootdir_wipe();
    must(!mkdir(d->top, 0755) && !mkdir(bootdir_at("a"), 0755)
             && !mkdir(d->state_dir, 0755) && !symlink("a", d->link),
         d->top);
    bootdir_put("a/prog", "one");
    bootdir_reopen();
}

void bootdir_arm(void)
{
    bootdir_fresh();
    bootdir_download();
    must(!bootdir.boot.try_next(bootdir.boot.ctx), "try_next");
}

static void start(int times)
{
    while (times-- > 0)
        must(rota_boot_symlink_starting(&bootdir.b) >= 0, "starting");
}

void bootdir_try_out(void)
{
    bootdir_arm();
    start(1);
}

void bootdir_use_up(void)
{
    bootdir_arm();
    start(3);
}

void bootdir_fall_back(void)
{
    bootdir_arm();
    start(4);
}

void bootdir_keep(void)
{
    bootdir_try_out();
    must(!bootdir.boot.confirm(bootdir.boot.ctx), "confirm");
}
