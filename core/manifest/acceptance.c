/* SPDX-License-Identifier: Apache-2.0 */
#include "manifest/acceptance.h"

#include <string.h>

#include "base/clock.h"
#include "flash/record.h"
#include "manifest/judge.h"

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
                                   struct rota_accepted *a, uint64_t before)
{
    uint64_t latest = acceptance_or_date(c, rota_clock_unix(c->config));

    if (a->issued > latest)
        a->issued = before > latest ? before : latest;
    rota_tls_raise_floor(&c->get.tls, a->issued);
}

/* The pending values belong to the images that were installed last. A manifest
 * whose images are not installed leaves them as they are. */
int rota_manifest_acceptance_accept(struct rota_client *c,
                                    const struct rota_manifest *m,
                                    struct rota_accepted *a, bool wanted)
{
    uint64_t before = a->issued;

    rota_manifest_judge_accept(m, a);
    if (wanted)
        rota_manifest_judge_await(m, a);
    acceptance_bound_floor(c, a, before);
    a->accepted = rota_clock_unix(c->config);
    a->asset_id = c->answer.release.asset_id;
    /* An id is the server's word. One that was confirmed already must not stand
     * for what waits for a confirmation: see open. */
    if (wanted && c->trial.phase == ROTA_PHASE_CONFIRMED
        && a->asset_id == c->trial.answer_id)
        a->asset_id = 0;
    a->held = false;
    return rota_record_save(c->config->store, ROTA_RECORD_ACCEPTED, a);
}

int rota_manifest_acceptance_open(struct rota_client *c)
{
    struct rota_accepted a;
    int err = rota_record_load(c->config->store, ROTA_RECORD_ACCEPTED, &a);

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

    int err = rota_record_load(s, ROTA_RECORD_ACCEPTED, &past);
    if (err)
        return err;
    now = past;
    if (confirmed)
        rota_accepted_commit(&now);
    now.security_next = 0;
    memset(now.revoked_next, 0, sizeof now.revoked_next);
    if (memcmp(&now, &past, sizeof now) == 0)
        return ROTA_OK;
    return rota_record_save(s, ROTA_RECORD_ACCEPTED, &now);
}
