/* SPDX-License-Identifier: Apache-2.0 */
/* The two places that an image can be in, and what says which of them is
 * started next.
 */
#ifndef ROTA_SLOTS_H
#define ROTA_SLOTS_H

#include "boot_symlink.h"
#include "boot_uboot.h"
#include "fwenv.h"
#include "options.h"
#include "values.h"

#define ROTA_PATH_SIZE 4096

/* out becomes "dir/name". False: that does not fit. */
bool rota_path_join(char out[ROTA_PATH_SIZE], const char *dir,
                    const char *name);

struct rota_slots {
    char path[2][ROTA_PATH_SIZE];   /* a and b: folders, files or devices */
    char link_path[ROTA_PATH_SIZE]; /* "current" */
    struct rota_boot boot;

    /* One of the two. */
    bool by_uboot;
    struct rota_boot_symlink link;
    struct rota_boot_uboot uboot;

    struct rota_fwenv env; /* of U-Boot */
    char name[2][ROTA_PAIR_SIZE];
    uint8_t env_bytes[ROTA_FWENV_MAX];
    char why[160];
};

/* What ended a trial of which nothing is left. */
enum rota_slots_end {
    ROTA_END_BY_HAND,
    ROTA_END_USED_UP, /* it had its starts, and no confirm */
    ROTA_END_UNKNOWN  /* one of these: U-Boot does not tell */
};

struct rota_slots_view {
    int state;       /* enum rota_boot_state */
    int active;      /* what is started next: 0 = a, 1 = b */
    unsigned starts; /* of the image on trial, so far; of the one that was
                      * rolled back, in all */
    unsigned limit;  /* of starts, for this trial */
    enum rota_slots_end end; /* when it was rolled back */
};

/* The slots as the options describe them, which are borrowed. NULL, or what is
 * wrong. */
const char *rota_slots_init(struct rota_slots *s, const struct rota_options *o);

int rota_slots_look(struct rota_slots *s,
                    struct rota_slots_view *v) ROTA_CHECKED;

/* The program is about to be started: a value of enum
 * rota_boot_symlink_start, or negative. U-Boot has counted that already. */
int rota_slots_starting(struct rota_slots *s) ROTA_CHECKED;

/* The confirmed program works this time, too: RAUC's script counts all its
 * starts. */
int rota_slots_still_good(struct rota_slots *s) ROTA_CHECKED;

/* Go back to the other image; ROTA_ENOTHING when it is not there any more. */
int rota_slots_rollback(struct rota_slots *s) ROTA_CHECKED;

/* The slot that is not active is about to be overwritten. ROTA_ETRIAL: it is
 * still needed. */
int rota_slots_forget_previous(struct rota_slots *s) ROTA_CHECKED;

/* More about err, which a function here or s->boot has just returned, or NULL.
 */
const char *rota_slots_why(struct rota_slots *s, int err);

#endif
