/* SPDX-License-Identifier: Apache-2.0 */
/* The values of accepted manifests that the device keeps, so that no older
 * manifest counts: struct rota_accepted in the store. */
#ifndef ROTA_MANIFEST_ACCEPTANCE_H
#define ROTA_MANIFEST_ACCEPTANCE_H

#include "manifest/manifest.h"
#include "update/client.h"

/* The client begins: take the latest accepted time of issue as the earliest
 * possible time. */
int rota_manifest_acceptance_open(struct rota_client *c) ROTA_CHECKED;

/* The best known Unix time: the clock's; or without a clock the later of the
 * earliest possible time and the date in the server's reply. */
uint64_t rota_manifest_acceptance_best_time(const struct rota_client *c);

/* Accept m, whose values go to a, and save them; wanted: the images of m are
 * installed next. */
int rota_manifest_acceptance_accept(struct rota_client *c,
                                    const struct rota_manifest *m,
                                    struct rota_accepted *a,
                                    bool wanted) ROTA_CHECKED;

/* The trial of the images has ended. If they were confirmed, the pending
 * security and revoked keys count from now on; else they are dropped. */
int rota_manifest_acceptance_settle(struct rota_client *c,
                                    bool confirmed) ROTA_CHECKED;

#endif
