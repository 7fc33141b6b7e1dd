/* SPDX-License-Identifier: Apache-2.0 */
/* The states that a manifest adds to an update, MANIFEST, PROBE and FIND: from
 * the asset of the manifest to the asset of an image. rota_manifest_ops of
 * rota.h. */
#ifndef ROTA_MANIFEST_STEP_H
#define ROTA_MANIFEST_STEP_H

#include "manifest/envelope.h"
#include "manifest/receive.h"

/* The work of the state MANIFEST; lies in the client's job. */
union rota_manifest_step {
    struct rota_manifest_receive receive; /* until client.received */
    struct rota_signatures signatures;    /* from then on */
};

#endif
