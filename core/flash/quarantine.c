/* SPDX-License-Identifier: Apache-2.0 */
#include "flash/quarantine.h"

#include <string.h>

bool rota_quarantine_has(const struct rota_quarantine *b, uint64_t asset_id,
                         const uint8_t *sha256)
{
    for (int i = 0; i < b->count; i++)
        if ((asset_id && b->image[i].asset_id == asset_id)
            || (sha256
                && memcmp(b->image[i].sha256, sha256, ROTA_SHA256_LEN) == 0))
            return true;
    return false;
}

void rota_quarantine_add(struct rota_quarantine *b, uint64_t asset_id,
                         const uint8_t sha256[ROTA_SHA256_LEN])
{
    if (rota_quarantine_has(b, asset_id, sha256))
        return;
    b->newest = (uint8_t)(b->count ? (b->newest + 1) % ROTA_QUARANTINE_MAX : 0);
    if (b->count < ROTA_QUARANTINE_MAX)
        b->count++;
    b->image[b->newest].asset_id = asset_id;
    memcpy(b->image[b->newest].sha256, sha256, ROTA_SHA256_LEN);
}
