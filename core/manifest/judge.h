/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of an opened manifest on this device. */
#ifndef ROTA_MANIFEST_JUDGE_H
#define ROTA_MANIFEST_JUDGE_H

#include "manifest/manifest.h"

/* May this device, which runs version running, use an opened manifest? now is
 * the best known time, 0 = none. ROTA_EFOREIGN: made for another project,
 * board or hardware, or its images are not one for each slot, since boot
 * switches all of them at once; ROTA_EROLLBACK: seq or security is below what
 * was accepted, or seq is more than 2^31 above it; ROTA_ESTALE: it has expired;
 * ROTA_ESTEP: running is below min_version; ROTA_ETOOBIG: an image is larger
 * than its slot. */
int rota_manifest_judge(struct rota_manifest *m, const struct rota_config *c,
                        const struct rota_accepted *past, const char *running,
                        uint64_t now) ROTA_CHECKED;

/* Is the device one of those that rollout.percent names? By a hash of salt and
 * config.device_id. A device without an id waits for 100. */
int rota_manifest_judge_elected(const struct rota_manifest *m,
                                const struct rota_config *c,
                                bool *elected) ROTA_CHECKED;

/* Take over into past what holds from the moment of acceptance: seq, issued. */
void rota_manifest_judge_accept(const struct rota_manifest *m,
                                struct rota_accepted *past);

/* Take over, to wait for it, what holds once its images are confirmed: security
 * and the keys that another key has revoked. See rota_accepted_commit. */
void rota_manifest_judge_await(const struct rota_manifest *m,
                               struct rota_accepted *past);

#endif
