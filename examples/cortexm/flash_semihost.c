/* SPDX-License-Identifier: Apache-2.0 */
#include "flash_semihost.h"

#include <stdbool.h>
#include <string.h>

#include "flash_map.h"
#include "semihost.h"

#define ERASED 0xffu
#define WORD 4u

/* The units that a kill leaves whole, and what is erased between two. */
_Static_assert(FLASH_PROG == WORD && DATA_PROG == WORD, "one write each");
enum { STEP = 64 };

struct file {
    const char *path;
    uint32_t size, erase_size;
    uint32_t locked; /* bytes at the begin that are write-protected */
    int handle;      /* -1 = closed */
};

static struct file flash_file = {"flash.bin", FLASH_SIZE, FLASH_ERASE,
                                 RECORD_BASE, -1};
static struct file data_file = {"data.bin", DATA_SIZE, DATA_ERASE, 0, -1};

static int refuse(const char *why)
{
    semihost_print(why);
    return ROTA_EIO;
}

static int open_file(struct file *f)
{
    if (f->handle >= 0)
        return ROTA_OK;
    f->handle = semihost_open(f->path, true);
    if (f->handle < 0)
        return refuse("flash: a file is missing\n");
    if (semihost_size(f->handle) != (int32_t)f->size)
        return refuse("flash: a file has the wrong length\n");
    return ROTA_OK;
}

int flash_semihost_open(void)
{
    int err = open_file(&flash_file);

    return err ? err : open_file(&data_file);
}

static void close_file(struct file *f)
{
    if (f->handle >= 0)
        semihost_close(f->handle);
    f->handle = -1;
}

void flash_semihost_close(void)
{
    close_file(&flash_file);
    close_file(&data_file);
}

/* --- Hooks --------------------------------------------------------------- */

static bool inside(const struct file *f, uint32_t addr, uint32_t len)
{
    return addr <= f->size && len <= f->size - addr;
}

static int do_read(void *ctx, uint32_t addr, void *buf, uint32_t len)
{
    const struct file *f = ctx;

    if (!inside(f, addr, len))
        return refuse("flash: read outside\n");
    if (len == 0)
        return ROTA_OK;
    return semihost_seek(f->handle, addr) && semihost_read(f->handle, buf, len)
             ? ROTA_OK
             : ROTA_EIO;
}

static int is_erased(const struct file *f, uint32_t addr, uint32_t len)
{
    uint8_t buf[STEP];

    if (!semihost_seek(f->handle, addr))
        return ROTA_EIO;
    for (uint32_t n; len > 0; len -= n) {
        n = len < STEP ? len : STEP;
        if (!semihost_read(f->handle, buf, n))
            return ROTA_EIO;
        for (uint32_t i = 0; i < n; i++)
            if (buf[i] != ERASED)
                return refuse("flash: a word was programmed twice\n");
    }
    return ROTA_OK;
}

static int do_program(void *ctx, uint32_t addr, const void *buf, uint32_t len)
{
    const struct file *f = ctx;
    const uint8_t *p = buf;

    if (!inside(f, addr, len))
        return refuse("flash: programmed outside\n");
    if (addr < f->locked)
        return refuse("flash: programmed the bootloader\n");
    if (addr % WORD || len % WORD)
        return refuse("flash: programmed less than a word\n");
    int err = is_erased(f, addr, len);
    if (err)
        return err;
    if (!semihost_seek(f->handle, addr))
        return ROTA_EIO;
    for (uint32_t i = 0; i < len; i += WORD)
        if (!semihost_write(f->handle, p + i, WORD))
            return ROTA_EIO;
    return ROTA_OK;
}

static int do_erase(void *ctx, uint32_t addr)
{
    const struct file *f = ctx;
    uint8_t blank[STEP];

    if (!inside(f, addr, f->erase_size) || addr % f->erase_size)
        return refuse("flash: erased no block\n");
    if (addr < f->locked)
        return refuse("flash: erased the bootloader\n");
    if (!semihost_seek(f->handle, addr))
        return ROTA_EIO;
    memset(blank, ERASED, sizeof blank);
    for (uint32_t i = 0; i < f->erase_size; i += STEP)
        if (!semihost_write(f->handle, blank, STEP))
            return ROTA_EIO;
    return ROTA_OK;
}

const struct rota_flash_chip flash_chip = {.ctx = &flash_file,
                                           .read = do_read,
                                           .program = do_program,
                                           .erase = do_erase,
                                           .erase_size = FLASH_ERASE,
                                           .prog_size = FLASH_PROG,
                                           .erased = ERASED};

const struct rota_flash_chip data_chip = {.ctx = &data_file,
                                          .read = do_read,
                                          .program = do_program,
                                          .erase = do_erase,
                                          .erase_size = DATA_ERASE,
                                          .prog_size = DATA_PROG,
                                          .erased = ERASED};
