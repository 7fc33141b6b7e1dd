/* SPDX-License-Identifier: Apache-2.0 */
#include "checkpoint.h"

#include <string.h>

#include "flash.h"
#include "poll.h"

/* Of the time that passes, checkpoints may take one part in so many. */
#define SHARE 20u

static bool is_of(const struct rota_checkpoint *k, const struct rota_release *r)
{
    return r->has_digest && k->asset_id == r->asset_id && k->size == r->size
        && memcmp(k->digest, r->digest, sizeof k->digest) == 0;
}

uint32_t rota_checkpoint_find(struct rota_progress *p,
                              const struct rota_flash *slot,
                              const struct rota_journal *j,
                              const struct rota_release *r,
                              char etag[ROTA_ETAG_SIZE])
{
    struct rota_checkpoint k;

    rota_load_checkpoint(j, &k);
    if (!is_of(&k, r) || k.at > k.size || k.at != rota_flash_border(slot, k.at))
        memset(&k, 0, sizeof k);
    *p = (struct rota_progress){.at = k.at};
    memcpy(etag, k.etag, sizeof k.etag);
    return k.at;
}

static int make(struct rota_journal *j, const struct rota_release *r,
                const struct rota_slot *slot, uint32_t at, const char *etag)
{
    struct rota_checkpoint k = {
        .asset_id = r->asset_id, .size = r->size, .at = at};

    memcpy(k.digest, r->digest, sizeof k.digest);
    memcpy(k.etag, etag, sizeof k.etag);
    int err = rota_flash_sync(slot->flash);
    return err ? err : rota_save_checkpoint(j, &k);
}

static uint32_t least(const struct rota_config *c)
{
    return c->checkpoint_min ? c->checkpoint_min : 16u << 10;
}

int rota_checkpoint_make(struct rota_progress *p, const struct rota_config *c,
                         struct rota_journal *j, const struct rota_release *r,
                         const struct rota_slot *slot, const char *etag)
{
    uint32_t at = rota_flash_border(slot->flash, slot->written);
    uint32_t begun = rota_now_ms(c);

    if (!r->has_digest || !j->flash || at < p->at + least(c)
        || begun - p->made_ms < p->pause_ms)
        return ROTA_OK;
    int err = make(j, r, slot, at, etag);
    p->at = at;
    p->made_ms = rota_now_ms(c);
    p->pause_ms = SHARE * (p->made_ms - begun);
    return err;
}

int rota_checkpoint_forget(struct rota_progress *p, struct rota_journal *j)
{
    struct rota_checkpoint none = {.at = 0};

    *p = (struct rota_progress){.at = 0};
    return rota_save_checkpoint(j, &none);
}
