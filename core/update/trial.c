/* SPDX-License-Identifier: Apache-2.0 */
#include "update/trial.h"

#include "update/store.h"

static int trial_boot_state(const struct rota_client *c)
{
    const struct rota_boot *b = c->config->boot;

    return b ? b->state(b->ctx) : ROTA_BOOT_CONFIRMED;
}

int rota_trial_look(struct rota_client *c, bool first)
{
    int boot = trial_boot_state(c);

    if (boot < 0)
        return boot;
    c->boot = (int8_t)boot;
    return c->store->look(c, first);
}

bool rota_trial_is_old_program(const struct rota_client *c)
{
    return !c->config->confirm_by_hand && c->trial.same_version
        && (c->trial.phase == ROTA_PHASE_ARMED
            || c->trial.phase == ROTA_PHASE_TRIAL);
}

/* What the boot state still says of an earlier image must not be taken, after
 * a power loss, for the fate of the one that is armed now. */
static int trial_end_old(const struct rota_boot *b)
{
    int state = b->state(b->ctx);

    if (state == ROTA_BOOT_ROLLED_BACK || state == ROTA_BOOT_UNDONE)
        return b->confirm(b->ctx);
    return state < 0 ? state : ROTA_OK;
}

/* Whatever the bootloader says of an image that it would never run, that image
 * is not fetched again. */
static int trial_refused(struct rota_client *c, int err)
{
    int failed = c->store->condemn(c);

    return failed ? failed : err;
}

static int trial_without_boot(struct rota_client *c)
{
    rota_decide_remember(c);
    c->trial.downloaded = true;
    return c->store->note(c, ROTA_PHASE_NONE);
}

int rota_trial_arm(struct rota_client *c)
{
    const struct rota_boot *b = c->config->boot;

    if (!b)
        return trial_without_boot(c);
    int err = trial_end_old(b);
    if (!err)
        err = c->store->note(c, ROTA_PHASE_ARMED);
    if (err)
        return err;
    err = b->try_next(b->ctx);
    if (err == ROTA_ECORRUPT || err == ROTA_ETOOBIG)
        return trial_refused(c, err);
    if (!err)
        err = c->store->note(c, ROTA_PHASE_TRIAL);
    if (!err)
        c->boot = ROTA_BOOT_TRIAL;
    return err;
}

int rota_trial_healthy(struct rota_client *c)
{
    const struct rota_config *cfg = c->config;

    if (c->boot != ROTA_BOOT_TRIAL || cfg->confirm_by_hand
        || rota_trial_is_old_program(c))
        return ROTA_OK;
    if (cfg->may_confirm && !cfg->may_confirm(cfg->app))
        return ROTA_OK;
    /* A bootloader may know that the image was not started yet. */
    int err = rota_trial_confirm(c);
    return err == ROTA_ENOTHING ? ROTA_OK : err;
}

int rota_trial_confirm(struct rota_client *c)
{
    const struct rota_boot *b = c->config->boot;

    if (trial_boot_state(c) != ROTA_BOOT_TRIAL)
        return ROTA_ENOTHING;
    int err = b->confirm(b->ctx);
    if (err)
        return err;
    c->boot = ROTA_BOOT_CONFIRMED;
    return c->store->confirmed(c);
}
