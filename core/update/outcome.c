/* SPDX-License-Identifier: Apache-2.0 */
#include "update/outcome.h"

#include "base/clock.h"
#include "base/event.h"
#include "base/log.h"
#include "update/poll.h"
#include "update/store.h"

void rota_outcome_next(struct rota_client *c, uint32_t wait_s)
{
    c->next_ms = rota_clock_now(c->config) + 1000ull * wait_s;
}

/* When to ask next: in so many seconds. */
static uint32_t outcome_plan(struct rota_client *c, int err)
{
    const struct rota_sys *sys = c->config->sys;
    const struct rota_reply *reply = c->get.reply.status ? &c->get.reply : NULL;
    uint32_t wait_s =
        rota_poll_wait(c->config, err, reply, c->failures, c->seed);
    uint64_t unix_time = sys->unix_time(sys->ctx);

    rota_outcome_next(c, wait_s);
    c->schedule.last_err = err;
    c->schedule.not_before =
        err == ROTA_ELIMIT && unix_time ? unix_time + wait_s : 0;
    c->store->planned(c);
    return wait_s;
}

int rota_outcome_rest(struct rota_client *c)
{
    c->failures = 0;
    (void)outcome_plan(c, ROTA_OK);
    return ROTA_STATE_IDLE;
}

int rota_outcome_done(struct rota_client *c, enum rota_event_type type)
{
    bool armed = c->state == ROTA_STATE_ARM;
    struct rota_event ev = {.type = type,
                            .release = &c->answer.release,
                            .image = armed ? &c->image : NULL};

    (void)rota_outcome_rest(c);
    rota_event_tell(c->config, &ev);
    return ROTA_STATE_IDLE;
}

int rota_outcome_ready(struct rota_client *c)
{
    return rota_outcome_done(c, c->config->boot ? ROTA_EV_READY
                                                : ROTA_EV_DOWNLOADED);
}

/* Assets can be replaced without a change of Last-Modified: a 304 must not
 * repeat for ever what has turned out not to be so. */
void rota_outcome_doubt(struct rota_client *c)
{
    rota_check_forget(&c->answer);
    if (c->store->answered(c))
        rota_log_note(c->config, "the store cannot be written", NULL);
}

/* Before the release was found there is none to tell of, but for what is wrong
 * with it. */
static void outcome_describe(const struct rota_client *c, struct rota_event *ev)
{
    bool checking = c->state <= ROTA_STATE_CHECK;

    ev->state = rota_state_word((enum rota_state)c->state);
    ev->status = c->get.reply.status;
    ev->retry = rota_err_passes(ev->err);
    if (!checking || rota_err_is(ev->err, ROTA_ERR_RELEASE))
        ev->release = &c->answer.release;
    if (c->state > ROTA_STATE_MANIFEST)
        ev->image = &c->image;
    if (c->state == ROTA_STATE_MANIFEST)
        ev->why = c->why;
}

int rota_outcome_fail(struct rota_client *c, int err)
{
    struct rota_event ev = {.type = ROTA_EV_FAILED, .err = err};

    outcome_describe(c, &ev);
    rota_slot_drop(&c->slot);
    rota_get_end(&c->get);
    if (c->failures < UINT8_MAX)
        c->failures++;
    if (c->state > ROTA_STATE_CHECK && rota_err_is(err, ROTA_ERR_DOUBT))
        rota_outcome_doubt(c);
    ev.wait_s = outcome_plan(c, err);
    rota_event_tell(c->config, &ev);
    return ROTA_STATE_IDLE;
}
