/* SPDX-License-Identifier: Apache-2.0 */
#include "update/client.h"

#include <string.h>

#include "base/clock.h"
#include "base/event.h"
#include "base/log.h"
#include "update/outcome.h"
#include "update/poll.h"
#include "update/store.h"
#include "update/trial.h"

_Static_assert(sizeof(struct rota_client) <= sizeof(struct rota),
               "ROTA_SIZE is too small for these limits");

void rota_client_tell(const struct rota_client *c, enum rota_event_type type,
                      const struct rota_release *release)
{
    struct rota_event ev = {.type = type, .release = release};

    rota_event_tell(c->config, &ev);
}

void rota_client_tell_image(const struct rota_client *c,
                            enum rota_event_type type)
{
    struct rota_event ev = {
        .type = type, .release = &c->answer.release, .image = &c->image};

    rota_event_tell(c->config, &ev);
}

/* rota_config_check tells which field is wrong, and of many more. These are the
 * ones without which nothing here could even be looked at. */
static bool client_can_begin(const struct rota_config *c)
{
    return c->net && c->sys && c->slot && c->buffer
        && c->buffer_size >= ROTA_BUFFER_MIN && c->repo
        && (!c->store || (c->store->ops && c->store->get && c->store->put))
        && (!c->trust || (c->trust->ops && c->store));
}

/* The first check is due at once, unless the server said when. */
static void client_plan_first(struct rota_client *c)
{
    const struct rota_sys *sys = c->config->sys;
    uint64_t now = sys->unix_time(sys->ctx), then = c->schedule.not_before;
    /* A limit lasts a day at most: beyond it, the clock was wrong. */
    bool limited = now && then > now && then - now <= 2 * 86400;

    rota_outcome_next(c, limited ? (uint32_t)(then - now) : 0);
}

int rota_init(struct rota *r, const struct rota_config *config)
{
    struct rota_client *c = rota_client(r);

    memset(r, 0, sizeof *r);
    c->config = config;
    c->store = config->store ? config->store->ops : &rota_store_none;
    rota_get_init(&c->get, config, c->scratch.href, c->scratch.page.end.next,
                  sizeof c->scratch.page.end.next);
    if (!client_can_begin(config))
        return ROTA_EINVAL;
    if (!config->trust)
        rota_log_note(config,
                      "no keys: a digest tells integrity, not authenticity",
                      NULL);
    int err = c->store->open(c);
    if (!err && config->trust)
        err = config->trust->ops->open(c);
    if (err)
        return err;
    c->seed = rota_poll_seed(config);
    c->start_ms = rota_clock_ms(config);
    client_plan_first(c);
    return rota_trial_look(c, true);
}

void rota_free(struct rota *r)
{
    rota_stop(r);
    rota_tls_free(&rota_client(r)->get.tls);
}

int rota_confirm(struct rota *r)
{
    return rota_trial_confirm(rota_client(r));
}
