/* SPDX-License-Identifier: Apache-2.0 */
#include "flash/accepted.h"

#include <string.h>

bool rota_accepted_revoked(const struct rota_accepted *p, const uint8_t id[8])
{
    for (int i = 0; i < ROTA_REVOKED_MAX; i++)
        if (memcmp(p->revoked[i], id, sizeof *p->revoked) == 0)
            return true;
    return false;
}

/* Put id where it is, or where there is room. */
static void accepted_revoke(struct rota_accepted *p, const uint8_t *id)
{
    static const uint8_t none[sizeof *p->revoked];

    for (int i = 0; i < ROTA_REVOKED_MAX; i++) {
        uint8_t *at = p->revoked[i];
        if (memcmp(at, none, sizeof none) == 0)
            memcpy(at, id, sizeof none);
        if (memcmp(at, id, sizeof none) == 0)
            return;
    }
}

void rota_accepted_commit(struct rota_accepted *p)
{
    if (p->security < p->security_next)
        p->security = p->security_next;
    for (int i = 0; i < ROTA_REVOKED_MAX; i++)
        accepted_revoke(p, p->revoked_next[i]);
    p->security_next = 0;
    memset(p->revoked_next, 0, sizeof p->revoked_next);
}
