/* SPDX-License-Identifier: Apache-2.0 */
/* When to ask the server again. */
#ifndef ROTA_UPDATE_POLL_H
#define ROTA_UPDATE_POLL_H

#include "http/http.h"

/* Seconds to wait after a check or download that ended with err. reply is the
 * last one of the server, NULL when none came. failures counts the errors in
 * a row, with this one; seed is that of rota_poll_seed.
 *
 * After success: the interval and up to a tenth of it. After an error that may
 * pass: 30 s, doubled with each failure, up to the interval. After a limit: the
 * server's Retry-After, else the time until X-RateLimit-Reset by the server's
 * own clock, else a minute, doubled with each failure; at most a day, and some
 * seconds more so that not all devices ask at once. */
uint32_t rota_poll_wait(const struct rota_config *c, int err,
                        const struct rota_reply *reply, uint32_t failures,
                        uint32_t seed);

/* A number that differs from device to device and spreads a fleet's requests:
 * from config.device_id, or random without one. */
uint32_t rota_poll_seed(const struct rota_config *c);

#endif
