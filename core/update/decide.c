/* SPDX-License-Identifier: Apache-2.0 */
#include "update/decide.h"

#include <string.h>

#include "base/bytes.h"
#include "release/semver.h"
#include "update/client.h"
#include "update/store.h"

static uint32_t decide_tag(const struct rota_client *c)
{
    const char *tag = c->answer.release.tag;

    return rota_bytes_crc32(0, tag, strlen(tag));
}

/* Is the answer what was installed last, or is to be? */
static bool decide_is_last(const struct rota_client *c)
{
    return c->trial.answer_id == c->answer.release.asset_id
        && c->trial.tag == decide_tag(c);
}

bool rota_decide_newer(const struct rota_client *c, const char *version)
{
    char running[ROTA_TAG_MAX + 1];
    int order;

    if (!c->config->version)
        return true;
    c->store->running(c, running);
    if (rota_semver_order(version, running, &order))
        return false;
    return order > 0 || (order < 0 && c->config->allow_downgrade);
}

bool rota_decide_wanted(const struct rota_client *c)
{
    const struct rota_release *r = &c->answer.release;

    if (!c->config->version)
        return c->trial.phase != ROTA_PHASE_CONFIRMED || !decide_is_last(c);
    return rota_decide_newer(c, r->tag + r->version_at);
}

void rota_decide_remember(struct rota_client *c)
{
    c->trial.answer_id = c->answer.release.asset_id;
    c->trial.tag = decide_tag(c);
}

/* Is the answer what was installed last? */
static bool decide_is_installed(const struct rota_client *c)
{
    return decide_is_last(c)
        && (c->trial.phase == ROTA_PHASE_ARMED
            || c->trial.phase == ROTA_PHASE_TRIAL || c->trial.downloaded);
}

enum rota_decision rota_decide(const struct rota_client *c)
{
    const struct rota_release *r = &c->answer.release;

    if (!rota_decide_wanted(c))
        return ROTA_DECIDE_NOTHING;
    if (c->boot == ROTA_BOOT_TRIAL || c->trial.downloaded) {
        if (decide_is_installed(c))
            return ROTA_DECIDE_READY;
        if (c->boot == ROTA_BOOT_TRIAL)
            return ROTA_DECIDE_TRIAL;
    }
    if (c->store->is_bad(c, r->has_digest ? r->digest : NULL))
        return ROTA_DECIDE_QUARANTINE;
    return ROTA_DECIDE_INSTALL;
}
