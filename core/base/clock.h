/* SPDX-License-Identifier: Apache-2.0 */
/* What time it is: since some start, and of the day. */
#ifndef ROTA_BASE_CLOCK_H
#define ROTA_BASE_CLOCK_H

#include "rota.h"

/* Milliseconds since some start. */
uint64_t rota_clock_now(const struct rota_config *c);

/* The low 32 bits of that, which wrap after 49 days: for differences up to
 * half of that. */
uint32_t rota_clock_ms(const struct rota_config *c);

/* Unix time; 0 while there is no clock to rely on, which is one that says
 * config.time_floor or later. */
uint64_t rota_clock_unix(const struct rota_config *c);

#endif
