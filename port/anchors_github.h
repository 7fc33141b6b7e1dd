/* SPDX-License-Identifier: Apache-2.0 */
/* The roots of GitHub and of the hosts that its assets come from, for a
 * program without a file system. "make anchors" takes them from this machine's
 * ca-certificates, by anchors_github.txt, to BUILD/anchors_github.c: compile
 * that one into the firmware. Nine to eleven roots are some 5 KiB of flash and
 * no RAM: they are bare, see "Roots for a microcontroller" in README.md.
 */
#ifndef ROTA_ANCHORS_GITHUB_H
#define ROTA_ANCHORS_GITHUB_H

#include "rota_port.h"

extern const struct rota_anchor rota_anchors_github[]; /* config.anchors */
extern const size_t rota_anchors_github_count;         /* .anchor_count */

#endif
