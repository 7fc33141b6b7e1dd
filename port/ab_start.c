/* SPDX-License-Identifier: Apache-2.0 */
#include "ab_start.h"

/* What is known of both slots; asking costs a hash. */
struct slots {
    const struct rota_ab_start *s;
    bool asked[2], valid[2];
};

static bool is_valid(struct slots *k, int slot)
{
    if (!k->asked[slot]) {
        k->asked[slot] = true;
        k->valid[slot] = k->s->valid(k->s->ctx, slot);
    }
    return k->valid[slot];
}

/* What the record should say: its slot is the one to start. */
static struct rota_ab_record decide(struct slots *k, struct rota_ab_record r)
{
    uint8_t other = !r.slot, limit = k->s->limit;
    bool trial = r.state == ROTA_AB_TRIAL;
    bool stays = is_valid(k, r.slot) && (!trial || r.starts < limit);

    if (!stays && is_valid(k, other)) {
        r.state = trial ? ROTA_AB_ROLLED_BACK : ROTA_AB_CONFIRMED;
        r.slot = other;
        r.starts = 0;
    } else if (trial && r.starts < limit) {
        r.starts++;
    }
    return r;
}

int rota_ab_start(const struct rota_ab_start *s, struct rota_ab_record *r)
{
    struct slots k = {.s = s};
    bool settled = false;

    int found = rota_ab_read(s->record, r, &settled);
    if (found < 0)
        *r = ROTA_AB_FIRST;
    struct rota_ab_record next = decide(&k, *r);
    if (!is_valid(&k, next.slot))
        return ROTA_ECORRUPT;
    if (rota_ab_same(r, &next) && (settled || found == 0))
        return next.slot;

    int err = rota_ab_write(s->record, &next);
    if (!err)
        *r = next;
    else if (next.state == ROTA_AB_TRIAL && is_valid(&k, !next.slot))
        return !next.slot;
    return next.slot;
}
