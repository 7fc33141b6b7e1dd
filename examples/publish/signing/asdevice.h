/* SPDX-License-Identifier: Apache-2.0 */
/* A manifest as a device sees it: by the core's own code. */
#ifndef ROTA_ASDEVICE_H
#define ROTA_ASDEVICE_H

#include "signing/keys.h"
#include "manifest/manifest.h"

struct rota_asdevice {
    struct rota_manifest m;
    int work[ROTA_MANIFEST_WORK / sizeof(int)];
};

/* Take the signed bytes apart, without looking at any signature. NULL, or
 * what a device would say. Do not move d afterwards. */
const char *rota_asdevice_parse(struct rota_asdevice *d, const char *text,
                                size_t len);

/* The configured keys of a device that trusts these. */
void rota_asdevice_keys(struct rota_key *out, const struct rota_keys_key *keys,
                        size_t count);

#endif
