/* SPDX-License-Identifier: Apache-2.0 */
/* Telling the application. The words of events: rota_event_name in rota.h. */
#ifndef ROTA_BASE_EVENT_H
#define ROTA_BASE_EVENT_H

#include "rota.h"

/* Hand ev to the application, when it listens. */
void rota_event_tell(const struct rota_config *c, const struct rota_event *ev);

#endif
