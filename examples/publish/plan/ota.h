/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests of a release that is being made: written, signed, and held against
 * the files that they name. */
#ifndef PUB_PLAN_OTA_H
#define PUB_PLAN_OTA_H

#include "signing/asdevice.h"
#include "signing/draft.h"
#include "transport/hub.h"
#include "plan/plan.h"
#include "words/when.h"

struct pub_ota {
    struct pub_draft draft;
    struct pub_list keys; /* files of private keys; none: no manifest */
    const char *passphrase_file;
    struct pub_when expires;
    struct pub_list images;       /* names of planned files, ID= in front */
    char name[ROTA_NAME_MAX + 1]; /* of the asset */
    char bytes[PUB_ENVELOPE_MAX];
    size_t len;
};

/* Put signatures of all keys before text. Each of these returns 0 or, having
 * said why, an exit code. */
int pub_ota_sign(const struct pub_say *s, const struct pub_list *keys,
                 const char *passphrase_file, const char *text, size_t len,
                 char out[PUB_ENVELOPE_MAX], size_t *out_len);

/* Write and sign the manifest for tag, to o->bytes. Its draft's project,
 * version and seq are filled in when they are not given: the number is one
 * more than the highest of the newest releases. When the release has the same
 * manifest already, with signatures of the same keys, it is that. */
int pub_ota_make(struct pub_ota *o, struct pub_api *a, const char *tag,
                 const struct pub_plan *p, const struct pub_hub_assets *have);

/* Take apart what is in an asset. NULL, or what is wrong with it. */
const char *pub_ota_open(struct pub_envelope *e, struct pub_asdevice *d,
                         const char *buf, size_t len);

#endif
