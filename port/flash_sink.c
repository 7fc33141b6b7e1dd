/* SPDX-License-Identifier: Apache-2.0 */
#include "flash_sink.h"

#define NOWHERE UINT32_MAX /* no size is so large */

static int do_prog(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    struct rota_flash_sink *s = ctx;

    if (off != 0 && off != s->next)
        return ROTA_EINVAL;
    if (off > s->size || len > s->size - off)
        return ROTA_EINVAL;
    int err = s->write(s->ctx, off, buf, len);
    if (err > 0)
        err = ROTA_EIO; /* core would take it for a count of bytes */
    if (err != ROTA_EAGAIN)
        s->next = err ? NOWHERE : off + len;
    return err;
}

static int do_erase(void *ctx, uint32_t off)
{
    (void)ctx, (void)off;
    return ROTA_OK;
}

/* One block: then there is one erase, and pieces are as large as they come. */
struct rota_flash rota_flash_sink(struct rota_flash_sink *s,
                                  rota_flash_sink_write *write, void *ctx,
                                  uint32_t size)
{
    *s = (struct rota_flash_sink){.write = write, .ctx = ctx, .size = size};
    return (struct rota_flash){.ctx = s,
                               .read = NULL,
                               .prog = do_prog,
                               .erase = do_erase,
                               .size = size,
                               .erase_size = size,
                               .prog_size = 1,
                               .erased = 0xff};
}
