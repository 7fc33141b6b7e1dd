/* SPDX-License-Identifier: Apache-2.0 */
/* Lines for a log, told as events. */
#ifndef ROTA_BASE_LOG_H
#define ROTA_BASE_LOG_H

#include "rota.h"

/* A ROTA_EV_NOTE whose text is "what detail", or what alone when detail is
 * NULL, cut at 159 bytes. Neither may hold a secret. Bytes that are not
 * printable ASCII are shown as '?'. */
void rota_log_note(const struct rota_config *c, const char *what,
                   const char *detail);

#endif
