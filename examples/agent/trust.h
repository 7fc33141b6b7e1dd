/* SPDX-License-Identifier: Apache-2.0 */
/* What "status" says of keys and of the manifests that were accepted. */
#ifndef ROTA_TRUST_H
#define ROTA_TRUST_H

#include "job.h"

/* For names of keys: 16 hexadecimal digits. */
#define ROTA_TRUST_ID 17
const char *rota_trust_id(char out[ROTA_TRUST_ID],
                          const uint8_t id[ROTA_KEY_ID_LEN]);

/* The different keys that must have signed: at least 1. */
unsigned rota_trust_needed(const struct rota_device *d);

/* Write what there is to say, as lines or as members of an object. */
void rota_trust_lines(FILE *f, const struct rota_job *j,
                      const struct rota_status *st);
void rota_trust_members(FILE *f, const struct rota_job *j,
                        const struct rota_status *st);

#endif
