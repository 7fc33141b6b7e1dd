/* SPDX-License-Identifier: Apache-2.0 */
/* A device with boot_uboot, its environment in one or two files of a folder
 * below /tmp, and what U-Boot does with it at a start. */
#ifndef UBOOTDEV_H
#define UBOOTDEV_H

#include "boot_uboot.h"

enum { UBOOTDEV_SIZE = 2048 }; /* of a copy: four sectors */

enum ubootdev_kind {
    UBOOTDEV_MENDER,         /* altbootcmd saves what it starts */
    UBOOTDEV_MENDER_FORGETS, /* it does not */
    UBOOTDEV_RAUC
};

extern struct ubootdev {
    enum ubootdev_kind kind;
    struct rota_boot_uboot b;
    struct rota_boot boot;
    char top[64];
    int running; /* slot */
} ubootdev;

/* Slot 0 runs; the environment is as from the factory, in 1 or 2 copies that
 * lie 512 bytes into their files, or, when there is 1, are all of it. */
void ubootdev_fresh(enum ubootdev_kind kind, int copies);

/* As another process would find it. */
void ubootdev_reopen(void);

/* Power on: count, choose a slot, save. False: there is no environment. */
bool ubootdev_start(void);

/* A variable of the environment, "" if missing; the last four stay valid. And
 * change it as fw_setenv does. */
const char *ubootdev_get(const char *name);
void ubootdev_set(const char *name, const char *value);

struct rota_boot_uboot_view ubootdev_look(void);

/* The file of a copy, all of it; returns its length. */
size_t ubootdev_read(int copy, uint8_t *buf, size_t size);
void ubootdev_write(int copy, const uint8_t *buf, size_t len);

void ubootdev_wipe(void);

#endif
