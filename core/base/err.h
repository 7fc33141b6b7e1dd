/* SPDX-License-Identifier: Apache-2.0 */
/* Names, meanings and classes of errors: all of it is public, see rota.h and
 * ROTA_ERRORS in rota_port.h. */
#ifndef ROTA_BASE_ERR_H
#define ROTA_BASE_ERR_H

#include "rota.h"

#endif
