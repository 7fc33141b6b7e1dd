/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a manifest, from the server to the client's scratch. */
#ifndef ROTA_MANIFEST_RECEIVE_H
#define ROTA_MANIFEST_RECEIVE_H

#include "update/client.h"

/* Zero: no request has been sent. The manifest is fetched like an image, to a
 * slot in RAM. */
struct rota_manifest_receive {
    struct rota_fetch fetch;
    struct rota_flash flash; /* scratch.manifest */
};

/* Go on. ROTA_EAGAIN: call again. ROTA_OK: all bytes are in scratch.manifest,
 * as many as the answer's asset has. Else an error that more attempts will not
 * cure: ROTA_EMANIFEST when there are more than ROTA_MANIFEST_MAX bytes. */
int rota_manifest_receive(struct rota_client *c,
                          struct rota_manifest_receive *s) ROTA_CHECKED;

#endif
