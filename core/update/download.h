/* SPDX-License-Identifier: Apache-2.0 */
/* An image on its way, from the first byte to the boot state: the states FETCH
 * to ARM. See state.h for what these functions return. */
#ifndef ROTA_UPDATE_DOWNLOAD_H
#define ROTA_UPDATE_DOWNLOAD_H

#include "update/client.h"
#include "update/state.h"

/* To FETCH: download the image into its slot. url is that of its asset, "" = by
 * its id, and is borrowed until the image is there. */
int rota_download_begin(struct rota_client *c, const char *url);

/* To VERIFY: read back the image; when it is the last one, all of them. */
int rota_download_verify(struct rota_client *c);

int rota_download_step_fetch(struct rota_client *c);
int rota_download_step_finish(struct rota_client *c);
int rota_download_step_verify(struct rota_client *c);
int rota_download_step_wait(struct rota_client *c);
int rota_download_step_arm(struct rota_client *c);

/* Milliseconds until WAIT has something to do. */
uint32_t rota_download_wait_ms(const struct rota_client *c);

#endif
