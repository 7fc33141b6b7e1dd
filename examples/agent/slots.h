/* SPDX-License-Identifier: Apache-2.0 */
/* The two places that an image can be in, and what says which of them is
 * started next.
 */
#ifndef ROTA_SLOTS_H
#define ROTA_SLOTS_H

#include "boot_symlink.h"
#include "options.h"

#define ROTA_PATH_SIZE 4096

/* out becomes "dir/name". False: that does not fit. */
bool rota_path_join(char out[ROTA_PATH_SIZE], const char *dir,
                    const char *name);

struct rota_slots {
    char path[2][ROTA_PATH_SIZE];   /* a and b: folders, files or devices */
    char link_path[ROTA_PATH_SIZE]; /* "current" */
    struct rota_boot boot;

    struct rota_boot_symlink link;
};

struct rota_slots_view {
    int state;       /* enum rota_boot_state */
    int active;      /* what is started next: 0 = a, 1 = b */
    unsigned starts; /* of the image on trial, so far; of the one that was
                      * rolled back, in all */
    unsigned limit;  /* of starts, for this trial */
    bool used_up;    /* what was rolled back had its starts, and no confirm */
};

/* The slots as the options describe them, which are borrowed. NULL, or what is
 * wrong. */
const char *rota_slots_init(struct rota_slots *s, const struct rota_options *o);

int rota_slots_look(struct rota_slots *s,
                    struct rota_slots_view *v) ROTA_CHECKED;

/* The program is about to be started: a value of enum
 * rota_boot_symlink_start, or negative. */
int rota_slots_starting(struct rota_slots *s) ROTA_CHECKED;

/* Go back to the other image; ROTA_ENOTHING when it is not there any more. */
int rota_slots_rollback(struct rota_slots *s) ROTA_CHECKED;

/* The slot that is not active is about to be overwritten. ROTA_ETRIAL: it is
 * still needed. */
int rota_slots_forget_previous(struct rota_slots *s) ROTA_CHECKED;

/* More about err, which a function here or s->boot has just returned, or NULL.
 */
const char *rota_slots_why(const struct rota_slots *s, int err);

#endif
