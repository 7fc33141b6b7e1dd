/* SPDX-License-Identifier: Apache-2.0 */
/* A planned file as the body of an upload, read as it goes out.
 *
 * It is hashed on the way. When it is no longer what was planned, the last
 * piece is held back, so that the service never gets the whole of it.
 */
#ifndef PUB_PLAN_SOURCE_H
#define PUB_PLAN_SOURCE_H

#include "transport/exchange.h"
#include "plan/plan.h"
#include "progress.h"
#include "flash/hash.h"

struct pub_source {
    const struct pub_plan_file *file;
    struct pub_content content;
    struct rota_hash hash;
    bool hashing;
    int fd;         /* -1: in memory */
    uint64_t at;    /* where the hash is */
    FILE *terminal; /* for a bar; NULL: none */
    struct rota_progress progress;
};

/* 0 or, having said why, an exit code. To be ended by pub_source_close. */
int pub_source_open(const struct pub_say *s, struct pub_source *f,
                    const struct pub_plan_file *file, FILE *terminal);
void pub_source_close(struct pub_source *f);

#endif
