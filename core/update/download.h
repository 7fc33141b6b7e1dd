/* SPDX-License-Identifier: Apache-2.0 */
/* An image on its way: from the first byte to the boot state. */
#ifndef ROTA_UPDATE_DOWNLOAD_H
#define ROTA_UPDATE_DOWNLOAD_H

#include "update/state.h"
#include "update/client.h"

/* What returns an int here goes on with the check, or ends it, and tells the
 * next state; or an error, at which rota_step ends the check. */

/* Begin to download found.release into its slot. */
int rota_download_begin(struct rota_client *c);

/* Look whether an earlier run has brought all of it. */
int rota_download_probe(struct rota_client *c);

int rota_download_step_probe(struct rota_client *c);
int rota_download_step_fetch(struct rota_client *c);
int rota_download_step_finish(struct rota_client *c);
int rota_download_step_verify(struct rota_client *c);
int rota_download_step_wait(struct rota_client *c);

/* Milliseconds until WAIT has something to do. */
uint32_t rota_download_wait_ms(const struct rota_client *c);

#endif
