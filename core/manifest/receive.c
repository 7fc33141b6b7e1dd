/* SPDX-License-Identifier: Apache-2.0 */
#include "manifest/receive.h"

#include <string.h>

/* --- The client's scratch as flash --------------------------------------- */

static int receive_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    memcpy(buf, (char *)ctx + off, len);
    return ROTA_OK;
}

static int receive_prog(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    memcpy((char *)ctx + off, buf, len);
    return ROTA_OK;
}

static int receive_erase(void *ctx, uint32_t off)
{
    (void)ctx, (void)off;
    return ROTA_OK;
}

/* --- see receive.h ------------------------------------------------------- */

/* The server tells the length of the manifest: check it against the room. */
static int receive_begin(struct rota_client *c, struct rota_manifest_receive *s)
{
    const struct rota_release *r = &c->answer.release;
    const char none[ROTA_ETAG_SIZE] = "";

    if (r->size > ROTA_MANIFEST_MAX)
        return ROTA_EMANIFEST;
    s->flash = (struct rota_flash){.ctx = c->scratch.manifest,
                                   .read = receive_read,
                                   .prog = receive_prog,
                                   .erase = receive_erase,
                                   .size = ROTA_MANIFEST_MAX,
                                   .erase_size = ROTA_MANIFEST_MAX,
                                   .prog_size = 1};
    int err = rota_fetch_begin(
        &s->fetch, &c->get, &c->slot, &s->flash,
        &(struct rota_source){r->asset_id, r->url, r->size}, 0, none);
    s->fetch.whole = true;
    return err ? err : ROTA_EAGAIN;
}

int rota_manifest_receive(struct rota_client *c,
                          struct rota_manifest_receive *s)
{
    return s->fetch.get ? rota_fetch_step(&s->fetch) : receive_begin(c, s);
}
