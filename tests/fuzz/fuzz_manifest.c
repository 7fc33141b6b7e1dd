/* SPDX-License-Identifier: Apache-2.0 */
/* A manifest, or its signed bytes alone. No key is configured: a manifest of
 * the right form is one that nobody trusted has signed, and its bytes are
 * taken apart all the same. */
#include "fuzz.h"
#include "manifest/manifest.h"
#include "release/semver.h"
#include "manifest/envelope.h"
#include "manifest/judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void manifest_version(const struct rota_manifest *m,
                             struct rota_manifest_text t, bool needed)
{
    char text[ROTA_TAG_MAX + 1];
    struct rota_semver v;

    rota_manifest_text(m, t, text, sizeof text);
    MUST(*text || !needed);
    MUST(!*text || rota_semver_parse(&v, text) == ROTA_OK);
    MUST(!*text || rota_manifest_is(m, t, text));
}

static void manifest_images(const struct rota_manifest *m)
{
    struct rota_image image;
    unsigned seen = 0;

    MUST(m->images >= 1 && m->images <= ROTA_IMAGES_MAX);
    for (int i = 0; i < m->images; i++) {
        rota_manifest_image(m, i, &image);
        MUST(image.id < ROTA_IMAGES_MAX && !(seen & 1u << image.id));
        seen |= 1u << image.id;
        MUST(image.size >= 1 && image.size <= 0x7fffffff);
        MUST(image.name[0] && !strchr(image.name, '/'));
        MUST(strlen(image.name) <= ROTA_NAME_MAX);
    }
    MUST(seen & 1);
}

/* All that a device does with it. It has no project, so that none is its. */
static void manifest_use(struct rota_manifest *m)
{
    static const struct rota_flash slot = {.size = 1u << 20};
    static const struct rota_trust trust;
    struct rota_config c = {.trust = &trust, .repo = "", .slot = &slot};
    struct rota_accepted past = {0};

    MUST(m->seq > 0 && m->percent <= 100 && m->revoked <= ROTA_REVOKED_MAX);
    MUST(!m->why && m->tokens && m->images > 0);
    manifest_version(m, m->version, true);
    manifest_version(m, m->min_version, false);
    manifest_images(m);
    rota_manifest_judge_accept(m, &past);
    rota_manifest_judge_await(m, &past);
    rota_accepted_commit(&past);
    MUST(past.seq == m->seq && past.security == m->security);
    MUST(rota_manifest_judge(m, &c, &past, "1.0.0", 1) == ROTA_EFOREIGN);
    MUST(m->why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct rota_trust trust;
    static const struct rota_config c = {.trust = &trust};
    static int work[ROTA_MANIFEST_WORK / sizeof(int)];
    struct rota_manifest m;
    struct rota_signatures k = {
        0}; /* of no key: there is nothing to go on with */
    int err = rota_manifest_envelope_check(&m, &c, NULL, &k, data, size);

    MUST(err == ROTA_EMANIFEST || err == ROTA_ESIGNATURE);
    MUST(m.why && !m.signers);
    if (err == ROTA_ESIGNATURE) {
        MUST(m.text > (const char *)data && m.len >= 10);
        MUST(m.text + m.len == (const char *)data + size);
    } else {
        m.text = (const char *)data;
        m.len = size;
    }
    err = rota_manifest_parse(&m, work);
    if (err == ROTA_OK)
        manifest_use(&m);
    else
        MUST(err == ROTA_EMANIFEST && m.why);
    return 0;
}
