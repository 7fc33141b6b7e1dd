/* SPDX-License-Identifier: Apache-2.0 */
/* What a manifest does to an update: from its asset to the asset of an image.
 *
 *   ASK -> REPLY -> COMPLETE, to be judged
 *    ^       |
 *    '- WAIT-'  try again, from the start
 */
#include "manifest/step.h"

#include <string.h>

#include "manifest/judge.h"
#include "update/trial.h"
#include "release/github.h"
#include "base/clock.h"
#include "update/poll.h"
#include "base/bytes.h"
#include "flash/record.h"
#include "http/http.h"
#include "http/request.h"
#include "manifest/envelope.h"
#include "manifest/sign.h"

enum { ASK, REPLY, WAIT, COMPLETE };

/* --- The bytes ----------------------------------------------------------- */

/* The journal has the answer of the last check, whatever was asked since. */
int rota_manifest_step_begin(struct rota_client *c)
{
    const struct rota_release *r = &c->found.release;

    c->job.manifest = (struct rota_manifest_step){.state = ASK};
    rota_record_load_found(&c->journal, &c->found);
    if (*r->tag == '\0')
        return ROTA_ECORRUPT;
    return r->size > ROTA_MANIFEST_MAX ? ROTA_EMANIFEST : ROTA_OK;
}

static int step_ask(struct rota_client *c)
{
    struct rota_get *g = &c->get;
    int err = rota_github_asset_url(c->config, &c->found.release, g->work.url,
                                    sizeof g->work.url);
    if (!err)
        err =
            rota_get_begin(g, &(struct rota_ask){.accept = ROTA_ACCEPT_BYTES});
    c->job.manifest.got = 0;
    c->job.manifest.state = REPLY;
    return err ? err : ROTA_EAGAIN;
}

/* Whatever type the server takes it for: the signature decides. */
static int step_take_head(const struct rota_client *c)
{
    const struct rota_reply *r = &c->get.reply;
    int err = rota_http_error(r);

    if (err)
        return err;
    if (r->encoded)
        return ROTA_EENCODING;
    return r->status == 200 ? ROTA_EAGAIN : ROTA_ESTATUS;
}

static int step_take_body(struct rota_client *c, const struct rota_span *body)
{
    struct rota_manifest_step *s = &c->job.manifest;

    if (body->len > c->found.release.size - s->got)
        return ROTA_ELENGTH;
    memcpy(c->get.work.manifest + s->got, body->p, body->len);
    s->got += (uint32_t)body->len;
    return ROTA_EAGAIN;
}

static int step_reply(struct rota_client *c)
{
    struct rota_span body;
    int event = rota_get_step(&c->get, &body);

    switch (event) {
    case ROTA_HTTP_HEAD: return step_take_head(c);
    case ROTA_HTTP_BODY: return step_take_body(c, &body);
    case ROTA_HTTP_DONE:
        return c->job.manifest.got == c->found.release.size ? ROTA_OK
                                                            : ROTA_ESIZE;
    default: return event;
    }
}

static int step_wait(struct rota_client *c)
{
    struct rota_manifest_step *s = &c->job.manifest;

    c->get.blocked = true;
    if (rota_clock_ms(c->config) - s->wait_ms >= 500u << s->attempts)
        s->state = ASK;
    return ROTA_EAGAIN;
}

static int step_run_state(struct rota_client *c)
{
    switch (c->job.manifest.state) {
    case ASK: return step_ask(c);
    case REPLY: return step_reply(c);
    case COMPLETE: return ROTA_OK;
    default: return step_wait(c);
    }
}

int rota_manifest_step_step(struct rota_client *c)
{
    struct rota_manifest_step *s = &c->job.manifest;
    int result = step_run_state(c);

    if (result == ROTA_EAGAIN)
        return result;
    /* Its memory goes back before signatures are checked. */
    rota_get_close(&c->get);
    if (result == ROTA_OK)
        s->state = COMPLETE;
    if (result == ROTA_OK || !rota_fetch_may_cure(&c->get, result)
        || ++s->attempts >= ROTA_ATTEMPTS_MAX)
        return result;
    s->wait_ms = rota_clock_ms(c->config);
    s->state = WAIT;
    return ROTA_EAGAIN;
}

/* --- What it says -------------------------------------------------------- */

/* What is newer is read each time, be it held: ids are the server's word, and
 * one that lies once would have this device wait for ever. */
enum rota_decision rota_manifest_step_decide(const struct rota_client *c,
                                             enum rota_decision decision)
{
    struct rota_accepted past;

    bool same = rota_record_load_accepted(&c->journal, &past) == ROTA_OK
             && past.asset_id == c->found.release.asset_id;
    if (decision == ROTA_DECIDE_INSTALL
        || (decision == ROTA_DECIDE_NOTHING && !same))
        return ROTA_DECIDE_READ;
    return decision;
}

/* The later of time and what the server takes for now. */
static uint64_t step_or_date(const struct rota_client *c, uint64_t time)
{
    int64_t date = c->get.reply.date;

    return date > 0 && time < (uint64_t)date ? (uint64_t)date : time;
}

static uint64_t step_best_time(const struct rota_client *c)
{
    uint64_t now = rota_clock_unix(c->config);

    return now ? now : step_or_date(c, c->get.tls.floor);
}

static int step_open_manifest(struct rota_client *c, struct rota_manifest *m,
                              const struct rota_accepted *past)
{
    const struct rota_config *cfg = c->config;
    const struct rota_release *r = &c->found.release;
    char running[ROTA_TAG_MAX + 1];
    int err = rota_manifest_envelope_check(
        m, cfg, past, &c->job.manifest.checks, c->get.work.manifest, r->size);
    if (!err)
        err = rota_manifest_parse(m, cfg->buffer);
    if (err)
        return err;
    rota_trial_running(c, running);
    err = rota_manifest_judge(m, cfg, past, running, step_best_time(c));
    if (err || rota_manifest_is(m, m->version, r->tag + r->version_at))
        return err;
    m->why = ROTA_WHY_TAG;
    return ROTA_EMANIFEST;
}

static int step_hold(struct rota_client *c, struct rota_accepted *past)
{
    past->held = true;
    int err = rota_record_save_accepted(&c->journal, past);
    return err ? err : ROTA_DECIDE_HOLD;
}

/* The date of a manifest becomes a floor of time, but not beyond what anybody
 * takes for now: one that is wrong would make all that follows look expired. */
static void step_bound_floor(struct rota_client *c, struct rota_accepted *now,
                             const struct rota_accepted *past)
{
    uint64_t latest = step_or_date(c, rota_clock_unix(c->config));

    if (now->issued > latest)
        now->issued = past->issued > latest ? past->issued : latest;
    rota_tls_raise_floor(&c->get.tls, now->issued);
}

/* What waits for a confirmation belongs to the images that are installed last:
 * a manifest that brings none changes nothing in that. */
static int step_accept(struct rota_client *c, const struct rota_manifest *m,
                       const struct rota_accepted *past, bool wanted)
{
    struct rota_accepted now = *past;

    rota_manifest_judge_accept(m, &now);
    if (!wanted) {
        now.security_next = past->security_next;
        memcpy(now.revoked_next, past->revoked_next, sizeof now.revoked_next);
    }
    step_bound_floor(c, &now, past);
    now.accepted = rota_clock_unix(c->config);
    now.asset_id = c->found.release.asset_id;
    now.held = false;
    return rota_record_save_accepted(&c->journal, &now);
}

/* Go on with the images of m: behind those that are there, if they are the
 * same that were begun. */
static void step_take_images(struct rota_client *c,
                             const struct rota_manifest *m,
                             const uint8_t sha256[ROTA_SHA256_LEN])
{
    struct rota_images *is = &c->images;
    struct rota_release *r = &c->found.release;
    struct rota_manifest_image image;

    if (memcmp(is->sha256, sha256, ROTA_SHA256_LEN) != 0 || is->at >= m->images)
        is->at = 0;
    memcpy(is->sha256, sha256, ROTA_SHA256_LEN);
    is->known = true;
    is->count = m->images;
    for (int i = m->images - 1; i >= 0; i--) {
        rota_manifest_image(m, i, &image);
        is->size[i] = image.size;
        is->slot[i] = image.id;
        if (i != is->at)
            continue;
        memcpy(r->name, image.name, sizeof r->name);
        memcpy(r->digest, image.sha256, sizeof r->digest);
        r->size = image.size;
        r->has_digest = true;
    }
}

static int step_judge(struct rota_client *c, struct rota_manifest *m)
{
    uint8_t sha256[ROTA_SHA256_LEN];
    struct rota_accepted past;
    bool elected, wanted = rota_trial_wanted(c);

    int err = rota_record_load_accepted(&c->journal, &past);
    if (!err)
        err = step_open_manifest(c, m, &past);
    if (!err)
        err = rota_manifest_judge_elected(m, c->config, &elected);
    if (!err)
        err = rota_manifest_judge_digest(m, sha256);
    if (err)
        return err;
    if (wanted && rota_trial_is_bad(c, sha256))
        return ROTA_DECIDE_QUARANTINE;
    if (wanted && !elected)
        return step_hold(c, &past);
    err = step_accept(c, m, &past, wanted);
    if (err || !wanted)
        return err ? err : ROTA_DECIDE_NOTHING;
    step_take_images(c, m, sha256);
    return ROTA_DECIDE_INSTALL;
}

int rota_manifest_step_judge(struct rota_client *c)
{
    struct rota_manifest m = {0};
    int result = step_judge(c, &m);

    if (result != ROTA_EAGAIN)
        rota_manifest_step_drop(c);
    c->job.manifest.why = m.why;
    c->job.manifest.percent = m.percent;
    return result;
}

void rota_manifest_step_drop(struct rota_client *c)
{
    rota_sign_drop(&c->job.manifest.checks.sign);
}

/* --- The asset of an image ----------------------------------------------- */

void rota_manifest_step_find(struct rota_client *c)
{
    rota_check_named(&c->job.check, &c->get, &c->found.release,
                     &c->get.work.page.end.found);
}

/* What the server says of it must be what was signed. */
static int step_take_asset(struct rota_release *r,
                           const struct rota_release *asset)
{
    if (asset->size != r->size)
        return ROTA_ESIZE;
    if (asset->has_digest
        && memcmp(asset->digest, r->digest, sizeof r->digest) != 0)
        return ROTA_EDIGEST;
    r->asset_id = asset->asset_id;
    memcpy(r->url, asset->url, sizeof r->url);
    return ROTA_OK;
}

int rota_manifest_step_find_step(struct rota_client *c)
{
    int result = rota_check_step(&c->job.check);

    if (result != ROTA_CHECK_FOUND)
        return result;
    return step_take_asset(&c->found.release, &c->get.work.page.end.found);
}
