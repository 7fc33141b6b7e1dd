/* SPDX-License-Identifier: Apache-2.0 */
/* The life of an update. */
#ifndef ROTA_UPDATE_UPDATE_H
#define ROTA_UPDATE_UPDATE_H

#include "update/state.h"
#include "update/client.h"

/* Read the manifest of the last answer, once more if it was read before. */
int rota_update_manifest(struct rota_client *c);

#endif
