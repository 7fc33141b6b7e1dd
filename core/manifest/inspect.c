/* SPDX-License-Identifier: Apache-2.0 */
/* For people: what a manifest says and what would come of it, by the very
 * functions that an update uses. */
#include "manifest/inspect.h"

#include <string.h>

#include "base/clock.h"
#include "flash/hash.h"
#include "flash/record.h"
#include "manifest/envelope.h"
#include "manifest/judge.h"
#include "manifest/sign.h"
#include "release/semver.h"
#include "update/store.h"
#include "update/trial.h"

_Static_assert(sizeof((struct rota_inspection){0}.revoke)
                   == sizeof((struct rota_accepted){0}.revoked),
               "a manifest revokes no more keys than are remembered");

int rota_key_id(const struct rota_key *key, uint8_t id[ROTA_KEY_ID_LEN])
{
    int err = rota_sign_key_check(key);

    return err ? err : rota_sign_key_id(key, id);
}

bool rota_key_is_revoked(const struct rota *r,
                         const uint8_t id[ROTA_KEY_ID_LEN])
{
    struct rota_accepted past;

    return rota_record_load(rota_client_const(r)->config->store,
                            ROTA_RECORD_ACCEPTED, &past)
            != ROTA_OK
        || rota_accepted_revoked(&past, id);
}

/* As an update has it, but for the date that a server tells. */
static uint64_t inspect_best_time(const struct rota_client *c)
{
    uint64_t now = rota_clock_unix(c->config);

    return now ? now : c->get.tls.floor;
}

static void inspect_view_lists(const struct rota_manifest *m,
                               struct rota_inspection *v)
{
    struct rota_image image;

    v->image_count = m->images;
    for (int i = 0; i < m->images; i++) {
        rota_manifest_image(m, i, &image);
        v->image[i].id = image.id;
        v->image[i].size = image.size;
        memcpy(v->image[i].sha256, image.sha256, sizeof image.sha256);
        memcpy(v->image[i].name, image.name, sizeof image.name);
    }
    v->revoke_count = m->revoked;
    memcpy(v->revoke, m->revoke, sizeof v->revoke);
}

static void inspect_view(const struct rota_manifest *m,
                         struct rota_inspection *v)
{
    v->is_signed = true;
    v->signers = m->signers;
    rota_manifest_text(m, m->project, v->project, sizeof v->project);
    rota_manifest_text(m, m->board, v->board, sizeof v->board);
    rota_manifest_text(m, m->version, v->version, sizeof v->version);
    rota_manifest_text(m, m->min_version, v->min_version,
                       sizeof v->min_version);
    v->hw_min = m->hw_min;
    v->hw_max = m->hw_max;
    v->seq = m->seq;
    v->security = m->security;
    v->issued = m->issued;
    v->expires = m->expires;
    v->percent = m->percent;
    inspect_view_lists(m, v);
}

static int inspect_judge(const struct rota_client *c, struct rota_manifest *m,
                         const struct rota_accepted *past,
                         struct rota_inspection *v)
{
    char running[ROTA_TAG_MAX + 1];

    c->store->running(c, running);
    v->newer = rota_decide_newer(c, v->version);
    int err = rota_manifest_judge_elected(m, c->config, &v->elected);
    if (err)
        return err;
    return rota_manifest_judge(m, c->config, past, running,
                               inspect_best_time(c));
}

int rota_inspect(struct rota *r, const void *manifest, size_t len,
                 struct rota_inspection *v)
{
    struct rota_client *c = rota_client(r);
    struct rota_manifest m = {0};
    struct rota_accepted past;

    *v = (struct rota_inspection){0};
    if (rota_busy(r))
        return ROTA_EAGAIN;
    if (!c->config->trust)
        return ROTA_EINVAL;
    v->err = rota_record_load(c->config->store, ROTA_RECORD_ACCEPTED, &past);
    if (!v->err)
        v->err = rota_manifest_envelope_open(&m, c->config, &past, manifest,
                                             len, c->config->buffer);
    if (!v->err) {
        inspect_view(&m, v);
        v->err = inspect_judge(c, &m, &past, v);
    }
    v->why = rota_why_text(m.why);
    return v->err;
}
