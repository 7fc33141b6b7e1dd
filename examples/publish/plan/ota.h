/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests of a release that is being made: written, signed, and held against
 * the files that they name. */
#ifndef ROTA_OTA_H
#define ROTA_OTA_H

#include "signing/asdevice.h"
#include "signing/draft.h"
#include "transport/hub.h"
#include "plan/plan.h"
#include "words/when.h"

struct rota_ota {
    struct rota_draft draft;
    struct rota_list keys; /* files of private keys; none: no manifest */
    const char *passphrase_file;
    struct rota_when expires;
    struct rota_list images;      /* names of planned files, ID= in front */
    char name[ROTA_NAME_MAX + 1]; /* of the asset */
    char bytes[ROTA_ENVELOPE_MAX];
    size_t len;
};

/* Put signatures of all keys before text. Each of these returns 0 or, having
 * said why, an exit code. */
int rota_ota_sign(const struct rota_say *s, const struct rota_list *keys,
                  const char *passphrase_file, const char *text, size_t len,
                  char out[ROTA_ENVELOPE_MAX], size_t *out_len);

/* Write and sign the manifest for tag, to o->bytes. Its draft's project,
 * version and seq are filled in when they are not given: the number is one
 * more than the highest of the newest releases. When the release has the same
 * manifest already, with signatures of the same keys, it is that. */
int rota_ota_make(struct rota_ota *o, struct rota_api *a, const char *tag,
                  const struct rota_plan *p,
                  const struct rota_hub_assets *have);

/* Take apart what is in an asset. NULL, or what is wrong with it. */
const char *rota_ota_open(struct rota_envelope *e, struct rota_asdevice *d,
                          const char *buf, size_t len);

/* (ota_check.c) Does a manifest that is among the files name those that are
 * there, with their size and SHA-256? */
int rota_ota_check(const struct rota_say *s, const struct rota_plan *p,
                   const char *repo);

/* Is this the name of a manifest? */
bool rota_ota_is_name(const char *name);

#endif
