/* SPDX-License-Identifier: Apache-2.0 */
/* What makes one thermostat another. The Makefile compiles each version with
 * definitions of its own. */
#ifndef VERSION_H
#define VERSION_H

#ifndef THERMOSTAT_VERSION
#define THERMOSTAT_VERSION "1.0.0"
#endif

/* 1 makes a release that crashes as soon as it is started. */
#ifndef THERMOSTAT_BUG
#define THERMOSTAT_BUG 0
#endif

#endif
