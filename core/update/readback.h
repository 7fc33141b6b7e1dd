/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the images of an update back from their slots, to see whether they are
 * there and right. */
#ifndef ROTA_UPDATE_READBACK_H
#define ROTA_UPDATE_READBACK_H

#include "update/client.h"

/* Without keys, the wanted image is the asset that was found, with the digest
 * that the server told, if it told one: set c->image and c->images. */
void rota_readback_one(struct rota_client *c);

/* The slot of the image that is being downloaded. */
const struct rota_flash *rota_readback_slot(const struct rota_client *c);

/* Is that image the last one of the update? */
bool rota_readback_at_last(const struct rota_client *c);

/* Begin to read back that image alone or, with all, every image. Overwrites
 * config.buffer and the scratch area. */
int rota_readback_read(struct rota_client *c, bool all) ROTA_CHECKED;

/* Go on. ROTA_EAGAIN: call again. ROTA_OK: the slots hold the wanted images.
 * ROTA_EDIGEST: they hold other bytes. Else errors of flash and hash.h. */
int rota_readback_step(struct rota_client *c, bool all) ROTA_CHECKED;

/* After ROTA_EDIGEST: is the wrong image the one that was downloaded last? */
bool rota_readback_at_is_wrong(const struct rota_client *c);

#endif
