/* SPDX-License-Identifier: Apache-2.0 */
/* Bring the assets of a release to what is planned, whatever is there.
 *
 * What is there already, by size and SHA-256, stays. What an upload that broke
 * has left is deleted and sent again. Something else of the same name is an
 * error, unless it may be replaced.
 */
#ifndef ROTA_UPLOAD_H
#define ROTA_UPLOAD_H

#include "transport/hub.h"
#include "plan/plan.h"

struct rota_upload {
    struct rota_api *api;
    const struct rota_hub_release *release;
    struct rota_hub_assets have; /* what was last seen there */
    bool replace;
    uint32_t timeout_s; /* of each; 0: by its size */
    FILE *terminal;     /* for a bar; NULL: none */
};

/* How an asset stands to what is planned. */
enum rota_upload_state {
    ROTA_UPLOAD_ABSENT,
    ROTA_UPLOAD_SAME,
    ROTA_UPLOAD_BROKEN, /* begun and never finished */
    ROTA_UPLOAD_OTHER
};

/* The assets that there are, to u->have. Each of these returns 0 or, having
 * said why, an exit code. */
int rota_upload_look(struct rota_upload *u);

/* How the asset stands, by what was last seen; downloads it when the server
 * does not tell its SHA-256. */
int rota_upload_judge(struct rota_upload *u, const struct rota_plan_file *f,
                      enum rota_upload_state *state);

/* See to it that the file is there. */
int rota_upload_settle(struct rota_upload *u, const struct rota_plan_file *f);

/* Look again: is all of the plan there? */
int rota_upload_verify(struct rota_upload *u, const struct rota_plan *p);

#endif
