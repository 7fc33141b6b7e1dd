/* SPDX-License-Identifier: Apache-2.0 */
/* The anti-rollback memory: what was accepted of signed manifests. */
#ifndef ROTA_FLASH_ACCEPTED_H
#define ROTA_FLASH_ACCEPTED_H

#include <stdbool.h>
#include <stdint.h>

/* What this device has accepted of signed manifests, so that nothing older
 * comes back. An id of a key that is all zeros is none. */
#define ROTA_REVOKED_MAX 4
struct rota_accepted {
    uint32_t seq;           /* the highest accepted */
    uint32_t security;      /* of the image that was confirmed last */
    uint32_t security_next; /* of the image that is being installed */
    uint64_t issued;        /* the latest of those accepted, Unix time, but not
                             * later than it was then */
    uint64_t accepted;      /* Unix time of the last acceptance, 0 = unknown */
    uint64_t asset_id;      /* of the last manifest accepted */
    bool held;              /* it leaves this device out for now */
    uint8_t revoked[ROTA_REVOKED_MAX][8];
    uint8_t revoked_next[ROTA_REVOKED_MAX][8]; /* with security_next */
};

/* The image that is being installed was confirmed: what waited for that holds
 * from now on. The counter never goes down and no key comes back; of more than
 * ROTA_REVOKED_MAX keys the first ones stay. */
void rota_accepted_commit(struct rota_accepted *a);

/* Is the key of this id revoked? */
bool rota_accepted_revoked(const struct rota_accepted *a, const uint8_t id[8]);

#endif
