/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a manifest, from the server to the client's scratch. */
#ifndef ROTA_MANIFEST_RECEIVE_H
#define ROTA_MANIFEST_RECEIVE_H

#include "update/client.h"

/* Zero: nothing has been asked for. */
struct rota_manifest_receive {
    uint32_t got; /* bytes that have come */
    uint32_t wait_ms;
    uint8_t state;
    uint8_t attempts;
};

/* Go on: ROTA_EAGAIN; ROTA_OK: all bytes are in scratch.manifest, as many as
 * the answer's asset has, and the connection is closed; or an error that more
 * attempts will not cure. */
int rota_manifest_receive(struct rota_client *c,
                          struct rota_manifest_receive *s) ROTA_CHECKED;

#endif
