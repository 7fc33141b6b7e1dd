/* SPDX-License-Identifier: Apache-2.0 */
/* Can a client work with a configuration? rota_config_check of rota.h. */
#ifndef ROTA_UPDATE_CONFIG_CHECK_H
#define ROTA_UPDATE_CONFIG_CHECK_H

#include "rota.h"

#endif
