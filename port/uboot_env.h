/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a U-Boot environment, in a buffer of the caller's.
 *
 *     CRC-32 of all from the variables on, little-endian   4 bytes
 *     flag, where there are two copies                     1 byte
 *     name=value NUL, name=value NUL, ..., NUL, filler
 *
 * Two copies are written in turn, each with the flag of the other plus one:
 * of two that are valid, the newer one counts.
 */
#ifndef ROTA_UBOOT_ENV_H
#define ROTA_UBOOT_ENV_H

#include <stdbool.h>

#include "rota_port.h"

struct rota_uboot_env {
    uint8_t *buf;  /* borrowed */
    uint32_t size; /* of buf, at least 16 */
    bool flag;     /* there is one */
};

/* Is the CRC right, and do the variables end before the buffer does? What
 * follows is only for an environment of which this is true, and keeps it so
 * but for the CRC. */
bool rota_uboot_env_valid(const struct rota_uboot_env *e);

/* The value of a variable, in the buffer, or NULL. */
const char *rota_uboot_env_get(const struct rota_uboot_env *e,
                               const char *name);

/* Give the variable a value; NULL or "" removes it, as in U-Boot, and the
 * value must not lie in the buffer. Variables in the order of their names, as
 * U-Boot and fw_setenv leave them, stay so. ROTA_ENOSPC, with nothing changed:
 * it does not fit. ROTA_EINVAL: no name can be so. */
int rota_uboot_env_set(struct rota_uboot_env *e, const char *name,
                       const char *value) ROTA_CHECKED;

/* Has a variable changed since the last seal? */
bool rota_uboot_env_changed(const struct rota_uboot_env *e);

/* Make the CRC right; flag is left out where there is none. */
void rota_uboot_env_seal(struct rota_uboot_env *e, uint8_t flag);

/* Which of two valid copies with these flags counts: 0 or 1. */
int rota_uboot_env_newer(uint8_t flag0, uint8_t flag1);

#endif
