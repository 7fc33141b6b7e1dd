/* SPDX-License-Identifier: Apache-2.0 */
/* The installed image: journal and boot state, and what they allow. */
#ifndef ROTA_UPDATE_TRIAL_H
#define ROTA_UPDATE_TRIAL_H

#include "update/client.h"

/* See what the boot state says, act on it and tell of it; first: at start,
 * when a trial is told of too. */
int rota_trial_look(struct rota_client *c, bool first) ROTA_CHECKED;

/* Note in the journal that the installation of found.release begins; has that
 * of the same images begun before? */
int rota_trial_begin(struct rota_client *c, bool *before) ROTA_CHECKED;

/* Boot the verified image next. */
int rota_trial_arm(struct rota_client *c) ROTA_CHECKED;

/* The running image has completed a check: end its trial, unless that is the
 * application's to do or it is not the image on trial that runs. */
int rota_trial_healthy(struct rota_client *c) ROTA_CHECKED;

/* End the trial of the running image. ROTA_ENOTHING when there is none. */
int rota_trial_confirm(struct rota_client *c) ROTA_CHECKED;

/* The version that runs: the configured one; or, when that is still what it
 * was at the last installation (an agent's configuration does not change by
 * updating), what the journal knows to run since. */
void rota_trial_running(const struct rota_client *c,
                        char version[ROTA_TAG_MAX + 1]);

/* What to do about found.release. */
enum rota_decision {
    ROTA_DECIDE_NOTHING, /* it runs, or is older */
    ROTA_DECIDE_INSTALL,
    ROTA_DECIDE_READ,       /* its manifest has to be read first */
    ROTA_DECIDE_HOLD,       /* its manifest leaves this device out for now */
    ROTA_DECIDE_READY,      /* it is installed: restart */
    ROTA_DECIDE_QUARANTINE, /* it has failed */
    ROTA_DECIDE_TRIAL       /* another image is on trial and must not lose
                             * what it can be rolled back to */
};
enum rota_decision rota_trial_decide(const struct rota_client *c);

/* Is found.release, or what has this digest (NULL: unknown), in quarantine? */
bool rota_trial_is_bad(const struct rota_client *c, const uint8_t *sha256);

/* Is version one to go to from the running one? */
bool rota_trial_newer(const struct rota_client *c, const char *version);

/* Is that of found.release? */
bool rota_trial_wanted(const struct rota_client *c);

#endif
