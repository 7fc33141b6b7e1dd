/* SPDX-License-Identifier: Apache-2.0 */
/* How a check ends, well or with an error: tell it, and plan the next one. Each
 * function that returns an int returns the next state, IDLE. */
#ifndef ROTA_UPDATE_OUTCOME_H
#define ROTA_UPDATE_OUTCOME_H

#include "update/client.h"
#include "update/state.h"

/* The next check is due in so many seconds. */
void rota_outcome_next(struct rota_client *c, uint32_t wait_s);

/* A check has ended well: tell it with an event about the answer. */
int rota_outcome_done(struct rota_client *c, enum rota_event_type type);

/* A check has ended with all images in their slots: armed if there is a boot,
 * else only downloaded. */
int rota_outcome_ready(struct rota_client *c);

/* A check has ended well, and there is nothing to tell. */
int rota_outcome_rest(struct rota_client *c);

/* A check has ended with an error in the state c->state. */
int rota_outcome_fail(struct rota_client *c, int err);

/* Have the next check ask without validators, for a whole answer. */
void rota_outcome_doubt(struct rota_client *c);

#endif
