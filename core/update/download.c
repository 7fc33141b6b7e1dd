/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing lies between the last byte read back and the boot state: rota_step
 * goes from VERIFY through ARM without a stop, and after a wait everything is
 * read again, if it can be. */
#include "update/download.h"

#include "base/clock.h"
#include "base/event.h"
#include "update/outcome.h"
#include "update/readback.h"
#include "update/store.h"
#include "update/trial.h"

#define PROGRESS_MS 200u /* between progress events */
#define ASK_MS 1000u     /* between questions to may_install */

/* --- FETCH --------------------------------------------------------------- */

/* Go on from where an earlier run ended if there is one. */
int rota_download_begin(struct rota_client *c, const char *url)
{
    const struct rota_flash *slot = rota_readback_slot(c);
    const struct rota_source source = {
        .asset_id = c->image.asset_id, .url = url, .size = c->image.size};
    char etag[ROTA_ETAG_SIZE];
    int err = ROTA_OK;

    uint32_t at = c->store->resume(c, etag);
    c->resumed = at != 0;
    c->told_ms = rota_clock_ms(c->config) - PROGRESS_MS;
    if (at == 0)
        err = c->store->forget(c);
    if (!err)
        err = rota_fetch_begin(&c->job.fetch, &c->get, &c->slot, slot, &source,
                               at, etag);
    return err ? err : ROTA_STATE_FETCH;
}

static void download_tell_progress(struct rota_client *c, bool always)
{
    struct rota_event ev = {.type = ROTA_EV_PROGRESS,
                            .release = &c->answer.release,
                            .image = &c->image,
                            .done = c->slot.written,
                            .total = c->image.size};
    uint32_t now = rota_clock_ms(c->config);

    if (c->job.fetch.resumed) {
        c->job.fetch.resumed = false;
        ev.type = ROTA_EV_RESUMING;
        ev.err = c->job.fetch.cause;
        ev.status = c->get.reply.status;
    } else if (!always && now - c->told_ms < PROGRESS_MS) {
        return;
    }
    c->told_ms = now;
    rota_event_tell(c->config, &ev);
}

/* To download the image once more. Where its asset is was in a room that has
 * served for something else since, unless it was in the answer. */
static int download_again(struct rota_client *c)
{
    const struct rota_trust *t = c->config->trust;

    return t ? t->ops->find(c) : rota_download_begin(c, c->answer.release.url);
}

/* What is in the slot is not what it should be, so nothing can go on from it.
 * When part of it came in an earlier run, that part may be to blame. */
static int download_reject(struct rota_client *c, int err, bool resumed)
{
    struct rota_event ev = {.type = ROTA_EV_RESUMING,
                            .err = err,
                            .release = &c->answer.release,
                            .image = &c->image,
                            .total = c->image.size};
    int failed = c->store->forget(c);

    if (failed || err != ROTA_EDIGEST || !resumed)
        return failed ? failed : err;
    rota_event_tell(c->config, &ev);
    return download_again(c);
}

int rota_download_step_fetch(struct rota_client *c)
{
    int result = rota_fetch_step(&c->job.fetch);
    int err = result == ROTA_EAGAIN ? ROTA_OK : result;

    if (!err)
        err = c->store->progress(c);
    if (err)
        return rota_err_is(err, ROTA_ERR_BYTES)
                 ? download_reject(c, err, c->resumed)
                 : err;
    download_tell_progress(c, result == ROTA_OK);
    return result ? ROTA_STATE_FETCH : ROTA_STATE_FINISH;
}

/* The connection has served: its memory goes back before flash is read. */
int rota_download_step_finish(struct rota_client *c)
{
    rota_get_close(&c->get);
    int err = rota_slot_finish(&c->slot);
    if (err == ROTA_EAGAIN)
        return ROTA_STATE_FINISH;
    return err ? err : rota_download_verify(c);
}

/* --- VERIFY -------------------------------------------------------------- */

int rota_download_verify(struct rota_client *c)
{
    int err = rota_readback_read(c, rota_readback_at_last(c));

    return err ? err : ROTA_STATE_VERIFY;
}

static bool download_may_install(const struct rota_client *c)
{
    const struct rota_config *cfg = c->config;

    return !cfg->may_install
        || cfg->may_install(cfg->app, &c->answer.release, &c->image);
}

/* Of several images all were read back, one after the other. */
static int download_verified(struct rota_client *c)
{
    rota_client_tell_image(c, ROTA_EV_VERIFIED);
    if (download_may_install(c))
        return ROTA_STATE_ARM;
    c->told_ms = rota_clock_ms(c->config);
    return ROTA_STATE_WAIT;
}

int rota_download_step_verify(struct rota_client *c)
{
    bool all = rota_readback_at_last(c);
    int err = rota_readback_step(c, all);

    if (err == ROTA_EAGAIN)
        return ROTA_STATE_VERIFY;
    if (!err && all && c->store->is_bad(c, c->images.sha256))
        err = ROTA_EQUARANTINE;
    if (err)
        return download_reject(c, err,
                               c->resumed && rota_readback_at_is_wrong(c));
    return all ? download_verified(c) : c->config->trust->ops->next(c);
}

/* Flash may be written by others, and rot: what was read before a wait says
 * nothing after it. What cannot be read was handed over once and for all. */
int rota_download_step_wait(struct rota_client *c)
{
    if (rota_clock_ms(c->config) - c->told_ms < ASK_MS)
        return ROTA_STATE_WAIT;
    c->told_ms = rota_clock_ms(c->config);
    if (!download_may_install(c))
        return ROTA_STATE_WAIT;
    return c->config->slot->read ? rota_download_verify(c) : ROTA_STATE_ARM;
}

uint32_t rota_download_wait_ms(const struct rota_client *c)
{
    uint32_t asked = rota_clock_ms(c->config) - c->told_ms;

    return asked < ASK_MS ? ASK_MS - asked : 0;
}

/* --- ARM ----------------------------------------------------------------- */

int rota_download_step_arm(struct rota_client *c)
{
    int err = rota_trial_arm(c);

    if (!err)
        err = c->store->forget(c);
    return err ? err : rota_outcome_ready(c);
}
