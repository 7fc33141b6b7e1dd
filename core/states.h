/* SPDX-License-Identifier: Apache-2.0 */
/* The states of a client, as the files know them that have them. */
#ifndef ROTA_STATES_H
#define ROTA_STATES_H

#include "client.h"

enum rota_state {
    ROTA_STATE_IDLE,
    ROTA_STATE_CHECK,
    ROTA_STATE_MANIFEST,
    ROTA_STATE_PROBE,
    ROTA_STATE_FIND,
    ROTA_STATE_FETCH,
    ROTA_STATE_FINISH,
    ROTA_STATE_VERIFY,
    ROTA_STATE_WAIT
};

/* What returns an int here goes on with the check, or ends it, and tells the
 * next state; or an error, at which rota_step ends the check. */

/* --- outcome.c: the end of a check --------------------------------------- */

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

/* --- download.c: from the first byte to the boot state ------------------- */

/* Begin to download found.release into its slot. */
int rota_download_begin(struct rota_client *c);

/* Look whether an earlier run has brought all of it. */
int rota_download_probe(struct rota_client *c);

int rota_download_step_probe(struct rota_client *c);
int rota_download_step_fetch(struct rota_client *c);
int rota_download_step_finish(struct rota_client *c);
int rota_download_step_verify(struct rota_client *c);
int rota_download_step_wait(struct rota_client *c);

/* Milliseconds until WAIT has something to do. */
uint32_t rota_download_wait_ms(const struct rota_client *c);

/* --- update.c ------------------------------------------------------------ */

/* Read the manifest of the last answer, once more if it was read before. */
int rota_update_manifest(struct rota_client *c);

#endif
