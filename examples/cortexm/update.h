/* SPDX-License-Identifier: Apache-2.0 */
/* rota in this program: what it is configured with, and what it says on the
 * UART. */
#ifndef UPDATE_H
#define UPDATE_H

#include <stdbool.h>

#include "rota_port.h"

void update_start(const struct rota_sys *sys);

/* A step, if one is due or bytes came. False: there was nothing to do. */
bool update_step(bool came);

/* An update is installed: restart when it suits. */
bool update_ready(void);

#endif
