/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

uint64_t rota_clock_now(const struct rota_config *c)
{
    return c->sys->now_ms(c->sys->ctx);
}

uint32_t rota_clock_ms(const struct rota_config *c)
{
    return (uint32_t)rota_clock_now(c);
}

uint64_t rota_clock_unix(const struct rota_config *c)
{
    uint64_t now = c->sys->unix_time(c->sys->ctx);

    return now >= c->time_floor ? now : 0;
}
