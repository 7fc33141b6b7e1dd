/* SPDX-License-Identifier: Apache-2.0 */
/* The life of an update:
 *
 *   IDLE -> CHECK -> FETCH -> FINISH -> VERIFY, arm -> IDLE, until restart
 *    ^        |        |        |      |   |   ^
 *    |________|________|________|______|   v   |  may_install
 *       nothing to do, or an error: tell  WAIT_|  says no, then yes
 *       it, note when to ask next
 *
 * Each state is a function that does a bounded piece of work and returns the
 * next state; the same one again when there is more to do or to wait for.
 * Nothing lies between the last byte read back and the boot state: the step
 * that ends VERIFY asks and arms, and after a wait the image is read again.
 */
#include <string.h>

#include "client.h"
#include "log.h"
#include "poll.h"

enum state { IDLE, CHECK, FETCH, FINISH, VERIFY, WAIT };

#define PROGRESS_MS 200u /* between progress events */
#define ASK_MS 1000u     /* between questions to may_install */

static void tell(const struct rota_client *c, enum rota_event_type type)
{
    struct rota_event ev = {.type = type, .release = &c->found.release};
    rota_tell(c->config, &ev);
}

/* --- The end of a check, good or bad ---------------------------------------
 */

static void plan(struct rota_client *c, int err)
{
    const struct rota_sys *sys = c->config->sys;
    const struct rota_reply *reply = c->get.reply.status ? &c->get.reply : NULL;
    uint32_t wait_s =
        rota_poll_wait(c->config, err, reply, c->failures, c->seed);
    uint64_t unix_time = sys->unix_time(sys->ctx);

    c->next_ms = rota_client_now(c) + 1000ull * wait_s;
    c->schedule.last_err = err;
    c->schedule.not_before =
        err == ROTA_ELIMIT && unix_time ? unix_time + wait_s : 0;
    if (rota_save_schedule(&c->journal, &c->schedule))
        rota_note(c->config, "the journal cannot be written", NULL);
}

static enum state done(struct rota_client *c, enum rota_event_type type)
{
    c->failures = 0;
    plan(c, ROTA_OK);
    tell(c, type);
    return IDLE;
}

/* Errors that are about the release that was found. */
static bool is_about_release(int err)
{
    return err == ROTA_ENOASSET || err == ROTA_EAMBIGUOUS || err == ROTA_ETOOBIG
        || err == ROTA_EVERSION || err == ROTA_EFIELD;
}

/* Assets can be replaced without a change of Last-Modified: a 304 must not
 * repeat for ever what has turned out not to be so. */
static void doubt_answer(struct rota_client *c, int err)
{
    if (err != ROTA_ENOTFOUND && err != ROTA_ESIZE && err != ROTA_EDIGEST
        && err != ROTA_ELENGTH)
        return;
    c->found.key = 0;
    if (rota_save_found(&c->journal, &c->found))
        rota_note(c->config, "the journal cannot be written", NULL);
}

/* Errors of what the server sends, which the next attempt must not build on. */
static bool is_about_bytes(int err)
{
    return err <= ROTA_EHTTP && err >= ROTA_ESIZE;
}

static enum state fail(struct rota_client *c, int err)
{
    static const char *const doing[] = {"start",  "check",  "download",
                                        "finish", "verify", "install"};
    struct rota_event ev = {.type = ROTA_EV_FAILED,
                            .err = err,
                            .state = doing[c->state],
                            .retry = rota_err_passes(err)};

    if (c->state > CHECK || is_about_release(err))
        ev.release = &c->found.release;
    ev.status = c->get.reply.status;
    rota_slot_drop(&c->slot);
    rota_get_end(&c->get);
    c->failures++;
    if (c->state > CHECK)
        doubt_answer(c, err);
    plan(c, err);
    ev.wait_s = (uint32_t)((c->next_ms - rota_client_now(c)) / 1000);
    rota_tell(c->config, &ev);
    return IDLE;
}

/* --- The states ------------------------------------------------------------
 */

static enum state st_idle(struct rota_client *c)
{
    struct rota_event ev = {.type = ROTA_EV_CHECKING};

    if (!c->asked && rota_client_now(c) < c->next_ms)
        return IDLE;
    c->asked = false;
    c->get.reply.status = 0;
    rota_tell(c->config, &ev);
    int err = rota_install_look(c, false);
    if (err)
        return fail(c, err);
    rota_load_found(&c->journal, &c->found);
    rota_discover_begin(&c->job.discover, &c->get,
                        *c->found.release.tag ? &c->found : NULL,
                        &c->found.release);
    return CHECK;
}

/* Keep what the server said, to ask next time whether it still holds. */
static int keep_answer(struct rota_client *c)
{
    const struct rota_reply *r = &c->get.reply;

    c->found.key = c->job.discover.key;
    memcpy(c->found.last_modified, r->last_modified,
           sizeof c->found.last_modified);
    memcpy(c->found.etag, r->etag, sizeof c->found.etag);
    if (*c->found.last_modified)
        c->found.etag[0] = '\0';
    return rota_save_found(&c->journal, &c->found);
}

/* The server has answered: this image can update itself. */
static int note_health(struct rota_client *c)
{
    const struct rota_sys *sys = c->config->sys;

    c->schedule.last_check = sys->unix_time(sys->ctx);
    return rota_install_healthy(c);
}

/* Download into the slot, from where an earlier run ended if there is one. */
static enum state start_fetch(struct rota_client *c)
{
    const struct rota_release *r = &c->found.release;
    char etag[ROTA_ETAG_SIZE];
    int err = ROTA_OK;

    uint32_t at =
        rota_checkpoint_find(&c->progress, c->config, &c->journal, r, etag);
    c->resumed = at != 0;
    c->read_once = false;
    c->told_ms = rota_now_ms(c->config) - PROGRESS_MS;
    if (at == 0)
        err = rota_checkpoint_forget(&c->progress, &c->journal);
    if (!err)
        err = rota_install_note(c, ROTA_PHASE_FETCH);
    if (!err)
        err = rota_fetch_begin(&c->job.fetch, &c->get, &c->slot, r, at, etag);
    return err ? fail(c, err) : FETCH;
}

static enum state offer(struct rota_client *c)
{
    const struct rota_config *cfg = c->config;

    tell(c, ROTA_EV_AVAILABLE);
    if (!cfg->may_download || cfg->may_download(cfg->app, &c->found.release))
        return start_fetch(c);
    c->failures = 0;
    plan(c, ROTA_OK);
    return IDLE;
}

static enum state st_check(struct rota_client *c)
{
    int result = rota_discover_step(&c->job.discover);
    int err = ROTA_OK;

    if (result == ROTA_EAGAIN)
        return CHECK;
    if (result == ROTA_DISCOVERED)
        err = keep_answer(c);
    else if (result != ROTA_UNCHANGED)
        err = result;
    if (!err)
        err = note_health(c);
    if (err)
        return fail(c, err);
    switch (rota_install_decide(c)) {
    case ROTA_DECIDE_NOTHING: return done(c, ROTA_EV_UP_TO_DATE);
    case ROTA_DECIDE_READY: return done(c, ROTA_EV_READY);
    case ROTA_DECIDE_QUARANTINE: return done(c, ROTA_EV_QUARANTINED);
    case ROTA_DECIDE_TRIAL: return fail(c, ROTA_ETRIAL);
    case ROTA_DECIDE_INSTALL: break;
    }
    return offer(c);
}

static void tell_progress(struct rota_client *c, bool always)
{
    struct rota_event ev = {.type = ROTA_EV_PROGRESS,
                            .release = &c->found.release,
                            .done = c->slot.written,
                            .total = c->found.release.size};
    uint32_t now = rota_now_ms(c->config);

    if (c->job.fetch.resumed) {
        c->job.fetch.resumed = false;
        ev.type = ROTA_EV_RESUMING;
        ev.err = c->job.fetch.cause;
        ev.status = c->get.reply.status;
    } else if (!always && now - c->told_ms < PROGRESS_MS) {
        return;
    }
    c->told_ms = now;
    rota_tell(c->config, &ev);
}

/* Keep what came; forget it before the slot is written from the start. */
static int keep_progress(struct rota_client *c)
{
    if (c->slot.written < c->progress.at) {
        c->resumed = false;
        return rota_checkpoint_forget(&c->progress, &c->journal);
    }
    return rota_checkpoint_make(&c->progress, c->config, &c->journal,
                                &c->found.release, &c->slot, c->job.fetch.etag);
}

/* What is in the slot is not what it should be, so nothing can go on from it.
 * When part of it came in an earlier run, that part may be to blame. */
static enum state reject(struct rota_client *c, int err)
{
    struct rota_event ev = {.type = ROTA_EV_RESUMING, .err = err};
    int failed = rota_checkpoint_forget(&c->progress, &c->journal);

    if (failed || err != ROTA_EDIGEST || !c->resumed)
        return fail(c, failed ? failed : err);
    ev.release = &c->found.release;
    ev.total = c->found.release.size;
    rota_tell(c->config, &ev);
    return start_fetch(c);
}

static enum state st_fetch(struct rota_client *c)
{
    int result = rota_fetch_step(&c->job.fetch);
    int err = result == ROTA_EAGAIN ? ROTA_OK : result;

    if (!err)
        err = keep_progress(c);
    if (err)
        return is_about_bytes(err) ? reject(c, err) : fail(c, err);
    tell_progress(c, result == ROTA_OK);
    return result ? FETCH : FINISH;
}

/* The connection has served: its memory goes back before flash is read. */
static enum state st_finish(struct rota_client *c)
{
    rota_get_close(&c->get);
    int err = rota_slot_finish(&c->slot);
    if (err == ROTA_EAGAIN)
        return FINISH;
    return err ? fail(c, err) : VERIFY;
}

/* Without a digest, what was read the first time is what must stay. */
static int judge_image(struct rota_client *c,
                       const uint8_t sum[ROTA_SHA256_LEN])
{
    struct rota_bad bad;
    const struct rota_release *r = &c->found.release;

    if ((r->has_digest && memcmp(r->digest, sum, ROTA_SHA256_LEN) != 0)
        || (c->read_once && memcmp(c->sha256, sum, ROTA_SHA256_LEN) != 0))
        return ROTA_EDIGEST;
    memcpy(c->sha256, sum, ROTA_SHA256_LEN);
    c->read_once = true;
    rota_load_bad(&c->journal, &bad);
    return rota_bad_has(&bad, r->asset_id, sum) ? ROTA_EQUARANTINE : ROTA_OK;
}

static bool may_install(const struct rota_client *c)
{
    const struct rota_config *cfg = c->config;
    return !cfg->may_install || cfg->may_install(cfg->app, &c->found.release);
}

static enum state arm(struct rota_client *c)
{
    c->state = WAIT; /* what fails from here on is the installation */
    int err = rota_install_arm(c);
    if (!err)
        err = rota_checkpoint_forget(&c->progress, &c->journal);
    return err ? fail(c, err) : done(c, ROTA_EV_READY);
}

static enum state st_verify(struct rota_client *c)
{
    uint8_t sum[ROTA_SHA256_LEN];
    int err = rota_slot_check(&c->slot, &c->get.work.hash, c->config->buffer,
                              c->config->buffer_size, sum);
    if (err == ROTA_EAGAIN)
        return VERIFY;
    if (!err)
        err = judge_image(c, sum);
    if (err)
        return reject(c, err);
    tell(c, ROTA_EV_VERIFIED);
    if (may_install(c))
        return arm(c);
    c->asked_ms = rota_now_ms(c->config);
    return WAIT;
}

/* Flash may be written by others, and rot: what was read before a wait says
 * nothing after it. */
static enum state st_wait(struct rota_client *c)
{
    if (rota_now_ms(c->config) - c->asked_ms < ASK_MS)
        return WAIT;
    c->asked_ms = rota_now_ms(c->config);
    return may_install(c) ? VERIFY : WAIT;
}

static enum state run_state(struct rota_client *c)
{
    switch ((enum state)c->state) {
    case IDLE: return st_idle(c);
    case CHECK: return st_check(c);
    case FETCH: return st_fetch(c);
    case FINISH: return st_finish(c);
    case VERIFY: return st_verify(c);
    case WAIT: return st_wait(c);
    }
    return IDLE;
}

/* A trial that lasts too long fails, but the restart is the application's. */
static void watch_trial(struct rota_client *c)
{
    struct rota_event ev = {.type = ROTA_EV_OVERDUE};

    if (c->boot != ROTA_BOOT_TRIAL || c->overdue || !c->config->trial_s
        || (rota_now_ms(c->config) - c->start_ms) / 1000 < c->config->trial_s)
        return;
    c->overdue = true;
    rota_tell(c->config, &ev);
}

void rota_step(struct rota *r)
{
    struct rota_client *c = rota_client(r);

    watch_trial(c);
    c->state = (uint8_t)run_state(c);
}

static uint32_t until_next(const struct rota_client *c)
{
    uint64_t now = rota_client_now(c);

    if (c->asked || c->next_ms <= now)
        return 0;
    return c->next_ms - now < UINT32_MAX ? (uint32_t)(c->next_ms - now)
                                         : UINT32_MAX;
}

uint32_t rota_wait_ms(const struct rota *r)
{
    const struct rota_client *c = rota_client_const(r);
    uint32_t asked = rota_now_ms(c->config) - c->asked_ms;

    switch ((enum state)c->state) {
    case IDLE: return until_next(c);
    case CHECK:
    case FETCH: return c->get.blocked ? ROTA_NET_POLL_MS : 0;
    case FINISH:
    case VERIFY: return 0;
    case WAIT: return asked < ASK_MS ? ASK_MS - asked : 0;
    }
    return 0;
}

bool rota_busy(const struct rota *r)
{
    const struct rota_client *c = rota_client_const(r);
    return c->state != IDLE || c->asked;
}

void rota_check_now(struct rota *r)
{
    struct rota_client *c = rota_client(r);
    c->asked = c->state == IDLE;
}

void rota_stop(struct rota *r)
{
    struct rota_client *c = rota_client(r);

    rota_slot_drop(&c->slot);
    rota_get_close(&c->get);
    c->asked = false;
    if (c->state != IDLE)
        c->next_ms =
            rota_client_now(c) + 1000ull * rota_poll_interval(c->config);
    c->state = IDLE;
}
