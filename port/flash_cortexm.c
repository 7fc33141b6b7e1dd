/* SPDX-License-Identifier: Apache-2.0 */
#include "flash_cortexm.h"

#include <stdbool.h>
#include <string.h>

#define PIECE 32u /* bytes compared at a time */

static bool inside(const struct rota_flash_cortexm *f, uint32_t off,
                   uint32_t len)
{
    return off <= f->size && len <= f->size - off;
}

static int read_chip(const struct rota_flash_cortexm *f, uint32_t off,
                     void *buf, uint32_t len)
{
    const struct rota_flash_chip *chip = f->chip;
    uint32_t addr = f->base + off;

    if (chip->read)
        return chip->read(chip->ctx, addr, buf, len);
    memcpy(buf, (const void *)(uintptr_t)addr, len);
    return ROTA_OK;
}

/* Does flash hold want, or, with want NULL, erased bytes? */
static int check(const struct rota_flash_cortexm *f, uint32_t off,
                 const uint8_t *want, uint32_t len)
{
    uint8_t buf[PIECE];

    for (uint32_t done = 0, n; done < len; done += n) {
        n = len - done < PIECE ? len - done : PIECE;
        int err = read_chip(f, off + done, buf, n);
        if (err)
            return err;
        for (uint32_t i = 0; i < n; i++)
            if (buf[i] != (want ? want[done + i] : f->chip->erased))
                return ROTA_EIO;
    }
    return ROTA_OK;
}

/* --- The functions of the table ------------------------------------------ */

static int do_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    const struct rota_flash_cortexm *f = ctx;

    return inside(f, off, len) ? read_chip(f, off, buf, len) : ROTA_EINVAL;
}

static int do_prog(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    const struct rota_flash_cortexm *f = ctx;
    const struct rota_flash_chip *chip = f->chip;
    uint32_t page = chip->page_size ? chip->page_size : chip->erase_size;
    const uint8_t *p = buf;

    if (!inside(f, off, len) || off % chip->prog_size || len % chip->prog_size)
        return ROTA_EINVAL;
    for (uint32_t done = 0, n; done < len; done += n) {
        uint32_t addr = f->base + off + done;
        n = page - addr % page;
        if (n > len - done)
            n = len - done;
        int err = chip->program(chip->ctx, addr, p + done, n);
        if (err)
            return err;
    }
    return check(f, off, p, len);
}

static int do_erase(void *ctx, uint32_t off)
{
    const struct rota_flash_cortexm *f = ctx;
    uint32_t len = f->chip->erase_size;

    if (!inside(f, off, len) || off % len)
        return ROTA_EINVAL;
    int err = f->chip->erase(f->chip->ctx, f->base + off);
    return err ? err : check(f, off, NULL, len);
}

struct rota_flash rota_flash_cortexm_init(struct rota_flash_cortexm *f,
                                          const struct rota_flash_chip *chip,
                                          uint32_t base, uint32_t size)
{
    *f = (struct rota_flash_cortexm){chip, base, size};
    return (struct rota_flash){.ctx = f,
                               .read = do_read,
                               .prog = do_prog,
                               .erase = do_erase,
                               .size = size,
                               .erase_size = chip->erase_size,
                               .prog_size = chip->prog_size,
                               .erased = chip->erased};
}
