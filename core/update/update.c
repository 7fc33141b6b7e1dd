/* SPDX-License-Identifier: Apache-2.0 */
/* The life of an update:
 *
 *   IDLE -> CHECK -> FETCH -> FINISH -> VERIFY, arm -> IDLE, until restart
 *             |        ^                |  |   ^
 *   with keys |        |     next image |  v   | may_install says
 *             v        |                | WAIT_| no, then yes
 *          MANIFEST -> FIND             |
 *             ^   `-> PROBE             |
 *             '-------------------------'
 *   from any: nothing to do, or an error: tell it, note when to ask next
 *
 * Each state is a function that does a bounded piece of work and returns the
 * next state; the same one again when there is more to do or to wait for; an
 * error ends the check.
 */
#include "update/update.h"

#include <string.h>

#include "manifest/step.h"
#include "update/download.h"
#include "update/outcome.h"
#include "update/readback.h"
#include "update/trial.h"
#include "base/clock.h"
#include "update/poll.h"
#include "flash/record.h"
#include "update/client.h"

/* An answer may come with validators that will match for ever, such as a date
 * in the future: after so many checks it is asked for as a whole. */
#define UNCHANGED_MAX 16

static const struct rota_found *update_known(const struct rota_client *c)
{
    return *c->found.release.tag && c->unchanged < UNCHANGED_MAX ? &c->found
                                                                 : NULL;
}

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
    rota_record_load_found(&c->journal, &c->found);
    rota_check_begin(&c->job.check, &c->get, update_known(c),
                     &c->found.release);
    return ROTA_STATE_CHECK;
}

/* Keep what the server said, to ask next time whether it still holds. */
static int update_keep_answer(struct rota_client *c)
{
    const struct rota_reply *r = &c->get.reply;

    c->unchanged = 0;
    c->found.key = c->job.check.key;
    memcpy(c->found.last_modified, r->last_modified,
           sizeof c->found.last_modified);
    memcpy(c->found.etag, r->etag, sizeof c->found.etag);
    if (*c->found.last_modified)
        c->found.etag[0] = '\0';
    return rota_record_save_found(&c->journal, &c->found);
}

/* The server has answered: this image can update itself. */
static int update_note_health(struct rota_client *c)
{
    const struct rota_sys *sys = c->config->sys;

    c->schedule.last_check = sys->unix_time(sys->ctx);
    return rota_trial_healthy(c);
}

static int update_begin(struct rota_client *c)
{
    int err = rota_trial_begin(c, &c->begun);

    if (err)
        return err;
    return c->config->key_count ? rota_download_probe(c)
                                : rota_download_begin(c);
}

static int update_offer(struct rota_client *c)
{
    const struct rota_config *cfg = c->config;

    rota_client_tell(c, ROTA_EV_AVAILABLE, &c->found.release);
    if (!cfg->may_download || cfg->may_download(cfg->app, &c->found.release))
        return update_begin(c);
    return rota_outcome_rest(c);
}

static int update_follow(struct rota_client *c, enum rota_decision decision)
{
    switch (decision) {
    case ROTA_DECIDE_NOTHING: return rota_outcome_done(c, ROTA_EV_UP_TO_DATE);
    case ROTA_DECIDE_READY: return rota_outcome_done(c, ROTA_EV_READY);
    case ROTA_DECIDE_QUARANTINE:
        return rota_outcome_done(c, ROTA_EV_QUARANTINED);
    case ROTA_DECIDE_TRIAL: return ROTA_ETRIAL;
    case ROTA_DECIDE_HOLD: return rota_outcome_held(c);
    case ROTA_DECIDE_READ: return rota_update_manifest(c);
    case ROTA_DECIDE_INSTALL: break;
    }
    return update_offer(c);
}

static int update_check(struct rota_client *c)
{
    int result = rota_check_step(&c->job.check);
    int err = ROTA_OK;

    if (result == ROTA_EAGAIN)
        return ROTA_STATE_CHECK;
    if (result == ROTA_CHECK_FOUND)
        err = update_keep_answer(c);
    else if (result == ROTA_CHECK_UNCHANGED)
        c->unchanged++;
    else
        err = result;
    if (!err)
        err = update_note_health(c);
    if (err)
        return err;
    rota_readback_one(c);
    enum rota_decision decision = rota_trial_decide(c);
    if (c->config->key_count)
        decision = rota_manifest_step_decide(c, decision);
    return update_follow(c, decision);
}

int rota_update_manifest(struct rota_client *c)
{
    c->state = ROTA_STATE_MANIFEST; /* which is what fails */
    int err = rota_manifest_step_begin(c);
    return err ? err : ROTA_STATE_MANIFEST;
}

/* Of images behind the first one, all was asked already. */
static int update_manifest(struct rota_client *c)
{
    int result = rota_manifest_step_step(c);

    if (result == ROTA_OK)
        result = rota_manifest_step_judge(c);
    if (result == ROTA_EAGAIN)
        return ROTA_STATE_MANIFEST;
    if (result < 0)
        return result;
    if (result == ROTA_DECIDE_INSTALL && c->images.at)
        return rota_download_probe(c);
    return update_follow(c, (enum rota_decision)result);
}

static int update_find(struct rota_client *c)
{
    int err = rota_manifest_step_find_step(c);

    if (err == ROTA_EAGAIN)
        return ROTA_STATE_FIND;
    return err ? err : rota_download_begin(c);
}

static int update_run_state(struct rota_client *c)
{
    switch ((enum rota_state)c->state) {
    case ROTA_STATE_IDLE: return update_idle(c);
    case ROTA_STATE_CHECK: return update_check(c);
    case ROTA_STATE_MANIFEST: return update_manifest(c);
    case ROTA_STATE_PROBE: return rota_download_step_probe(c);
    case ROTA_STATE_FIND: return update_find(c);
    case ROTA_STATE_FETCH: return rota_download_step_fetch(c);
    case ROTA_STATE_FINISH: return rota_download_step_finish(c);
    case ROTA_STATE_VERIFY: return rota_download_step_verify(c);
    case ROTA_STATE_WAIT: return rota_download_step_wait(c);
    }
    return ROTA_STATE_IDLE;
}

/* Until this trial has lasted too long. */
static uint32_t update_trial_left_ms(const struct rota_client *c)
{
    uint64_t limit = 1000ull * c->config->trial_s;
    uint32_t lasted = rota_clock_ms(c->config) - c->start_ms;

    if (c->boot != ROTA_BOOT_TRIAL || c->overdue || !limit)
        return UINT32_MAX;
    if (lasted >= limit)
        return 0;
    return limit - lasted < UINT32_MAX ? (uint32_t)(limit - lasted)
                                       : UINT32_MAX;
}

/* It fails then, but the restart is the application's. */
static void update_watch_trial(struct rota_client *c)
{
    if (update_trial_left_ms(c))
        return;
    c->overdue = true;
    rota_client_tell(c, ROTA_EV_OVERDUE, NULL);
}

void rota_step(struct rota *r)
{
    struct rota_client *c = rota_client(r);

    update_watch_trial(c);
    int next = update_run_state(c);
    c->state = (uint8_t)(next < 0 ? rota_outcome_fail(c, next) : next);
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
    case ROTA_STATE_FETCH: return c->get.blocked ? ROTA_NET_POLL_MS : 0;
    case ROTA_STATE_PROBE:
    case ROTA_STATE_FINISH:
    case ROTA_STATE_VERIFY: return 0;
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
        rota_manifest_step_drop(c);
    c->asked = false;
    if (c->state != ROTA_STATE_IDLE)
        c->next_ms =
            rota_clock_now(c->config) + 1000ull * rota_poll_interval(c->config);
    c->state = ROTA_STATE_IDLE;
}
