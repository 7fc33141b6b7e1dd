/* SPDX-License-Identifier: Apache-2.0 */
/* The images that failed their trial: the last ROTA_QUARANTINE_MAX of them. */
#ifndef ROTA_FLASH_QUARANTINE_H
#define ROTA_FLASH_QUARANTINE_H

#include <stdbool.h>

#include "flash/hash.h"

#define ROTA_QUARANTINE_MAX 4
struct rota_quarantine {
    uint8_t count, newest;
    struct {
        uint64_t asset_id;
        uint8_t sha256[ROTA_SHA256_LEN];
    } image[ROTA_QUARANTINE_MAX];
};

/* Is an image in quarantine, as far as its asset id, unless 0, and its digest,
 * unless NULL, tell? */
bool rota_quarantine_has(const struct rota_quarantine *q, uint64_t asset_id,
                         const uint8_t *sha256);

/* Put an image into quarantine, in place of the oldest one when full. */
void rota_quarantine_add(struct rota_quarantine *q, uint64_t asset_id,
                         const uint8_t sha256[ROTA_SHA256_LEN]);

#endif
