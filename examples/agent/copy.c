/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "copy.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int do_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    const struct rota_copy *c = ctx;

    memcpy(buf, c->bytes + off, len);
    return ROTA_OK;
}

static int do_prog(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    struct rota_copy *c = ctx;

    memcpy(c->bytes + off, buf, len);
    return ROTA_OK;
}

static int do_erase(void *ctx, uint32_t off)
{
    struct rota_copy *c = ctx;

    memset(c->bytes + off, 0, ROTA_JOURNAL_BLOCK);
    return ROTA_OK;
}

int rota_copy_read(struct rota_copy *c, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int err = 0;

    memset(c, 0, sizeof(*c));
    if (fd < 0)
        return errno == ENOENT ? 0 : errno;
    if (read(fd, c->bytes, sizeof(c->bytes)) < 0)
        err = errno;
    close(fd);
    return err;
}

struct rota_flash rota_copy_flash(struct rota_copy *c)
{
    return (struct rota_flash){.ctx = c,
                               .read = do_read,
                               .prog = do_prog,
                               .erase = do_erase,
                               .size = ROTA_JOURNAL_SIZE,
                               .erase_size = ROTA_JOURNAL_BLOCK,
                               .prog_size = 1,
                               .erased = 0x00};
}
