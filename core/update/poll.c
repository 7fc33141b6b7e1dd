/* SPDX-License-Identifier: Apache-2.0 */
#include "update/poll.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/config.h"

#define DAY 86400u
#define FIRST_RETRY 30u
#define FIRST_LIMIT 60u /* GitHub asks for a minute when it names no time */
#define LIMIT_SPREAD 8u

uint32_t rota_poll_seed(const struct rota_config *c)
{
    uint32_t seed = 0;

    if (c->device_id && c->device_id_len)
        return rota_bytes_crc32(0, c->device_id, c->device_id_len);
    if (c->sys->random(c->sys->ctx, &seed, sizeof seed))
        seed = rota_clock_ms(c);
    return seed;
}

static uint32_t poll_doubled(uint32_t first, uint32_t failures, uint32_t most)
{
    uint32_t s = first;
    while (failures-- > 1 && s < most)
        s *= 2;
    return s < most ? s : most;
}

/* Seconds until the server's limit is over, a day at most; 0 when it does not
 * say. */
static uint32_t poll_named_time(const struct rota_config *c,
                                const struct rota_reply *r)
{
    uint64_t left = 0, now;

    if (r->retry_after >= 0) {
        left = (uint32_t)r->retry_after;
    } else if (r->limit_remaining == 0) {
        now = r->date > 0 ? (uint64_t)r->date : c->sys->unix_time(c->sys->ctx);
        left = now && r->limit_reset > now ? r->limit_reset - now : 0;
    }
    return left < DAY ? (uint32_t)left : DAY;
}

/* A server that names a second each time is not asked each second: each limit
 * costs a record in the journal. */
uint32_t rota_poll_wait(const struct rota_config *c, int err,
                        const struct rota_reply *reply, uint32_t failures,
                        uint32_t seed)
{
    uint32_t most = rota_config_interval_s(c), least = 0, spread = 0;
    uint32_t first = FIRST_RETRY + seed % FIRST_RETRY;

    if (err == ROTA_ELIMIT) {
        least = reply ? poll_named_time(c, reply) : 0;
        first = least ? 1 : FIRST_LIMIT;
        most = DAY;
        spread = 1 + seed % LIMIT_SPREAD;
    } else if (!err || !rota_err_passes(err) || most <= FIRST_RETRY) {
        return most + seed % (most / 10 + 1);
    }
    uint32_t s = poll_doubled(first, failures, most);
    return (s < least ? least : s) + spread;
}
