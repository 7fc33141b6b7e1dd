/* SPDX-License-Identifier: Apache-2.0 */
/* The status of a client: rota_get_status of rota.h. */
#ifndef ROTA_UPDATE_STATUS_H
#define ROTA_UPDATE_STATUS_H

#include "rota.h"

#endif
