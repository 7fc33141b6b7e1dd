/* SPDX-License-Identifier: Apache-2.0 */
#include "uboot_env.h"

#include <string.h>

#define CRC_LEN 4u

/* --- Where things are ----------------------------------------------------- */

static char *variables(const struct rota_uboot_env *e)
{
    return (char *)e->buf + CRC_LEN + e->flag;
}

static size_t room(const struct rota_uboot_env *e)
{
    return e->size - CRC_LEN - e->flag;
}

/* CRC-32 as in zlib, four bits at a time. */
static uint32_t crc32(const char *p, size_t len)
{
    static const uint32_t table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
        0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
    uint32_t crc = 0xffffffff;

    for (; len > 0; len--) {
        crc ^= (uint8_t)*p++;
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc;
}

/* Bytes from p on up to the NUL that ends the list. */
static size_t length(const char *p)
{
    const char *q = p;

    while (*q)
        q += strlen(q) + 1;
    return (size_t)(q - p);
}

/* Does the variable at p come before, as or after name? Less than 0, 0 or
 * more, in the order of strcmp of the names alone. */
static int compare(const char *p, const char *name)
{
    for (; *name && *p == *name; p++)
        name++;
    return (*p == '=' ? 0 : (uint8_t)*p) - (uint8_t)*name;
}

/* --- see uboot_env.h ------------------------------------------------------ */

bool rota_uboot_env_valid(const struct rota_uboot_env *e)
{
    const char *p = variables(e), *end = p + room(e);

    if (rota_uboot_env_changed(e))
        return false;
    while (p && p < end && *p) {
        p = memchr(p, '\0', (size_t)(end - p));
        p = p ? p + 1 : NULL;
    }
    return p && p < end;
}

/* The last one counts where one is there twice, as in U-Boot. */
const char *rota_uboot_env_get(const struct rota_uboot_env *e, const char *name)
{
    const char *value = NULL;
    size_t len = strlen(name);

    for (const char *p = variables(e); *p; p += strlen(p) + 1)
        if (!compare(p, name) && p[len] == '=')
            value = p + len + 1;
    return value;
}

static size_t taken_by(const struct rota_uboot_env *e, const char *name)
{
    size_t sum = 0;

    for (const char *p = variables(e); *p; p += strlen(p) + 1)
        if (!compare(p, name))
            sum += strlen(p) + 1;
    return sum;
}

/* Zeros follow the list from now on. */
static void remove_all(struct rota_uboot_env *e, const char *name)
{
    char *from = variables(e), *to = from, *end = from + room(e);

    while (*from) {
        size_t len = strlen(from) + 1;
        bool keep = compare(from, name) != 0;
        if (keep && to != from)
            memmove(to, from, len);
        from += len;
        to += keep ? len : 0;
    }
    memset(to, 0, (size_t)(end - to));
}

static void insert(struct rota_uboot_env *e, const char *name,
                   const char *value)
{
    char *p = variables(e), *end = p + room(e);
    size_t name_len = strlen(name), value_len = strlen(value), rest;

    while (*p && compare(p, name) < 0)
        p += strlen(p) + 1;
    rest = length(p);
    memmove(p + name_len + value_len + 2, p, rest);
    memcpy(p, name, name_len);
    p[name_len] = '=';
    memcpy(p + name_len + 1, value, value_len + 1);
    p += name_len + value_len + 2 + rest;
    memset(p, 0, (size_t)(end - p));
}

int rota_uboot_env_set(struct rota_uboot_env *e, const char *name,
                       const char *value)
{
    const char *old = rota_uboot_env_get(e, name);
    size_t list = length(variables(e)), wanted;

    if (!*name || strchr(name, '='))
        return ROTA_EINVAL;
    if (!value || !*value) {
        remove_all(e, name);
        return ROTA_OK;
    }
    if (old && !strcmp(old, value))
        return ROTA_OK;
    wanted = strlen(name) + 1 + strlen(value) + 1;
    if (list - taken_by(e, name) + wanted + 1 > room(e))
        return ROTA_ENOSPC;
    remove_all(e, name);
    insert(e, name, value);
    return ROTA_OK;
}

bool rota_uboot_env_changed(const struct rota_uboot_env *e)
{
    uint32_t crc = crc32(variables(e), room(e));

    for (int i = 0; i < 4; i++)
        if (e->buf[i] != (uint8_t)(crc >> 8 * i))
            return true;
    return false;
}

void rota_uboot_env_seal(struct rota_uboot_env *e, uint8_t flag)
{
    uint32_t crc = crc32(variables(e), room(e));

    for (int i = 0; i < 4; i++)
        e->buf[i] = (uint8_t)(crc >> 8 * i);
    if (e->flag)
        e->buf[CRC_LEN] = flag;
}

/* As in U-Boot: only 255 and 0 are a wrap, and the first of two equals wins. */
int rota_uboot_env_newer(uint8_t flag0, uint8_t flag1)
{
    if (flag0 == 255 && flag1 == 0)
        return 1;
    if (flag0 == 0 && flag1 == 255)
        return 0;
    return flag1 > flag0;
}
