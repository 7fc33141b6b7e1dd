/* SPDX-License-Identifier: Apache-2.0 */
/* A manifest as a device sees it: by the core's own code. */
#ifndef PUB_SIGNING_ASDEVICE_H
#define PUB_SIGNING_ASDEVICE_H

#include "signing/keys.h"
#include "manifest/manifest.h"

struct pub_asdevice {
    struct rota_manifest m;
    int work[ROTA_MANIFEST_WORK / sizeof(int)];
};

/* Take the signed bytes apart, without looking at any signature. NULL, or
 * what a device would say. Do not move d afterwards. */
const char *pub_asdevice_parse(struct pub_asdevice *d, const char *text,
                               size_t len);

/* The configured keys of a device that trusts these. */
void pub_asdevice_keys(struct rota_key *out, const struct pub_keys_key *keys,
                       size_t count);

#endif
