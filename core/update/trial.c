/* SPDX-License-Identifier: Apache-2.0 */
/* The installed image: journal and boot state, and what they allow. */
#include "update/trial.h"

#include <string.h>

#include "release/semver.h"
#include "update/verdict.h"
#include "flash/record.h"

static int trial_boot_state(const struct rota_client *c)
{
    const struct rota_boot *b = c->config->boot;
    return b ? b->state(b->ctx) : ROTA_BOOT_CONFIRMED;
}

static int trial_save_phase(struct rota_client *c, struct rota_install *i,
                            enum rota_phase phase)
{
    i->phase = (uint8_t)phase;
    return rota_record_save_install(&c->journal, i);
}

/* What the manifest of the installed image had to wait for a confirmation
 * with: it holds from now on, or never will. Done before the phase is saved: a
 * power loss in between has it done again. */
static int trial_settle(struct rota_client *c, bool confirmed)
{
    struct rota_accepted past, now;

    int err = rota_record_load_accepted(&c->journal, &past);
    if (err)
        return err;
    now = past;
    if (confirmed)
        rota_accepted_commit(&now);
    now.security_next = 0;
    memset(now.revoked_next, 0, sizeof now.revoked_next);
    if (memcmp(&now, &past, sizeof now) == 0)
        return ROTA_OK;
    return rota_record_save_accepted(&c->journal, &now);
}

static int trial_end_phase(struct rota_client *c, struct rota_install *i,
                           enum rota_phase phase)
{
    int err = trial_settle(c, phase == ROTA_PHASE_CONFIRMED);
    return err ? err : trial_save_phase(c, i, phase);
}

/* With keys, what was signed says what has failed. By an id, a server could
 * have a good image taken for one that it had let fail. */
static uint64_t trial_bad_id(const struct rota_client *c,
                             const struct rota_release *r)
{
    return c->config->key_count ? 0 : r->asset_id;
}

static int trial_quarantine(struct rota_client *c, struct rota_install *i)
{
    struct rota_quarantine bad;

    int err = rota_record_load_quarantine(&c->journal, &bad);
    if (err)
        return err;
    rota_quarantine_add(&bad, trial_bad_id(c, &i->release), i->sha256);
    err = rota_record_save_quarantine(&c->journal, &bad);
    return err ? err : trial_end_phase(c, i, ROTA_PHASE_ROLLED_BACK);
}

static void trial_tell(const struct rota_client *c, enum rota_event_type type,
                       const struct rota_install *i)
{
    rota_client_tell(c, type, *i->release.tag ? &i->release : NULL);
}

/* Is the program that runs now the one that armed i? An agent, whose
 * configuration does not change with the image, cannot tell: it confirms by
 * hand. */
static bool trial_is_old_program(const struct rota_client *c,
                                 const struct rota_install *i)
{
    return !c->config->confirm_by_hand
        && (i->phase == ROTA_PHASE_ARMED || i->phase == ROTA_PHASE_TRIAL)
        && strcmp(i->configured, c->config->version) == 0;
}

/* The boot state has nothing to say any more of an image that was to be tried:
 * somebody has confirmed it; or, when the old program runs, the bootloader did
 * not take it. */
static enum rota_verdict trial_verdict(const struct rota_client *c,
                                       const struct rota_install *i, int boot)
{
    enum rota_verdict v = rota_verdict(i->phase, boot);

    if (v == ROTA_VERDICT_CONFIRMED && trial_is_old_program(c, i))
        return ROTA_VERDICT_QUARANTINE;
    return v;
}

int rota_trial_look(struct rota_client *c, bool first)
{
    struct rota_install i;
    int err = ROTA_OK, boot = trial_boot_state(c);

    if (boot < 0)
        return boot;
    c->boot = (int8_t)boot;
    rota_record_load_install(&c->journal, &i);
    switch (trial_verdict(c, &i, boot)) {
    case ROTA_VERDICT_NOTHING: break;
    case ROTA_VERDICT_REDO:
        err = trial_save_phase(c, &i, ROTA_PHASE_FETCH);
        break;
    case ROTA_VERDICT_UNDONE:
        err = trial_end_phase(c, &i, ROTA_PHASE_NONE);
        break;
    case ROTA_VERDICT_TRIAL:
        if (i.phase == ROTA_PHASE_ARMED)
            err = trial_save_phase(c, &i, ROTA_PHASE_TRIAL);
        if (first)
            trial_tell(c, ROTA_EV_TRIAL, &i);
        break;
    case ROTA_VERDICT_CONFIRMED:
        err = trial_end_phase(c, &i, ROTA_PHASE_CONFIRMED);
        trial_tell(c, ROTA_EV_CONFIRMED, &i);
        break;
    case ROTA_VERDICT_QUARANTINE:
        err = trial_quarantine(c, &i);
        trial_tell(c, ROTA_EV_ROLLED_BACK, &i);
        break;
    }
    return err;
}

static const char *trial_running(const struct rota_client *c,
                                 const struct rota_install *i)
{
    if (strcmp(i->configured, c->config->version) != 0)
        return c->config->version;
    return i->phase == ROTA_PHASE_CONFIRMED
             ? i->release.tag + i->release.version_at
             : i->from;
}

/* None is longer: rota_github_check_config looks at the configured one, records
 * hold no longer ones. */
static void trial_copy_version(char out[ROTA_TAG_MAX + 1], const char *version)
{
    memmove(out, version, strlen(version) + 1);
}

void rota_trial_running(const struct rota_client *c,
                        char version[ROTA_TAG_MAX + 1])
{
    struct rota_install i;

    rota_record_load_install(&c->journal, &i);
    trial_copy_version(version, trial_running(c, &i));
}

int rota_trial_begin(struct rota_client *c, bool *before)
{
    struct rota_install i;

    rota_record_load_install(&c->journal, &i);
    *before = i.phase == ROTA_PHASE_FETCH && c->images.known
           && memcmp(i.sha256, c->images.sha256, sizeof i.sha256) == 0;
    trial_copy_version(i.from, trial_running(c, &i));
    trial_copy_version(i.configured, c->config->version);
    memcpy(i.sha256, c->images.sha256, sizeof i.sha256);
    i.release = c->found.release;
    return trial_save_phase(c, &i, ROTA_PHASE_FETCH);
}

/* Note how far the installation that was begun has come. */
static int trial_note(struct rota_client *c, enum rota_phase phase)
{
    struct rota_install i;

    rota_record_load_install(&c->journal, &i);
    memcpy(i.sha256, c->images.sha256, sizeof i.sha256);
    return trial_save_phase(c, &i, phase);
}

/* What the boot state still says of an earlier image must not be taken, after
 * a power loss, for the fate of the one that is armed now. */
static int trial_end_old_trial(struct rota_client *c)
{
    const struct rota_boot *b = c->config->boot;
    int state = b->state(b->ctx);

    if (state == ROTA_BOOT_ROLLED_BACK || state == ROTA_BOOT_UNDONE)
        return b->confirm(b->ctx);
    return state < 0 ? state : ROTA_OK;
}

/* The bootloader would never run this image: do not fetch it again. */
static int trial_refuse(struct rota_client *c, int err)
{
    struct rota_install i;

    rota_record_load_install(&c->journal, &i);
    int failed = trial_quarantine(c, &i);
    return failed ? failed : err;
}

int rota_trial_arm(struct rota_client *c)
{
    const struct rota_boot *b = c->config->boot;

    if (!b)
        return trial_note(c, ROTA_PHASE_NONE);
    int err = trial_end_old_trial(c);
    if (!err)
        err = trial_note(c, ROTA_PHASE_ARMED);
    if (!err)
        err = b->try_next(b->ctx);
    if (err == ROTA_ECORRUPT || err == ROTA_ETOOBIG)
        return trial_refuse(c, err);
    if (!err)
        err = trial_note(c, ROTA_PHASE_TRIAL);
    if (!err)
        c->boot = ROTA_BOOT_TRIAL;
    return err;
}

int rota_trial_healthy(struct rota_client *c)
{
    struct rota_install i;

    rota_record_load_install(&c->journal, &i);
    if (c->boot != ROTA_BOOT_TRIAL || c->config->confirm_by_hand
        || trial_is_old_program(c, &i))
        return ROTA_OK;
    if (c->config->may_confirm && !c->config->may_confirm(c->config->app))
        return ROTA_OK;
    /* A bootloader may know that the image was not started yet. */
    int err = rota_trial_confirm(c);
    return err == ROTA_ENOTHING ? ROTA_OK : err;
}

int rota_trial_confirm(struct rota_client *c)
{
    const struct rota_boot *b = c->config->boot;
    struct rota_install i;

    if (trial_boot_state(c) != ROTA_BOOT_TRIAL)
        return ROTA_ENOTHING;
    int err = b->confirm(b->ctx);
    if (err)
        return err;
    c->boot = ROTA_BOOT_CONFIRMED;
    rota_record_load_install(&c->journal, &i);
    if (i.phase == ROTA_PHASE_ARMED || i.phase == ROTA_PHASE_TRIAL)
        err = trial_end_phase(c, &i, ROTA_PHASE_CONFIRMED);
    trial_tell(c, ROTA_EV_CONFIRMED, &i);
    return err;
}

bool rota_trial_newer(const struct rota_client *c, const char *version)
{
    char running[ROTA_TAG_MAX + 1];
    int order;

    rota_trial_running(c, running);
    if (rota_semver_order(version, running, &order))
        return false;
    return order > 0 || (order < 0 && c->config->allow_downgrade);
}

bool rota_trial_wanted(const struct rota_client *c)
{
    const struct rota_release *r = &c->found.release;
    return rota_trial_newer(c, r->tag + r->version_at);
}

static bool trial_is_installed(const struct rota_client *c)
{
    struct rota_install i;
    const struct rota_release *r = &c->found.release;

    rota_record_load_install(&c->journal, &i);
    return i.release.asset_id == r->asset_id
        && strcmp(i.release.tag, r->tag) == 0
        && (i.phase == ROTA_PHASE_ARMED || i.phase == ROTA_PHASE_TRIAL);
}

bool rota_trial_is_bad(const struct rota_client *c, const uint8_t *sha256)
{
    struct rota_quarantine bad;

    /* What cannot be read may have been there. */
    return rota_record_load_quarantine(&c->journal, &bad) != ROTA_OK
        || rota_quarantine_has(&bad, trial_bad_id(c, &c->found.release),
                               sha256);
}

enum rota_decision rota_trial_decide(const struct rota_client *c)
{
    const struct rota_release *r = &c->found.release;

    if (!rota_trial_wanted(c))
        return ROTA_DECIDE_NOTHING;
    if (c->boot == ROTA_BOOT_TRIAL)
        return trial_is_installed(c) ? ROTA_DECIDE_READY : ROTA_DECIDE_TRIAL;
    if (rota_trial_is_bad(c, r->has_digest ? r->digest : NULL))
        return ROTA_DECIDE_QUARANTINE;
    return ROTA_DECIDE_INSTALL;
}
