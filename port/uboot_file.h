/* SPDX-License-Identifier: Apache-2.0 */
/* A U-Boot environment on Linux: one or two copies in files or on block
 * devices, as /etc/fw_env.config describes them for fw_printenv.
 *
 * With two copies a change goes to the older one, which counts once it is
 * whole: a power loss at any moment leaves the environment before it or after
 * it. The only copy, when it is a file of its own, is replaced by renaming. The
 * only copy on a device cannot be changed safely, and is not unless asked for.
 *
 * Not for MTD: U-Boot keeps other flags there.
 */
#ifndef ROTA_UBOOT_FILE_H
#define ROTA_UBOOT_FILE_H

#include "uboot_env.h"

struct rota_uboot_file {
    /* For the application to set. */
    struct rota_uboot_copy {
        const char *path; /* of a file or block device; must exist. In copy[1]
                           * NULL: there is only one */
        uint64_t off;     /* bytes */
    } copy[2];
    uint32_t size; /* bytes of a copy, CRC and flag included, 16..1 MiB:
                    * U-Boot's CONFIG_ENV_SIZE */
    uint8_t *buf;  /* size bytes, borrowed */

    /* The only copy may be overwritten where it lies: a power loss meanwhile
     * leaves none, and U-Boot takes its built-in one. Default false. */
    bool in_place;

    /* Keeps changes apart, fw_setenv's too. Default
     * "/var/lock/fw_printenv.lock", as there. */
    const char *lock;

    /* What the last function that failed met with; NULL = nothing. And errno,
     * or 0. */
    const char *why;
    int sys_err;

    int current; /* copy that was loaded; do not touch */
};

/* Are the fields that the application sets in order? Touches no file. */
int rota_uboot_file_check(struct rota_uboot_file *f) ROTA_CHECKED;

/* Take the lock; closing *fd gives it back. Who only reads does without, with
 * -1 in *fd, where the lock cannot be opened. */
int rota_uboot_file_lock(struct rota_uboot_file *f, bool to_write,
                         int *fd) ROTA_CHECKED;

/* Read the copy that counts; e then lies in f->buf. ROTA_ECORRUPT: none does,
 * and U-Boot goes by its built-in environment. */
int rota_uboot_file_load(struct rota_uboot_file *f,
                         struct rota_uboot_env *e) ROTA_CHECKED;

/* Write what was loaded and changed; nothing when nothing was. It is on disk
 * when this returns 0. When not, what was there before still counts, or, if
 * the disk failed in its last step, perhaps all of the new. */
int rota_uboot_file_store(struct rota_uboot_file *f,
                          struct rota_uboot_env *e) ROTA_CHECKED;

/* Note why; returns err. */
int rota_uboot_file_fail(struct rota_uboot_file *f, int err, const char *why);

#endif
