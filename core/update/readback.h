/* SPDX-License-Identifier: Apache-2.0 */
/* The images of an update: where they go, and whether they are there. */
#ifndef ROTA_UPDATE_READBACK_H
#define ROTA_UPDATE_READBACK_H

#include "update/client.h"

/* The image that is wanted is the asset that was found, and its digest is what
 * the server said, if it did. */
void rota_readback_one(struct rota_client *c);

/* Where the image that is being downloaded goes. */
const struct rota_flash *rota_readback_slot(const struct rota_client *c);

/* Is that the last one? */
bool rota_readback_at_last(const struct rota_client *c);

/* Begin to read back that image alone or, when it is the last one, all. What
 * config.buffer and scratch had is lost. */
int rota_readback_read(struct rota_client *c, bool all) ROTA_CHECKED;

/* Go on: ROTA_EAGAIN; ROTA_OK: the slots hold what they should; ROTA_EDIGEST
 * when not. */
int rota_readback_step(struct rota_client *c, bool all) ROTA_CHECKED;

/* After ROTA_EDIGEST: is it the image at that was wrong? */
bool rota_readback_at_is_wrong(const struct rota_client *c);

#endif
