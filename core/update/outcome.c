/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a check, good or bad: tell it, and plan the next one. */
#include "update/outcome.h"

#include <string.h>

#include "base/event.h"
#include "base/log.h"
#include "base/clock.h"
#include "update/poll.h"
#include "base/text.h"
#include "flash/record.h"

static void outcome_note_failed_save(const struct rota_client *c, int err)
{
    if (err)
        rota_log_note(c->config, "the journal cannot be written", NULL);
}

/* When to ask next: in so many seconds. */
static uint32_t outcome_plan(struct rota_client *c, int err)
{
    const struct rota_sys *sys = c->config->sys;
    const struct rota_reply *reply = c->get.reply.status ? &c->get.reply : NULL;
    uint32_t wait_s =
        rota_poll_wait(c->config, err, reply, c->failures, c->seed);
    uint64_t unix_time = sys->unix_time(sys->ctx);

    c->next_ms = rota_clock_now(c->config) + 1000ull * wait_s;
    c->schedule.last_err = err;
    c->schedule.not_before =
        err == ROTA_ELIMIT && unix_time ? unix_time + wait_s : 0;
    outcome_note_failed_save(
        c, rota_record_save_schedule(&c->journal, &c->schedule));
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
    (void)rota_outcome_rest(c);
    rota_client_tell(c, type, &c->found.release);
    return ROTA_STATE_IDLE;
}

/* Assets can be replaced without a change of Last-Modified: a 304 must not
 * repeat for ever what has turned out not to be so. */
void rota_outcome_doubt(struct rota_client *c)
{
    struct rota_found found;

    rota_record_load_found(&c->journal, &found);
    found.key = 0;
    outcome_note_failed_save(c, rota_record_save_found(&c->journal, &found));
}

/* A new manifest has a new id, which a 304 would hide. */
int rota_outcome_held(struct rota_client *c)
{
    struct rota_event ev = {.type = ROTA_EV_HELD, .release = &c->found.release};
    struct rota_text t;
    char text[16];

    rota_text_init(&t, text, sizeof text);
    rota_text_add_u64(&t, c->job.manifest.percent);
    rota_text_add(&t, " percent");
    ev.text = text;
    rota_outcome_doubt(c);
    (void)rota_outcome_rest(c);
    rota_event_tell(c->config, &ev);
    return ROTA_STATE_IDLE;
}

int rota_outcome_fail(struct rota_client *c, int err)
{
    static const char *const doing[] = {
        [ROTA_STATE_IDLE] = "start",        [ROTA_STATE_CHECK] = "check",
        [ROTA_STATE_MANIFEST] = "manifest", [ROTA_STATE_PROBE] = "verify",
        [ROTA_STATE_FIND] = "find",         [ROTA_STATE_FETCH] = "download",
        [ROTA_STATE_FINISH] = "finish",     [ROTA_STATE_VERIFY] = "verify",
        [ROTA_STATE_WAIT] = "install"};
    bool checking = c->state <= ROTA_STATE_CHECK;
    struct rota_event ev = {.type = ROTA_EV_FAILED,
                            .err = err,
                            .state = doing[c->state],
                            .status = c->get.reply.status,
                            .retry = rota_err_passes(err)};

    if (!checking || rota_err_is(err, ROTA_ERR_RELEASE))
        ev.release = &c->found.release;
    if (c->state == ROTA_STATE_MANIFEST)
        ev.why = c->job.manifest.why;
    rota_slot_drop(&c->slot);
    rota_get_end(&c->get);
    if (c->failures < UINT8_MAX)
        c->failures++;
    if (!checking && rota_err_is(err, ROTA_ERR_DOUBT))
        rota_outcome_doubt(c);
    ev.wait_s = outcome_plan(c, err);
    rota_event_tell(c->config, &ev);
    return ROTA_STATE_IDLE;
}
