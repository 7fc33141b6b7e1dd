/* SPDX-License-Identifier: Apache-2.0 */
#include "update/history.h"

#include <string.h>

#include "base/bytes.h"
#include "base/config.h"
#include "base/log.h"
#include "flash/record.h"
#include "update/checkpoint.h"
#include "update/client.h"
#include "update/readback.h"
#include "update/trial.h"
#include "update/verdict.h"

/* --- The last installation ----------------------------------------------- */

static void history_load(const struct rota_client *c, struct rota_install *i)
{
    rota_record_recall(c->config->store, ROTA_RECORD_INSTALL, i);
}

/* Keep in RAM what decides, so that the record needs not be read for it. */
static void history_keep(struct rota_client *c, const struct rota_install *i)
{
    const struct rota_release *r = &i->release;

    c->trial = (struct rota_trial){
        .known = true,
        .phase = i->phase,
        .same_version =
            strcmp(i->configured, rota_config_version(c->config)) == 0,
        .tag = rota_bytes_crc32(0, r->tag, strlen(r->tag)),
        .answer_id = r->asset_id,
    };
}

/* One failing read must not be taken for a device that has installed nothing:
 * what could not be read is read again at the next look. */
static void history_read(struct rota_client *c)
{
    struct rota_install i;

    if (rota_record_load(c->config->store, ROTA_RECORD_INSTALL, &i) == ROTA_OK)
        history_keep(c, &i);
}

static const char *history_runs(const struct rota_client *c,
                                const struct rota_install *i)
{
    const char *version = rota_config_version(c->config);

    if (strcmp(i->configured, version) != 0)
        return version;
    return i->phase == ROTA_PHASE_CONFIRMED
             ? i->release.tag + i->release.version_at
             : i->from;
}

/* The record has the release with the image that is wanted of it. */
static void history_fill(const struct rota_client *c, struct rota_install *i)
{
    const struct rota_image *image = &c->image;
    struct rota_release *r = &i->release;

    rota_store_copy_version(i->from, history_runs(c, i));
    rota_store_copy_version(i->configured, rota_config_version(c->config));
    memcpy(i->sha256, c->images.sha256, sizeof i->sha256);
    *r = c->answer.release;
    r->size = image->size;
    r->has_digest = image->has_digest;
    memcpy(r->digest, image->sha256, sizeof r->digest);
    memcpy(r->name, image->name, sizeof r->name);
}

/* A record that was lost is made again of what is known, as long as the image
 * is on its way to a trial. At the end of a trial there is nothing to mark. */
static bool history_is_lost(struct rota_client *c, enum rota_phase phase,
                            struct rota_install *i)
{
    if (i->phase != ROTA_PHASE_NONE)
        return false;
    if (phase == ROTA_PHASE_ARMED || phase == ROTA_PHASE_TRIAL) {
        history_fill(c, i);
        return false;
    }
    c->trial = (struct rota_trial){.known = true};
    return true;
}

/* Change the phase of the saved installation and, unless NULL, its digest. */
static int history_mark(struct rota_client *c, enum rota_phase phase,
                        const uint8_t *sha256)
{
    struct rota_install i;

    int err = rota_record_load(c->config->store, ROTA_RECORD_INSTALL, &i);
    if (err || history_is_lost(c, phase, &i))
        return err;
    i.phase = (uint8_t)phase;
    if (sha256)
        memcpy(i.sha256, sha256, sizeof i.sha256);
    err = rota_record_save(c->config->store, ROTA_RECORD_INSTALL, &i);
    if (!err)
        c->trial.phase = (uint8_t)phase;
    return err;
}

static int history_note(struct rota_client *c, enum rota_phase phase)
{
    return history_mark(c, phase, c->images.sha256);
}

/* A manifest may have left something to wait for the end of the trial. It is
 * settled before the phase is saved: a power loss in between has it done
 * again. */
static int history_end(struct rota_client *c, enum rota_phase phase)
{
    const struct rota_trust *t = c->config->trust;
    int err = ROTA_OK;

    if (t)
        err = t->ops->settle(c, phase == ROTA_PHASE_CONFIRMED);
    return err ? err : history_mark(c, phase, NULL);
}

/* With keys, the signed digest says which image has failed. By an id, a server
 * could have a good image taken for one that it had let fail. */
static uint64_t history_bad_id(const struct rota_client *c, uint64_t asset_id)
{
    return c->config->trust ? 0 : asset_id;
}

static int history_quarantine(struct rota_client *c,
                              const struct rota_install *i)
{
    const struct rota_store *s = c->config->store;
    struct rota_quarantine q;

    int err = rota_record_load(s, ROTA_RECORD_QUARANTINE, &q);
    if (err)
        return err;
    rota_quarantine_add(&q, history_bad_id(c, i->release.asset_id), i->sha256);
    err = rota_record_save(s, ROTA_RECORD_QUARANTINE, &q);
    return err ? err : history_end(c, ROTA_PHASE_ROLLED_BACK);
}

static int history_condemn(struct rota_client *c)
{
    struct rota_install i;

    int err = rota_record_load(c->config->store, ROTA_RECORD_INSTALL, &i);
    if (err)
        return err;
    return i.phase ? history_quarantine(c, &i)
                   : history_end(c, ROTA_PHASE_ROLLED_BACK);
}

static void history_tell(const struct rota_client *c, enum rota_event_type type)
{
    struct rota_install i;

    history_load(c, &i);
    rota_client_tell(c, type, *i.release.tag ? &i.release : NULL);
}

/* --- The beginning and the end of a trial -------------------------------- */

static int history_open(struct rota_client *c)
{
    const struct rota_store *s = c->config->store;
    int err = s->open ? s->open(s->ctx) : ROTA_OK;

    if (err)
        return err;
    history_read(c);
    rota_record_recall(s, ROTA_RECORD_SCHEDULE, &c->schedule);
    rota_record_recall(s, ROTA_RECORD_ANSWER, &c->answer);
    return ROTA_OK;
}

/* The boot state has nothing to say any more of an image that was to be tried:
 * somebody has confirmed it; or, when the old program runs, the bootloader did
 * not take it. */
static enum rota_verdict history_verdict(const struct rota_client *c)
{
    enum rota_verdict v = rota_verdict(c->trial.phase, c->boot);

    if (v == ROTA_VERDICT_CONFIRMED && rota_trial_is_old_program(c))
        return ROTA_VERDICT_QUARANTINE;
    return v;
}

static int history_fail(struct rota_client *c)
{
    int err = history_condemn(c);

    history_tell(c, ROTA_EV_ROLLED_BACK);
    return err;
}

static int history_confirmed(struct rota_client *c)
{
    int err = ROTA_OK;

    if (c->trial.phase == ROTA_PHASE_ARMED
        || c->trial.phase == ROTA_PHASE_TRIAL)
        err = history_end(c, ROTA_PHASE_CONFIRMED);
    history_tell(c, ROTA_EV_CONFIRMED);
    return err;
}

static int history_look(struct rota_client *c, bool first)
{
    int err = ROTA_OK;

    if (!c->trial.known)
        history_read(c);
    switch (history_verdict(c)) {
    case ROTA_VERDICT_NOTHING: break;
    case ROTA_VERDICT_REDO: return history_mark(c, ROTA_PHASE_FETCH, NULL);
    case ROTA_VERDICT_UNDONE: return history_end(c, ROTA_PHASE_NONE);
    case ROTA_VERDICT_CONFIRMED: return history_confirmed(c);
    case ROTA_VERDICT_QUARANTINE: return history_fail(c);
    case ROTA_VERDICT_TRIAL:
        if (c->trial.phase == ROTA_PHASE_ARMED)
            err = history_mark(c, ROTA_PHASE_TRIAL, NULL);
        if (first)
            history_tell(c, ROTA_EV_TRIAL);
        break;
    }
    return err;
}

/* --- What runs, and what is to run --------------------------------------- */

/* The record has room of its own only where it is needed. */
static void history_recall(const struct rota_client *c,
                           char version[ROTA_TAG_MAX + 1])
{
    struct rota_install i;

    history_load(c, &i);
    rota_store_copy_version(version, history_runs(c, &i));
}

static void history_running(const struct rota_client *c,
                            char version[ROTA_TAG_MAX + 1])
{
    if (c->trial.same_version)
        history_recall(c, version);
    else
        rota_store_copy_version(version, rota_config_version(c->config));
}

static bool history_is_bad(const struct rota_client *c, const uint8_t *sha256)
{
    struct rota_quarantine q;

    /* When it cannot be read, the image may have been there. */
    return rota_record_load(c->config->store, ROTA_RECORD_QUARANTINE, &q)
            != ROTA_OK
        || rota_quarantine_has(
               &q, history_bad_id(c, c->answer.release.asset_id), sha256);
}

static int history_begin(struct rota_client *c)
{
    struct rota_install i;

    int err = rota_record_load(c->config->store, ROTA_RECORD_INSTALL, &i);
    if (err)
        return err;
    c->begun = c->config->slot->read && i.phase == ROTA_PHASE_FETCH
            && c->images.known
            && memcmp(i.sha256, c->images.sha256, sizeof i.sha256) == 0;
    history_fill(c, &i);
    i.phase = ROTA_PHASE_FETCH;
    err = rota_record_save(c->config->store, ROTA_RECORD_INSTALL, &i);
    if (!err)
        history_keep(c, &i);
    return err;
}

/* --- Answers and checkpoints --------------------------------------------- */

static int history_answered(struct rota_client *c)
{
    return rota_record_save(c->config->store, ROTA_RECORD_ANSWER, &c->answer);
}

static void history_planned(struct rota_client *c)
{
    if (rota_record_save(c->config->store, ROTA_RECORD_SCHEDULE, &c->schedule))
        rota_log_note(c->config, "the store cannot be written", NULL);
}

static uint32_t history_resume(struct rota_client *c, char etag[ROTA_ETAG_SIZE])
{
    return rota_checkpoint_find(&c->job.progress, rota_readback_slot(c),
                                c->config->store, &c->image, etag);
}

static bool history_has_checkpoint(const struct rota_client *c)
{
    struct rota_checkpoint k;

    rota_record_recall(c->config->store, ROTA_RECORD_CHECKPOINT, &k);
    return k.at && memcmp(k.digest, c->image.sha256, sizeof k.digest) == 0;
}

static int history_forget(struct rota_client *c)
{
    return rota_checkpoint_forget(&c->job.progress, c->config->store);
}

/* The slot may have begun anew. */
static int history_progress(struct rota_client *c)
{
    if (c->slot.written < c->job.progress.at) {
        c->resumed = false;
        return history_forget(c);
    }
    return rota_checkpoint_make(&c->job.progress, c->config, &c->image,
                                &c->slot, c->job.fetch.etag);
}

const struct rota_store_ops rota_store_ops = {
    .open = history_open,
    .look = history_look,
    .answered = history_answered,
    .planned = history_planned,
    .running = history_running,
    .is_bad = history_is_bad,
    .begin = history_begin,
    .note = history_note,
    .condemn = history_condemn,
    .confirmed = history_confirmed,
    .resume = history_resume,
    .has_checkpoint = history_has_checkpoint,
    .progress = history_progress,
    .forget = history_forget,
    .load = rota_record_load,
};
