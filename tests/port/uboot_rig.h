/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of boot_uboot share: the port's functions on ubootdev's device,
 * and the bytes of its files. */
#ifndef UBOOT_RIG_H
#define UBOOT_RIG_H

#include <string.h>

#include "support/test.h"
#include "port/ubootdev.h"

static struct rota_boot_uboot *const b = &ubootdev.b;
static struct rota_boot *const boot = &ubootdev.boot;

static inline int try_next(void)
{
    return boot->try_next(boot->ctx);
}

static inline int confirm(void)
{
    return boot->confirm(boot->ctx);
}

static inline int rollback(void)
{
    return rota_boot_uboot_rollback(b);
}

static inline int forget(void)
{
    return rota_boot_uboot_forget_previous(b);
}

static inline bool state_is(int state, int active, unsigned starts,
                            bool previous)
{
    int said = boot->state(boot->ctx);
    struct rota_boot_uboot_view v = ubootdev_look();

    return said == state && v.state == state && v.active == active
        && v.starts == starts && v.previous == previous;
}

static inline bool is(const char *name, const char *value)
{
    return !strcmp(ubootdev_get(name), value);
}

/* U-Boot starts this slot. */
static inline bool starts(int slot)
{
    return ubootdev_start() && ubootdev.running == slot;
}

enum { FILE_SIZE = 512 + UBOOTDEV_SIZE + 512 };

static inline void keep_files(uint8_t file[2][FILE_SIZE])
{
    ubootdev_read(0, file[0], FILE_SIZE);
    ubootdev_read(1, file[1], FILE_SIZE);
}

#endif
