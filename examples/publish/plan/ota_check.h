/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests that were made elsewhere, held against the files they name. */
#ifndef PUB_PLAN_OTA_CHECK_H
#define PUB_PLAN_OTA_CHECK_H

#include "plan/plan.h"

/* Does a manifest that is among the files name those that are there, with
 * their size and SHA-256? 0 or, having said why not, an exit code. */
int pub_ota_check(const struct pub_say *s, const struct pub_plan *p,
                  const char *repo);

#endif
