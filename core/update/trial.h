/* SPDX-License-Identifier: Apache-2.0 */
/* The installed image and the boot state: arm, look, confirm. */
#ifndef ROTA_UPDATE_TRIAL_H
#define ROTA_UPDATE_TRIAL_H

#include "update/client.h"

/* See what the boot state says, act on it and tell of it; first: at start. */
int rota_trial_look(struct rota_client *c, bool first) ROTA_CHECKED;

/* Is the program that runs now the one that armed the image that is to be
 * tried? An agent, whose configuration does not change with the image, cannot
 * tell: it confirms by hand. */
bool rota_trial_is_old_program(const struct rota_client *c);

/* Boot the verified image next; without a boot, note that it is there. */
int rota_trial_arm(struct rota_client *c) ROTA_CHECKED;

/* The running image has completed a check: end its trial, unless that is the
 * application's to do or it is not the image on trial that runs. */
int rota_trial_healthy(struct rota_client *c) ROTA_CHECKED;

/* End the trial of the running image. ROTA_ENOTHING when there is none. */
int rota_trial_confirm(struct rota_client *c) ROTA_CHECKED;

#endif
