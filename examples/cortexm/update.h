/* SPDX-License-Identifier: Apache-2.0 */
/* rota in this program: what it is configured with, and what it says on the
 * UART. */
#ifndef UPDATE_H
#define UPDATE_H

#include <stdbool.h>

#include "rota_port.h"

/* Seconds that a new version has, each time, for its first check. What runs,
 * but cannot reach its server, could never be replaced from afar. */
#define UPDATE_TRIAL_S 3600

void update_start(const struct rota_sys *sys);

/* A step, if one is due or bytes came. False: there was nothing to do. While
 * the network is not up there is nothing to do for UPDATE_TRIAL_S; then rota
 * is to say that it finds no server, and that a trial is over. */
bool update_step(bool came, bool up);

/* An update is installed, or this one's trial took too long: restart when it
 * suits. */
bool update_wants_restart(void);

#endif
