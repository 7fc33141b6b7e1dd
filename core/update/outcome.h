/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a check, good or bad: tell it, and plan the next one. */
#ifndef ROTA_UPDATE_OUTCOME_H
#define ROTA_UPDATE_OUTCOME_H

#include "update/state.h"
#include "update/client.h"

/* What returns an int here goes on with the check, or ends it, and tells the
 * next state; or an error, at which rota_step ends the check. */

/* A check has come to its end: tell it and plan the next one, */
int rota_outcome_done(struct rota_client *c, enum rota_event_type type);

/* ...without a word, */
int rota_outcome_rest(struct rota_client *c);

/* ...at a manifest that is not for this device yet, */
int rota_outcome_held(struct rota_client *c);

/* ...or at an error. */
int rota_outcome_fail(struct rota_client *c, int err);

/* The next check asks without validators. */
void rota_outcome_doubt(struct rota_client *c);

#endif
