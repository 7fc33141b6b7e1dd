/* SPDX-License-Identifier: Apache-2.0 */
/* What a device remembers of its updates: rota_store_ops of rota.h, made of
 * records in config.store. */
#ifndef ROTA_UPDATE_HISTORY_H
#define ROTA_UPDATE_HISTORY_H

#include "update/store.h"

#endif
