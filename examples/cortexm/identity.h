/* SPDX-License-Identifier: Apache-2.0 */
/* What one image is and another is not. From the compiler's command line, see
 * firmware.mk. */
#ifndef IDENTITY_H
#define IDENTITY_H

#include "rota_port.h"

extern const char identity_version[]; /* SemVer */
extern const char identity_asset[]; /* manifests of images for the other slot */
extern const uint32_t identity_other; /* where that slot begins */
extern const uint32_t identity_built; /* Unix time */

/* What is wrong with this version, for the tests. */
enum identity_bug { IDENTITY_GOOD, IDENTITY_CRASHES, IDENTITY_HANGS };
extern const enum identity_bug identity_bug;

/* Whoever has the private half of it makes the releases. */
extern const uint8_t thermostat_key[91];

/* Roots of the servers: made by port/anchors.py, see firmware.mk. */
extern const struct rota_anchor thermostat_roots[];
extern const size_t thermostat_roots_count;

#endif
