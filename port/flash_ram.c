/* SPDX-License-Identifier: Apache-2.0 */
#include "flash_ram.h"

#include <stdbool.h>
#include <string.h>

static bool inside(const struct rota_flash_ram *r, uint32_t off, uint32_t len)
{
    return off <= r->size && len <= r->size - off;
}

static int do_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    const struct rota_flash_ram *r = ctx;

    if (!inside(r, off, len))
        return ROTA_EINVAL;
    memcpy(buf, r->buf + off, len);
    return ROTA_OK;
}

static int do_prog(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    const struct rota_flash_ram *r = ctx;

    if (!inside(r, off, len))
        return ROTA_EINVAL;
    memcpy(r->buf + off, buf, len);
    return ROTA_OK;
}

static int do_erase(void *ctx, uint32_t off)
{
    const struct rota_flash_ram *r = ctx;

    if (!inside(r, off, ROTA_FLASH_RAM_BLOCK) || off % ROTA_FLASH_RAM_BLOCK)
        return ROTA_EINVAL;
    memset(r->buf + off, 0xff, ROTA_FLASH_RAM_BLOCK);
    return ROTA_OK;
}

struct rota_flash rota_flash_ram(struct rota_flash_ram *r, void *buf,
                                 uint32_t size)
{
    *r = (struct rota_flash_ram){buf, size - size % ROTA_FLASH_RAM_BLOCK};
    return (struct rota_flash){.ctx = r,
                               .read = do_read,
                               .prog = do_prog,
                               .erase = do_erase,
                               .size = r->size,
                               .erase_size = ROTA_FLASH_RAM_BLOCK,
                               .prog_size = 1,
                               .erased = 0xff};
}
