/* SPDX-License-Identifier: Apache-2.0 */
/* Telling the application. */
#ifndef ROTA_LOG_H
#define ROTA_LOG_H

#include "rota.h"

/* Hand ev to the application, when it listens. */
void rota_tell(const struct rota_config *c, const struct rota_event *ev);

/* A ROTA_EV_NOTE whose text is "what detail", or what alone when detail is
 * NULL, cut at 159 bytes. Neither may hold a secret. Bytes that are not
 * printable ASCII are shown as '?'. */
void rota_note(const struct rota_config *c, const char *what,
               const char *detail);

#endif
