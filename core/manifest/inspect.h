/* SPDX-License-Identifier: Apache-2.0 */
/* What a manifest would do, told and not done: rota_inspect in rota.h. */
#ifndef ROTA_MANIFEST_INSPECT_H
#define ROTA_MANIFEST_INSPECT_H

#include "rota.h"

#endif
