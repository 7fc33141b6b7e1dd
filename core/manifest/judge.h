/* SPDX-License-Identifier: Apache-2.0 */
/* May this device use an opened manifest? */
#ifndef ROTA_MANIFEST_JUDGE_H
#define ROTA_MANIFEST_JUDGE_H

#include "manifest/manifest.h"

/* May this device, which runs version running, use an opened manifest? now is
 * the best known Unix time, 0 = none. m->why has the reason of an error.
 * ROTA_EFOREIGN: made for another project, board or hardware, or its images are
 * not one for each slot, since boot switches all of them at once;
 * ROTA_EROLLBACK: seq or security is below what was accepted, or seq is more
 * than 2^31 above it; ROTA_ESTALE: it has expired; ROTA_ESTEP: running is below
 * min_version; ROTA_ETOOBIG: an image is larger than its slot. */
int rota_manifest_judge(struct rota_manifest *m, const struct rota_config *c,
                        const struct rota_accepted *past, const char *running,
                        uint64_t now) ROTA_CHECKED;

/* Is the device among the rollout.percent that may have it? A hash of salt and
 * config.device_id tells. A device without an id waits for 100. ROTA_OK, with
 * the answer in *elected; or an error of hash.h. */
int rota_manifest_judge_elected(const struct rota_manifest *m,
                                const struct rota_config *c,
                                bool *elected) ROTA_CHECKED;

/* Copy to past the values of m that count from its acceptance on: seq and
 * issued. */
void rota_manifest_judge_accept(const struct rota_manifest *m,
                                struct rota_accepted *past);

/* Copy to past, as pending, the values of m that count once its images are
 * confirmed: security and the revoked keys (rota_accepted_commit). A key that
 * alone has signed m does not revoke itself. */
void rota_manifest_judge_await(const struct rota_manifest *m,
                               struct rota_accepted *past);

#endif
