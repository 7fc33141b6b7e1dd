/* SPDX-License-Identifier: Apache-2.0 */
/* What a manifest does to an update, from its own asset to the asset of an
 * image: rota_manifest_ops of rota.h, the states MANIFEST, PROBE and FIND. */
#ifndef ROTA_MANIFEST_STEP_H
#define ROTA_MANIFEST_STEP_H

#include "manifest/envelope.h"
#include "manifest/receive.h"

/* A manifest on its way; lies in the client's job. */
struct rota_manifest_step {
    bool received;
    union {
        struct rota_manifest_receive receive; /* until then, */
        struct rota_signatures signatures;    /* and from then on */
    };
};

#endif
