/* SPDX-License-Identifier: Apache-2.0 */
/* An image on its way: the states from the first byte to the boot state.
 *
 * Nothing lies between the last byte read back and the boot state: the step
 * that ends VERIFY asks and arms, and after a wait everything is read again.
 */
#include "update/download.h"

#include <string.h>

#include "manifest/step.h"
#include "update/outcome.h"
#include "update/readback.h"
#include "update/trial.h"
#include "update/update.h"
#include "base/event.h"
#include "base/log.h"
#include "base/clock.h"
#include "update/poll.h"
#include "flash/record.h"
#include "update/client.h"

#define PROGRESS_MS 200u /* between progress events */
#define ASK_MS 1000u     /* between questions to may_install */

/* --- PROBE --------------------------------------------------------------- */

/* A checkpoint of the image tells that it is not all there. */
static bool download_has_checkpoint(const struct rota_client *c)
{
    struct rota_checkpoint k;

    rota_record_load_checkpoint(&c->journal, &k);
    return k.at
        && memcmp(k.digest, c->found.release.digest, sizeof k.digest) == 0;
}

static int download_find(struct rota_client *c)
{
    rota_manifest_step_find(c);
    return ROTA_STATE_FIND;
}

int rota_download_probe(struct rota_client *c)
{
    c->resumed = false;
    if (!c->begun || download_has_checkpoint(c))
        return download_find(c);
    int err = rota_readback_read(c, false);
    return err ? err : ROTA_STATE_PROBE;
}

static int download_verify(struct rota_client *c)
{
    int err = rota_readback_read(c, rota_readback_at_last(c));
    return err ? err : ROTA_STATE_VERIFY;
}

/* An image that is not the last one is in its slot. A checkpoint of another
 * one stays. */
static int download_next_image(struct rota_client *c)
{
    int err = ROTA_OK;

    if (download_has_checkpoint(c))
        err = rota_checkpoint_forget(&c->job.progress, &c->journal);
    if (err)
        return err;
    c->images.at++;
    return rota_update_manifest(c);
}

int rota_download_step_probe(struct rota_client *c)
{
    int err = rota_readback_step(c, false);

    if (err == ROTA_EAGAIN)
        return ROTA_STATE_PROBE;
    if (err == ROTA_EDIGEST)
        return download_find(c);
    if (!err) /* what is read may not be on flash yet */
        err = rota_flash_sync(rota_readback_slot(c));
    if (err)
        return err;
    return rota_readback_at_last(c) ? download_verify(c)
                                    : download_next_image(c);
}

/* --- FETCH --------------------------------------------------------------- */

/* Go on from where an earlier run ended if there is one. */
int rota_download_begin(struct rota_client *c)
{
    const struct rota_release *r = &c->found.release;
    const struct rota_flash *slot = rota_readback_slot(c);
    char etag[ROTA_ETAG_SIZE];
    int err = ROTA_OK;

    uint32_t at =
        rota_checkpoint_find(&c->job.progress, slot, &c->journal, r, etag);
    c->resumed = at != 0;
    c->told_ms = rota_clock_ms(c->config) - PROGRESS_MS;
    if (at == 0)
        err = rota_checkpoint_forget(&c->job.progress, &c->journal);
    if (!err)
        err = rota_fetch_begin(&c->job.fetch, &c->get, &c->slot, slot, r, at,
                               etag);
    return err ? err : ROTA_STATE_FETCH;
}

static void download_tell_progress(struct rota_client *c, bool always)
{
    struct rota_event ev = {.type = ROTA_EV_PROGRESS,
                            .release = &c->found.release,
                            .done = c->slot.written,
                            .total = c->found.release.size};
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

/* Keep what came; forget it before the slot is written from the start. */
static int download_keep_progress(struct rota_client *c)
{
    if (c->slot.written < c->job.progress.at) {
        c->resumed = false;
        return rota_checkpoint_forget(&c->job.progress, &c->journal);
    }
    return rota_checkpoint_make(&c->job.progress, c->config, &c->journal,
                                &c->found.release, &c->slot, c->job.fetch.etag);
}

/* What is in the slot is not what it should be, so nothing can go on from it.
 * When part of it came in an earlier run, that part may be to blame. */
static int download_reject(struct rota_client *c, int err, bool resumed)
{
    struct rota_event ev = {.type = ROTA_EV_RESUMING, .err = err};
    int failed = rota_checkpoint_forget(&c->job.progress, &c->journal);

    if (failed || err != ROTA_EDIGEST || !resumed)
        return failed ? failed : err;
    ev.release = &c->found.release;
    ev.total = c->found.release.size;
    rota_event_tell(c->config, &ev);
    return rota_download_begin(c);
}

int rota_download_step_fetch(struct rota_client *c)
{
    int result = rota_fetch_step(&c->job.fetch);
    int err = result == ROTA_EAGAIN ? ROTA_OK : result;

    if (!err)
        err = download_keep_progress(c);
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
    return err ? err : download_verify(c);
}

/* --- VERIFY -------------------------------------------------------------- */

static bool download_may_install(const struct rota_client *c)
{
    const struct rota_config *cfg = c->config;
    return !cfg->may_install || cfg->may_install(cfg->app, &c->found.release);
}

static int download_arm(struct rota_client *c)
{
    c->state = ROTA_STATE_WAIT; /* what fails now is the installation */
    int err = rota_trial_arm(c);
    if (!err)
        err = rota_checkpoint_forget(&c->job.progress, &c->journal);
    return err ? err : rota_outcome_done(c, ROTA_EV_READY);
}

int rota_download_step_verify(struct rota_client *c)
{
    bool all = rota_readback_at_last(c);
    int err = rota_readback_step(c, all);

    if (err == ROTA_EAGAIN)
        return ROTA_STATE_VERIFY;
    if (!err && all && rota_trial_is_bad(c, c->images.sha256))
        err = ROTA_EQUARANTINE;
    if (err)
        return download_reject(c, err,
                               c->resumed && rota_readback_at_is_wrong(c));
    if (!all)
        return download_next_image(c);
    rota_client_tell(c, ROTA_EV_VERIFIED, &c->found.release);
    if (download_may_install(c))
        return download_arm(c);
    c->told_ms = rota_clock_ms(c->config);
    return ROTA_STATE_WAIT;
}

/* Flash may be written by others, and rot: what was read before a wait says
 * nothing after it. */
int rota_download_step_wait(struct rota_client *c)
{
    if (rota_clock_ms(c->config) - c->told_ms < ASK_MS)
        return ROTA_STATE_WAIT;
    c->told_ms = rota_clock_ms(c->config);
    return download_may_install(c) ? download_verify(c) : ROTA_STATE_WAIT;
}

uint32_t rota_download_wait_ms(const struct rota_client *c)
{
    uint32_t asked = rota_clock_ms(c->config) - c->told_ms;
    return asked < ASK_MS ? ASK_MS - asked : 0;
}
