/* SPDX-License-Identifier: Apache-2.0 */
/* The images of an update: where they go, and whether they are there. */
#include "update/readback.h"

#include <string.h>

#include "base/config.h"
#include "flash/hash.h"

static const struct rota_flash *readback_slot(const struct rota_client *c,
                                              int i)
{
    return rota_config_slot(c->config, c->images.slot[i]);
}

void rota_readback_one(struct rota_client *c)
{
    const struct rota_release *r = &c->answer.release;

    c->image = (struct rota_image){
        .asset_id = r->asset_id, .size = r->size, .has_digest = r->has_digest};
    memcpy(c->image.sha256, r->digest, sizeof r->digest);
    memcpy(c->image.name, r->name, sizeof r->name);
    c->images = (struct rota_images){.count = 1, .known = r->has_digest};
    c->images.size[0] = r->size;
    memcpy(c->images.sha256, r->digest, sizeof r->digest);
}

const struct rota_flash *rota_readback_slot(const struct rota_client *c)
{
    return readback_slot(c, c->images.at);
}

bool rota_readback_at_last(const struct rota_client *c)
{
    return c->images.at + 1 == c->images.count;
}

/* --- Reading back -------------------------------------------------------- */

static int readback_begin(struct rota_client *c, uint8_t i)
{
    c->images.reading = i;
    return rota_slot_begin(&c->slot, readback_slot(c, i), c->images.size[i]);
}

/* A slot without read, which is the only one then, was hashed before. */
int rota_readback_read(struct rota_client *c, bool all)
{
    memset(c->scratch.sums.sum, 0, sizeof c->scratch.sums.sum);
    if (!c->config->slot->read)
        return ROTA_OK;
    return readback_begin(c, all ? 0 : c->images.at);
}

bool rota_readback_at_is_wrong(const struct rota_client *c)
{
    return memcmp(c->scratch.sums.sum[c->images.at], c->image.sha256,
                  ROTA_SHA256_LEN)
        != 0;
}

/* Without a digest, what was read the first time is what must stay. */
static int readback_judge_all(struct rota_client *c)
{
    uint8_t sum[ROTA_SHA256_LEN];
    int err = ROTA_OK;

    memcpy(sum, c->scratch.sums.sum[0], sizeof sum);
    if (c->images.count > 1)
        err = c->config->trust->ops->sum(c->scratch.sums.sum, c->images.count,
                                         sum);
    if (err)
        return err;
    if (c->images.known && memcmp(c->images.sha256, sum, sizeof sum) != 0)
        return ROTA_EDIGEST;
    memcpy(c->images.sha256, sum, sizeof sum);
    c->images.known = true;
    return ROTA_OK;
}

int rota_readback_step(struct rota_client *c, bool all)
{
    struct rota_images *i = &c->images;
    int err = rota_slot_check(&c->slot, &c->scratch.sums.hash,
                              c->config->buffer, c->config->buffer_size,
                              c->scratch.sums.sum[i->reading]);
    if (err)
        return err;
    if (i->reading < i->at) {
        err = readback_begin(c, (uint8_t)(i->reading + 1));
        return err ? err : ROTA_EAGAIN;
    }
    if (all)
        return readback_judge_all(c);
    return rota_readback_at_is_wrong(c) ? ROTA_EDIGEST : ROTA_OK;
}
