/* SPDX-License-Identifier: Apache-2.0 */
/* Telling the application. */
#ifndef ROTA_LOG_H
#define ROTA_LOG_H

#include "rota.h"

/* Hand ev to the application, when it listens. */
void rota_tell(const struct rota_config *c, const struct rota_event *ev);

/* A ROTA_EV_NOTE whose text is what and detail, cut at 159 bytes. detail may
 * be NULL. Neither may hold a secret, nor bytes from outside that were not
 * checked to be printable: others are shown as '?'. */
void rota_note(const struct rota_config *c, const char *what,
               const char *detail);

#endif
