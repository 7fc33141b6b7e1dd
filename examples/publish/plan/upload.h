/* SPDX-License-Identifier: Apache-2.0 */
/* Bring the assets of a release to what is planned, whatever is there.
 *
 * What is there already, by size and SHA-256, stays. What an upload that broke
 * has left is deleted and sent again. Something else of the same name is an
 * error, unless it may be replaced.
 */
#ifndef PUB_PLAN_UPLOAD_H
#define PUB_PLAN_UPLOAD_H

#include "transport/hub.h"
#include "plan/plan.h"

struct pub_upload {
    struct pub_api *api;
    const struct pub_hub_release *release;
    struct pub_hub_assets have; /* what was last seen there */
    bool replace;
    uint32_t timeout_s; /* of each; 0: by its size */
    FILE *terminal;     /* for a bar; NULL: none */
};

/* How an asset stands to what is planned. */
enum pub_upload_state {
    PUB_UPLOAD_ABSENT,
    PUB_UPLOAD_SAME,
    PUB_UPLOAD_BROKEN, /* begun and never finished */
    PUB_UPLOAD_OTHER
};

/* The assets that there are, to u->have. Each of these returns 0 or, having
 * said why, an exit code. */
int pub_upload_look(struct pub_upload *u);

/* How the asset stands, by what was last seen; downloads it when the server
 * does not tell its SHA-256. */
int pub_upload_judge(struct pub_upload *u, const struct pub_plan_file *f,
                     enum pub_upload_state *state);

/* See to it that the file is there. */
int pub_upload_settle(struct pub_upload *u, const struct pub_plan_file *f);

/* Look again: is all of the plan there? */
int pub_upload_verify(struct pub_upload *u, const struct pub_plan *p);

#endif
