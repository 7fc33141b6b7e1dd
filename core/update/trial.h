/* SPDX-License-Identifier: Apache-2.0 */
/* The installed image and the boot state: arm it, look at it, confirm it. */
#ifndef ROTA_UPDATE_TRIAL_H
#define ROTA_UPDATE_TRIAL_H

#include "update/client.h"

/* Look at the boot state, act on it and tell the events; first: the program has
 * just started. Errors of boot and store. */
int rota_trial_look(struct rota_client *c, bool first) ROTA_CHECKED;

/* Does the program still run that armed the image? Then that image was not
 * started yet. False with confirm_by_hand: an agent, whose configuration does
 * not change with the image, cannot tell. */
bool rota_trial_is_old_program(const struct rota_client *c);

/* Have the verified image boot next; without a config.boot, note that it is in
 * the slot. An image that the bootloader would never run goes into
 * quarantine. */
int rota_trial_arm(struct rota_client *c) ROTA_CHECKED;

/* The running image has completed a check: end its trial, unless the
 * application confirms by hand or says no, or another image is the one on
 * trial. */
int rota_trial_healthy(struct rota_client *c) ROTA_CHECKED;

/* End the trial of the running image. ROTA_ENOTHING when there is none. */
int rota_trial_confirm(struct rota_client *c) ROTA_CHECKED;

#endif
