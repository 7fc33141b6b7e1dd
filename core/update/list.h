/* SPDX-License-Identifier: Apache-2.0 */
/* A list of releases for the application: rota_list of rota.h. */
#ifndef ROTA_UPDATE_LIST_H
#define ROTA_UPDATE_LIST_H

#include "rota.h"

#endif
