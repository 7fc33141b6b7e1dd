/* SPDX-License-Identifier: Apache-2.0 */
#include "update/checkpoint.h"

#include <string.h>

#include "base/clock.h"
#include "base/config.h"
#include "flash/flash.h"

/* Of the time that passes, checkpoints may take one part in so many. */
#define SHARE 20u

static bool checkpoint_is_of(const struct rota_checkpoint *k,
                             const struct rota_image *i)
{
    return i->has_digest && k->asset_id == i->asset_id && k->size == i->size
        && memcmp(k->digest, i->sha256, sizeof k->digest) == 0;
}

uint32_t rota_checkpoint_find(struct rota_progress *p,
                              const struct rota_flash *slot,
                              const struct rota_store *s,
                              const struct rota_image *i,
                              char etag[ROTA_ETAG_SIZE])
{
    struct rota_checkpoint k;

    rota_record_recall(s, ROTA_RECORD_CHECKPOINT, &k);
    if (!slot->read || !checkpoint_is_of(&k, i) || k.at > k.size
        || k.at != rota_flash_border(slot, k.at))
        memset(&k, 0, sizeof k);
    *p = (struct rota_progress){.at = k.at};
    memcpy(etag, k.etag, sizeof k.etag);
    return k.at;
}

static int checkpoint_make(const struct rota_store *s,
                           const struct rota_image *i,
                           const struct rota_slot *slot, uint32_t at,
                           const char *etag)
{
    struct rota_checkpoint k = {
        .asset_id = i->asset_id, .size = i->size, .at = at};

    memcpy(k.digest, i->sha256, sizeof k.digest);
    memcpy(k.etag, etag, sizeof k.etag);
    int err = rota_flash_sync(slot->flash);
    return err ? err : rota_record_save(s, ROTA_RECORD_CHECKPOINT, &k);
}

int rota_checkpoint_make(struct rota_progress *p, const struct rota_config *c,
                         const struct rota_image *i,
                         const struct rota_slot *slot, const char *etag)
{
    uint32_t at = rota_flash_border(slot->flash, slot->written);
    uint32_t begun = rota_clock_ms(c);

    if (!slot->flash->read || !i->has_digest
        || at < p->at + rota_config_checkpoint_min(c)
        || begun - p->made_ms < p->pause_ms)
        return ROTA_OK;
    int err = checkpoint_make(c->store, i, slot, at, etag);
    p->at = at;
    p->made_ms = rota_clock_ms(c);
    p->pause_ms = SHARE * (p->made_ms - begun);
    return err;
}

int rota_checkpoint_forget(struct rota_progress *p, const struct rota_store *s)
{
    struct rota_checkpoint none = {.at = 0};

    *p = (struct rota_progress){.at = 0};
    return rota_record_save(s, ROTA_RECORD_CHECKPOINT, &none);
}
