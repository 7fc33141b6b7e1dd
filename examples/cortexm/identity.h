/* SPDX-License-Identifier: Apache-2.0 */
/* What one image is and another is not. From the compiler's command line, see
 * firmware.mk. */
#ifndef IDENTITY_H
#define IDENTITY_H

#include <stdbool.h>

#include "rota_port.h"

extern const char identity_version[]; /* SemVer */
extern const char identity_asset[]; /* manifests of images for the other slot */
extern const uint32_t identity_other; /* where that slot begins */
extern const uint32_t identity_other_size;
extern const uint32_t identity_built; /* Unix time */
extern const bool identity_bug;       /* this version crashes, for the tests */

/* Whoever has the private half of it makes the releases. */
extern const uint8_t thermostat_key[91];

/* Roots of the servers: made by port/anchors.py, see firmware.mk. */
extern const struct rota_anchor thermostat_roots[];
extern const size_t thermostat_roots_count;

#endif
