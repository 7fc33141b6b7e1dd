/* SPDX-License-Identifier: Apache-2.0 */
#include "manifest/acceptance.h"

#include <string.h>

#include "base/clock.h"
#include "manifest/judge.h"
#include "flash/record.h"

/* The later of time and the date in the server's reply. */
static uint64_t acceptance_or_date(const struct rota_client *c, uint64_t time)
{
    int64_t date = c->get.reply.date;

    return date > 0 && time < (uint64_t)date ? (uint64_t)date : time;
}

uint64_t rota_manifest_acceptance_best_time(const struct rota_client *c)
{
    uint64_t now = rota_clock_unix(c->config);

    return now ? now : acceptance_or_date(c, c->get.tls.floor);
}

/* The date of a manifest becomes the earliest possible time, but never a later
 * one than the clock or the server gives for now: after a wrong date in the
 * future, all later manifests and certificates would look expired. */
static void acceptance_bound_floor(struct rota_client *c,
                                   struct rota_accepted *now,
                                   const struct rota_accepted *past)
{
    uint64_t latest = acceptance_or_date(c, rota_clock_unix(c->config));

    if (now->issued > latest)
        now->issued = past->issued > latest ? past->issued : latest;
    rota_tls_raise_floor(&c->get.tls, now->issued);
}

/* The pending values belong to the images that were installed last. A manifest
 * whose images are not installed leaves them as they are. */
int rota_manifest_acceptance_accept(struct rota_client *c,
                                    const struct rota_manifest *m,
                                    const struct rota_accepted *past,
                                    bool wanted)
{
    struct rota_accepted now = *past;

    rota_manifest_judge_accept(m, &now);
    if (!wanted) {
        now.security_next = past->security_next;
        memcpy(now.revoked_next, past->revoked_next, sizeof now.revoked_next);
    }
    acceptance_bound_floor(c, &now, past);
    now.accepted = rota_clock_unix(c->config);
    now.asset_id = c->answer.release.asset_id;
    now.held = false;
    return rota_record_save_accepted(c->config->store, &now);
}

int rota_manifest_acceptance_open(struct rota_client *c)
{
    struct rota_accepted a;
    int err = rota_record_load_accepted(c->config->store, &a);

    if (err)
        return err;
    rota_tls_raise_floor(&c->get.tls, a.issued);
    /* A program without keys may have confirmed the running image, whose
     * manifest was the last one accepted. Then nobody has settled it yet. */
    if (c->trial.phase == ROTA_PHASE_CONFIRMED
        && c->trial.answer_id == a.asset_id)
        return rota_manifest_acceptance_settle(c, true);
    return ROTA_OK;
}

int rota_manifest_acceptance_settle(struct rota_client *c, bool confirmed)
{
    const struct rota_store *s = c->config->store;
    struct rota_accepted past, now;

    int err = rota_record_load_accepted(s, &past);
    if (err)
        return err;
    now = past;
    if (confirmed)
        rota_accepted_commit(&now);
    now.security_next = 0;
    memset(now.revoked_next, 0, sizeof now.revoked_next);
    if (memcmp(&now, &past, sizeof now) == 0)
        return ROTA_OK;
    return rota_record_save_accepted(s, &now);
}
