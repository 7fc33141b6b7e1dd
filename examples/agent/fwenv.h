/* SPDX-License-Identifier: Apache-2.0 */
/* Where U-Boot's environment is, by the file that fw_printenv reads: a line
 *
 *     DEVICE OFFSET SIZE
 *
 * for each of its one or two copies. More on a line, which MTD needs, is left
 * alone, and so are comments after #.
 */
#ifndef ROTA_FWENV_H
#define ROTA_FWENV_H

#include "uboot_file.h"

#define ROTA_FWENV_DEFAULT "/etc/fw_env.config"
#define ROTA_FWENV_NAME 256       /* of a device, with its end */
#define ROTA_FWENV_MAX (1u << 20) /* bytes of an environment */

struct rota_fwenv {
    char name[2][ROTA_FWENV_NAME];
    uint64_t off[2];
    uint32_t size;
    int count; /* of the copies */
};

/* Read the file at path. NULL, or what is wrong with it. */
const char *rota_fwenv_read(struct rota_fwenv *e, const char *path);

/* The same as the port wants it; f borrows e. */
void rota_fwenv_fill(const struct rota_fwenv *e, struct rota_uboot_file *f);

#endif
