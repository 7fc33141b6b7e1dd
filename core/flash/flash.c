/* SPDX-License-Identifier: Apache-2.0 */
#include "flash/flash.h"

#include <stdbool.h>
#include <string.h>

#include "rota_config.h"

#define ERASE_MIN 512u

static bool flash_dimensions_fit(const struct rota_flash *f)
{
    uint32_t unit = f->prog_size;

    return unit >= 1 && unit <= ROTA_PROG_MAX && (unit & (unit - 1)) == 0
        && f->erase_size >= ERASE_MIN && (f->erase_size & (unit - 1)) == 0
        && f->size >= 1 && f->size <= INT32_MAX
        && rota_flash_border(f, f->size) == f->size
        && (f->erased == 0xff || f->erased == 0x00);
}

int rota_flash_check_slot(const struct rota_flash *f)
{
    bool ok = f && f->prog && f->erase && flash_dimensions_fit(f);
    return ok ? ROTA_OK : ROTA_EINVAL;
}

int rota_flash_check(const struct rota_flash *f)
{
    return f && f->read ? rota_flash_check_slot(f) : ROTA_EINVAL;
}

uint32_t rota_flash_border(const struct rota_flash *f, uint32_t off)
{
    uint32_t at = 0;

    if (!f->block_size)
        return off - off % f->erase_size;
    while (at < off) {
        uint32_t n = f->block_size(f->ctx, at);
        if (n == 0 || n > off - at || n % f->erase_size != 0)
            break;
        at += n;
    }
    return at;
}

/* Each border lies at a multiple of erase_size, where blocks differ as well. */
int rota_flash_prog(const struct rota_flash *f, uint32_t off,
                    const uint8_t *buf, uint32_t len)
{
    while (len > 0) {
        uint32_t n = f->erase_size - off % f->erase_size;
        if (n > len)
            n = len;
        int err = f->prog(f->ctx, off, buf, n);
        if (err)
            return err;
        off += n;
        buf += n;
        len -= n;
    }
    return ROTA_OK;
}

int rota_flash_sync(const struct rota_flash *f)
{
    return f->sync ? f->sync(f->ctx) : ROTA_OK;
}

uint32_t rota_flash_units(const struct rota_flash *f, uint32_t n)
{
    return (n + f->prog_size - 1) & ~(f->prog_size - 1);
}

uint32_t rota_flash_pad(const struct rota_flash *f, uint8_t *buf, uint32_t n)
{
    uint32_t size = rota_flash_units(f, n);
    memset(buf + n, f->erased, size - n);
    return size;
}
