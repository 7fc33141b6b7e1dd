/* SPDX-License-Identifier: Apache-2.0 */
/* Roots that can be replaced without new firmware: a bundle of certificates
 * in a data slot, used where it lies. The bytes are in core/SPEC.md, "Bundle
 * of roots"; port/anchors.py --bundle writes them.
 *
 *     static struct rota_anchor roots[24];
 *     int n = rota_anchors_bundle((const void *)DATA_SLOT, DATA_SLOT_SIZE,
 *                                 roots, 24);
 *     config.anchors = n > 0 ? roots : rota_anchors_github;
 *     config.anchor_count = n > 0 ? (size_t)n : rota_anchors_github_count;
 *
 * A bundle is trusted because the manifest that it was installed by is signed:
 * its CRC finds what is torn or has rotted, not what was forged.
 */
#ifndef ROTA_ANCHORS_BUNDLE_H
#define ROTA_ANCHORS_BUNDLE_H

#include "rota_port.h"

/* Have out point at the certificates of the bundle at p, of which size bytes
 * can be read; what lies behind the bundle does not matter. Nothing is copied:
 * out is good as long as p is. How many there are, at least 1; 0: no bundle,
 * such as erased flash; ROTA_ECORRUPT: one that is cut short, torn or damaged;
 * ROTA_ENOSPC: it has more than max. Unless there are some, out means
 * nothing. */
int rota_anchors_bundle(const void *p, size_t size, struct rota_anchor *out,
                        size_t max) ROTA_CHECKED;

#endif
