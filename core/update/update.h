/* SPDX-License-Identifier: Apache-2.0 */
/* The life of an update, state by state: rota_step of rota.h. */
#ifndef ROTA_UPDATE_UPDATE_H
#define ROTA_UPDATE_UPDATE_H

#include "update/client.h"

/* Act on a decision: the next state, or an error. */
int rota_update_follow(struct rota_client *c, enum rota_decision decision);

/* The one place where the state changes: for rota_step, and for what begins
 * something in IDLE. */
static inline void rota_update_enter(struct rota_client *c,
                                     enum rota_state state)
{
    c->state = (uint8_t)state;
}

#endif
