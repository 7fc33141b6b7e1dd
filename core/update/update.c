/* SPDX-License-Identifier: Apache-2.0 */
/* The life of an update:
 *
 *   IDLE -> CHECK -> FETCH -> FINISH -> VERIFY -> ARM -> IDLE, until restart
 *             |        ^                |  |  ^
 *   with keys |        |     next image |  v  | may_install says
 *             v        |                | WAIT  no, then yes
 *          MANIFEST -> FIND             |
 *             ^   `-> PROBE             |
 *             '-------------------------'
 *   LIST, for rota_list alone, which ends in IDLE
 *   from any: nothing to do, or an error: tell it, note when to ask next
 *
 * Each state is a function that does a bounded piece of work; state.h says what
 * it returns.
 */
#include "update/update.h"

#include "base/clock.h"
#include "base/config.h"
#include "update/download.h"
#include "update/outcome.h"
#include "update/readback.h"
#include "update/store.h"
#include "update/trial.h"

/* An answer may come with validators that will match for ever, such as a date
 * in the future: after so many checks it is asked for as a whole. */
#define UNCHANGED_MAX 16

/* --- IDLE and CHECK ------------------------------------------------------ */

static int update_idle(struct rota_client *c)
{
    if (!c->asked && rota_clock_now(c->config) < c->next_ms)
        return ROTA_STATE_IDLE;
    c->asked = false;
    c->get.reply.status = 0;
    rota_client_tell(c, ROTA_EV_CHECKING, NULL);
    int err = rota_trial_look(c, false);
    if (err)
        return err;
    c->get.href_size = sizeof c->scratch.href;
    rota_check_begin(&c->job.check, &c->get, &c->scratch.page, &c->answer,
                     c->unchanged >= UNCHANGED_MAX);
    return ROTA_STATE_CHECK;
}

static int update_begin(struct rota_client *c)
{
    const struct rota_trust *t = c->config->trust;

    c->trial.downloaded = false;
    int err = c->store->begin(c);
    if (err)
        return err;
    return t ? t->ops->probe(c) : rota_download_begin(c, c->answer.release.url);
}

static int update_offer(struct rota_client *c)
{
    const struct rota_config *cfg = c->config;

    rota_client_tell_image(c, ROTA_EV_AVAILABLE);
    if (!cfg->may_download
        || cfg->may_download(cfg->app, &c->answer.release, &c->image))
        return update_begin(c);
    return rota_outcome_rest(c);
}

int rota_update_follow(struct rota_client *c, enum rota_decision decision)
{
    switch (decision) {
    case ROTA_DECIDE_NOTHING: return rota_outcome_done(c, ROTA_EV_UP_TO_DATE);
    case ROTA_DECIDE_READY: return rota_outcome_ready(c);
    case ROTA_DECIDE_QUARANTINE:
        return rota_outcome_done(c, ROTA_EV_QUARANTINED);
    case ROTA_DECIDE_TRIAL: return ROTA_ETRIAL;
    case ROTA_DECIDE_READ: return c->config->trust->ops->begin(c);
    case ROTA_DECIDE_INSTALL: break;
    }
    return update_offer(c);
}

/* The server has answered: this image can update itself. */
static int update_note_health(struct rota_client *c)
{
    const struct rota_sys *sys = c->config->sys;

    c->schedule.last_check = sys->unix_time(sys->ctx);
    return rota_trial_healthy(c);
}

static int update_answered(struct rota_client *c)
{
    const struct rota_trust *t = c->config->trust;
    int err = update_note_health(c);

    if (err)
        return err;
    rota_readback_one(c);
    enum rota_decision decision = rota_decide(c);
    return rota_update_follow(c, t ? t->ops->decide(c, decision) : decision);
}

static int update_check(struct rota_client *c)
{
    int result = rota_check_step(&c->job.check);
    int err = result < 0 ? result : ROTA_OK;

    if (result == ROTA_EAGAIN)
        return ROTA_STATE_CHECK;
    if (result == ROTA_CHECK_UNCHANGED)
        c->unchanged++;
    if (result == ROTA_CHECK_FOUND) {
        c->unchanged = 0;
        err = c->store->answered(c);
    }
    return err ? err : update_answered(c);
}

/* --- The states ---------------------------------------------------------- */

static int update_run_state(struct rota_client *c)
{
    const struct rota_trust *t = c->config->trust;

    switch ((enum rota_state)c->state) {
    case ROTA_STATE_IDLE: return update_idle(c);
    case ROTA_STATE_CHECK: return update_check(c);
    case ROTA_STATE_MANIFEST: return t->ops->step_manifest(c);
    case ROTA_STATE_PROBE: return t->ops->step_probe(c);
    case ROTA_STATE_FIND: return t->ops->step_find(c);
    case ROTA_STATE_FETCH: return rota_download_step_fetch(c);
    case ROTA_STATE_FINISH: return rota_download_step_finish(c);
    case ROTA_STATE_VERIFY: return rota_download_step_verify(c);
    case ROTA_STATE_WAIT: return rota_download_step_wait(c);
    case ROTA_STATE_ARM: return rota_download_step_arm(c);
    case ROTA_STATE_LIST: return c->job.list.to->step(c);
    }
    return ROTA_STATE_IDLE;
}

/* Until this trial has lasted too long. */
static uint32_t update_trial_left_ms(const struct rota_client *c)
{
    uint32_t limit_s = c->config->trial_s, most_s = UINT32_MAX / 1000;
    uint32_t lasted = rota_clock_ms(c->config) - c->start_ms;

    if (c->boot != ROTA_BOOT_TRIAL || c->overdue || !limit_s
        || limit_s > most_s)
        return UINT32_MAX;
    return lasted < 1000 * limit_s ? 1000 * limit_s - lasted : 0;
}

/* It fails then, but the restart is the application's. */
static void update_watch_trial(struct rota_client *c)
{
    if (update_trial_left_ms(c))
        return;
    c->overdue = true;
    rota_client_tell(c, ROTA_EV_OVERDUE, NULL);
}

/* ARM follows without a stop: see download.c. */
int rota_step(struct rota *r)
{
    struct rota_client *c = rota_client(r);
    bool busy = rota_busy(r);
    int next, err = ROTA_OK;

    update_watch_trial(c);
    do {
        next = update_run_state(c);
        if (next < 0) {
            err = next;
            next = c->state == ROTA_STATE_LIST ? ROTA_STATE_IDLE
                                               : rota_outcome_fail(c, err);
        }
        rota_update_enter(c, (enum rota_state)next);
    } while (next == ROTA_STATE_ARM);
    if (next != ROTA_STATE_IDLE || (!busy && !err))
        return ROTA_EAGAIN;
    return err;
}

int rota_run(struct rota *r, void (*wait)(void *app, uint32_t ms))
{
    const struct rota_config *cfg = rota_client(r)->config;
    int err;

    rota_check_now(r);
    while ((err = rota_step(r)) == ROTA_EAGAIN && rota_busy(r))
        if (wait)
            wait(cfg->app, rota_wait_ms(r));
    return err;
}

static uint32_t update_until_next(const struct rota_client *c)
{
    uint64_t now = rota_clock_now(c->config);
    uint32_t left = update_trial_left_ms(c);

    if (c->asked || c->next_ms <= now)
        return 0;
    return c->next_ms - now < left ? (uint32_t)(c->next_ms - now) : left;
}

uint32_t rota_wait_ms(const struct rota *r)
{
    const struct rota_client *c = rota_client_const(r);

    switch ((enum rota_state)c->state) {
    case ROTA_STATE_IDLE: return update_until_next(c);
    case ROTA_STATE_CHECK:
    case ROTA_STATE_MANIFEST:
    case ROTA_STATE_FIND:
    case ROTA_STATE_FETCH:
    case ROTA_STATE_LIST: return c->get.blocked ? ROTA_NET_POLL_MS : 0;
    case ROTA_STATE_PROBE:
    case ROTA_STATE_FINISH:
    case ROTA_STATE_VERIFY:
    case ROTA_STATE_ARM: return 0;
    case ROTA_STATE_WAIT: return rota_download_wait_ms(c);
    }
    return 0;
}

bool rota_busy(const struct rota *r)
{
    const struct rota_client *c = rota_client_const(r);
    return c->state != ROTA_STATE_IDLE || c->asked;
}

void rota_check_now(struct rota *r)
{
    struct rota_client *c = rota_client(r);
    c->asked = c->state == ROTA_STATE_IDLE;
}

void rota_stop(struct rota *r)
{
    struct rota_client *c = rota_client(r);

    rota_slot_drop(&c->slot);
    rota_get_close(&c->get);
    if (c->state == ROTA_STATE_MANIFEST)
        c->config->trust->ops->drop(c);
    c->asked = false;
    if (c->state != ROTA_STATE_IDLE)
        rota_outcome_next(c, rota_config_interval_s(c->config));
    rota_update_enter(c, ROTA_STATE_IDLE);
}
