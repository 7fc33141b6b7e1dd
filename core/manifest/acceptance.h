/* SPDX-License-Identifier: Apache-2.0 */
/* What the device keeps of the manifests that it accepts. */
#ifndef ROTA_MANIFEST_ACCEPTANCE_H
#define ROTA_MANIFEST_ACCEPTANCE_H

#include "manifest/manifest.h"
#include "update/client.h"

/* The client begins: its time is not before what was signed. */
int rota_manifest_acceptance_open(struct rota_client *c) ROTA_CHECKED;

/* The best known time: the clock's, or else the later of the floor and the time
 * that the server takes for now. */
uint64_t rota_manifest_acceptance_best_time(const struct rota_client *c);

/* Accept m, which changes what was accepted; wanted: its images are about to be
 * installed. */
int rota_manifest_acceptance_accept(struct rota_client *c,
                                    const struct rota_manifest *m,
                                    struct rota_accepted *a,
                                    bool wanted) ROTA_CHECKED;

/* The trial of its images has ended: what waited for that holds from now on, or
 * never will. */
int rota_manifest_acceptance_settle(struct rota_client *c,
                                    bool confirmed) ROTA_CHECKED;

#endif
