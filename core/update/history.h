/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps what a device must remember of its updates, as records in config.store
 * (SPEC.md, "Records" and "States"): rota_store_ops of rota.h. */
#ifndef ROTA_UPDATE_HISTORY_H
#define ROTA_UPDATE_HISTORY_H

#include "update/store.h"

#endif
