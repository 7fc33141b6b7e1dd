/* SPDX-License-Identifier: Apache-2.0 */
#include "manifest/step.h"

#include <string.h>

#include "base/clock.h"
#include "base/event.h"
#include "base/text.h"
#include "flash/record.h"
#include "manifest/acceptance.h"
#include "manifest/judge.h"
#include "manifest/sign.h"
#include "release/github.h"
#include "update/client.h"
#include "update/download.h"
#include "update/outcome.h"
#include "update/readback.h"
#include "update/store.h"
#include "update/update.h"

_Static_assert(sizeof(union rota_manifest_step)
                   <= sizeof(((struct rota_client *)0)->job),
               "a manifest on its way does not fit the client's job");

static union rota_manifest_step *step_of(struct rota_client *c)
{
    return (union rota_manifest_step *)(void *)&c->job;
}

static int step_begin(struct rota_client *c)
{
    memset(step_of(c), 0, sizeof *step_of(c));
    c->received = false;
    c->get.href_size = sizeof c->scratch.href;
    c->why = ROTA_WHY_NONE;
    return ROTA_STATE_MANIFEST;
}

static void step_drop(struct rota_client *c)
{
    if (c->received)
        rota_sign_drop(&step_of(c)->signatures.sign);
}

/* --- Where to next ------------------------------------------------------- */

/* All of scratch may hold URLs again: see step_keep_url. */
static int step_find(struct rota_client *c)
{
    c->get.href_size = sizeof c->scratch.href;
    rota_check_named(&c->job.check, &c->get, &c->scratch.page,
                     c->answer.release.release_id, c->image.name);
    return ROTA_STATE_FIND;
}

static int step_probe(struct rota_client *c)
{
    c->resumed = false;
    if (!c->begun || c->store->has_checkpoint(c))
        return step_find(c);
    int err = rota_readback_read(c, false);
    return err ? err : ROTA_STATE_PROBE;
}

/* --- The manifest -------------------------------------------------------- */

/* The manifest of a newer release is read at each check, also when it was held
 * before. Asset ids come from the server: if an id could stand for a manifest
 * that was read before, a server that lied once would keep this device from the
 * release for ever. */
static enum rota_decision step_decide(const struct rota_client *c,
                                      enum rota_decision decision)
{
    struct rota_accepted a;

    bool same =
        rota_record_load(c->config->store, ROTA_RECORD_ACCEPTED, &a) == ROTA_OK
        && a.asset_id == c->answer.release.asset_id;
    if (decision == ROTA_DECIDE_INSTALL
        || (decision == ROTA_DECIDE_NOTHING && !same))
        return ROTA_DECIDE_READ;
    return decision;
}

static int step_open_manifest(struct rota_client *c, struct rota_manifest *m,
                              const struct rota_accepted *past)
{
    const struct rota_config *cfg = c->config;
    const struct rota_release *r = &c->answer.release;
    char running[ROTA_TAG_MAX + 1];
    int err = rota_manifest_envelope_check(
        m, cfg, past, &step_of(c)->signatures, c->scratch.manifest, r->size);
    if (!err)
        err = rota_manifest_parse(m, cfg->buffer);
    if (err)
        return err;
    c->store->running(c, running);
    err = rota_manifest_judge(m, cfg, past, running,
                              rota_manifest_acceptance_best_time(c));
    if (err || rota_manifest_is(m, m->version, r->tag + r->version_at))
        return err;
    m->why = ROTA_WHY_TAG;
    return ROTA_EMANIFEST;
}

/* The next check must not be answered with 304: the next stage of the rollout
 * is a new asset, whose id 304 would hide. */
static int step_tell_held(struct rota_client *c, uint8_t percent)
{
    struct rota_event ev = {.type = ROTA_EV_HELD,
                            .release = &c->answer.release};
    struct rota_text t;
    char text[16];

    rota_text_init(&t, text, sizeof text);
    rota_text_add_u64(&t, percent);
    rota_text_add(&t, " percent");
    ev.text = text;
    rota_outcome_doubt(c);
    (void)rota_outcome_rest(c);
    rota_event_tell(c->config, &ev);
    return ROTA_STATE_IDLE;
}

/* It leaves this device out for now. */
static int step_hold(struct rota_client *c, struct rota_accepted *past,
                     uint8_t percent)
{
    past->held = true;
    int err = rota_record_save(c->config->store, ROTA_RECORD_ACCEPTED, past);
    return err ? err : step_tell_held(c, percent);
}

/* Go on with the images of m. If they are the same as before, keep the place
 * behind those that are in their slots. */
static void step_take_images(struct rota_client *c,
                             const struct rota_manifest *m,
                             const uint8_t sha256[ROTA_SHA256_LEN])
{
    struct rota_images *is = &c->images;
    struct rota_image image;

    if (memcmp(is->sha256, sha256, ROTA_SHA256_LEN) != 0 || is->at >= m->images)
        is->at = 0;
    memcpy(is->sha256, sha256, ROTA_SHA256_LEN);
    is->known = true;
    is->count = m->images;
    for (int i = 0; i < m->images; i++) {
        rota_manifest_image(m, i, &image);
        is->size[i] = image.size;
        is->slot[i] = image.id;
        if (i == is->at)
            c->image = image;
    }
}

/* Beyond the states: the images are wanted. The update goes on once the
 * manifest has left the stack. */
enum { WANTED = ROTA_STATE_ARM + 1 };

static int step_accept(struct rota_client *c, const struct rota_manifest *m,
                       struct rota_accepted *past, bool elected)
{
    uint8_t sha256[ROTA_SHA256_LEN];
    bool wanted = rota_decide_wanted(c);

    int err = rota_manifest_digest(m, sha256);
    if (err)
        return err;
    if (wanted && c->store->is_bad(c, sha256))
        return rota_update_follow(c, ROTA_DECIDE_QUARANTINE);
    if (wanted && !elected)
        return step_hold(c, past, m->percent);
    err = rota_manifest_acceptance_accept(c, m, past, wanted);
    if (err)
        return err;
    if (!wanted)
        return rota_update_follow(c, ROTA_DECIDE_NOTHING);
    step_take_images(c, m, sha256);
    return WANTED;
}

/* All bytes were received: the next state; WANTED; ROTA_EAGAIN while signatures
 * are being checked; or an error, whose reason is in c->why. */
static int step_judge(struct rota_client *c)
{
    struct rota_accepted past;
    struct rota_manifest m = {.why = ROTA_WHY_NONE};
    bool elected;

    int err = rota_record_load(c->config->store, ROTA_RECORD_ACCEPTED, &past);
    if (!err)
        err = step_open_manifest(c, &m, &past);
    if (err == ROTA_EAGAIN)
        return err;
    step_drop(c);
    c->why = m.why;
    if (!err)
        err = rota_manifest_judge_elected(&m, c->config, &elected);
    return err ? err : step_accept(c, &m, &past, elected);
}

/* The connection's memory goes back before signatures are checked. */
static int step_receive(struct rota_client *c)
{
    union rota_manifest_step *s = step_of(c);
    int result = c->received ? ROTA_OK : rota_manifest_receive(c, &s->receive);

    if (c->received || result != ROTA_OK)
        return result;
    rota_get_close(&c->get);
    c->received = true;
    s->signatures = (struct rota_signatures){.next = NULL};
    return ROTA_OK;
}

/* For images behind the first one the application has agreed already. */
static int step_go_on(struct rota_client *c)
{
    return c->images.at ? step_probe(c)
                        : rota_update_follow(c, ROTA_DECIDE_INSTALL);
}

static int step_manifest(struct rota_client *c)
{
    int result = step_receive(c);

    if (result == ROTA_OK)
        result = step_judge(c);
    if (result == WANTED)
        return step_go_on(c);
    return result == ROTA_EAGAIN ? ROTA_STATE_MANIFEST : result;
}

/* --- Images of an earlier run -------------------------------------------- */

static int step_next_image(struct rota_client *c)
{
    int err = ROTA_OK;

    /* A checkpoint of another image stays. */
    if (c->store->has_checkpoint(c))
        err = c->store->forget(c);
    if (err)
        return err;
    c->images.at++;
    return step_begin(c);
}

static int step_probe_slot(struct rota_client *c)
{
    int err = rota_readback_step(c, false);

    if (err == ROTA_EAGAIN)
        return ROTA_STATE_PROBE;
    if (err == ROTA_EDIGEST)
        return step_find(c);
    if (!err) /* the bytes that were read may not be on flash yet */
        err = rota_flash_sync(rota_readback_slot(c));
    if (err)
        return err;
    return rota_readback_at_last(c) ? rota_download_verify(c)
                                    : step_next_image(c);
}

/* --- The asset of an image ----------------------------------------------- */

/* The server's size and digest of the asset must be the signed ones. */
static int step_take_asset(struct rota_image *image,
                           const struct rota_release *asset)
{
    if (asset->size != image->size)
        return ROTA_ESIZE;
    if (asset->has_digest
        && memcmp(asset->digest, image->sha256, sizeof image->sha256) != 0)
        return ROTA_EDIGEST;
    image->asset_id = asset->asset_id;
    return ROTA_OK;
}

/* The URL of the asset moves to the end of scratch, where it stays while the
 * image is fetched: URLs on the way there have that much less room. */
_Static_assert(2 * (ROTA_ASSET_URL_MAX + 1) <= ROTA_URL_MAX + 1,
               "the URL of an asset does not fit beside a URL of the API");

static const char *step_keep_url(struct rota_client *c, const char *url)
{
    size_t size = strlen(url) + 1;
    char *to = c->scratch.href + sizeof c->scratch.href - size;

    memmove(to, url, size);
    c->get.href_size = (uint16_t)(sizeof c->scratch.href - size);
    return to;
}

static int step_find_asset(struct rota_client *c)
{
    const struct rota_release *found = &c->scratch.page.end.found;
    int result = rota_check_step(&c->job.check);

    if (result == ROTA_EAGAIN)
        return ROTA_STATE_FIND;
    if (result == ROTA_CHECK_FOUND)
        result = step_take_asset(&c->image, found);
    if (result)
        return result;
    return rota_download_begin(c, step_keep_url(c, found->url));
}

/* --- see update/client.h ------------------------------------------------- */

const struct rota_trust_ops rota_manifest_ops = {
    .check_key = rota_sign_key_check,
    .open = rota_manifest_acceptance_open,
    .decide = step_decide,
    .begin = step_begin,
    .probe = step_probe,
    .find = step_find,
    .next = step_next_image,
    .step_manifest = step_manifest,
    .step_probe = step_probe_slot,
    .step_find = step_find_asset,
    .settle = rota_manifest_acceptance_settle,
    .sum = rota_hash_sums,
    .drop = step_drop,
};
