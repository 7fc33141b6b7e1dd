/* SPDX-License-Identifier: Apache-2.0 */
/* What a manifest does to an update: from its asset to the asset of an image.
 */
#ifndef ROTA_MANIFEST_STEP_H
#define ROTA_MANIFEST_STEP_H

#include "update/client.h"
#include "update/trial.h"

/* Begin to fetch the manifest, which is the asset of the last answer. */
int rota_manifest_step_begin(struct rota_client *c) ROTA_CHECKED;

/* Go on: ROTA_EAGAIN; ROTA_OK: all of it has come and the connection is
 * closed; or an error that more attempts will not cure. */
int rota_manifest_step_step(struct rota_client *c) ROTA_CHECKED;

/* Open, judge and, unless it is to be held, accept the manifest that came:
 * ROTA_EAGAIN while its signatures are being checked; enum rota_decision, or
 * an error, with job.manifest.why to explain it. To
 * install: images tells which, and found.release is the image that is to be
 * downloaded, but its asset is not known. */
int rota_manifest_step_judge(struct rota_client *c) ROTA_CHECKED;

/* Give back the memory that a manifest on its way takes of mbedTLS. */
void rota_manifest_step_drop(struct rota_client *c);

/* What follows with keys from a decision about the release that was found. */
enum rota_decision rota_manifest_step_decide(const struct rota_client *c,
                                             enum rota_decision decision);

/* Begin to look for the asset of found.release by its name. */
void rota_manifest_step_find(struct rota_client *c);

/* Go on: ROTA_EAGAIN; ROTA_OK: found.release is complete; or an error. */
int rota_manifest_step_find_step(struct rota_client *c) ROTA_CHECKED;

#endif
