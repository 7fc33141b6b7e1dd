/* SPDX-License-Identifier: Apache-2.0 */
/* rota_boot by an atomically renamed symbolic link and a small record.
 *
 * The link names the image to start: one of two folders, files or devices,
 * called a and b here. Whatever starts the program asks
 * rota_boot_symlink_starting first, outside the image, so that an image that
 * cannot even start is rolled back after some starts without rota_confirm.
 *
 * The link alone decides what is started. The record, STATE/boot, tells what
 * was last made the next image, how often it was started and whether it was
 * confirmed; link and record together give the state:
 *
 *     link        starts   confirmed   undone   state
 *     candidate   any      no          any      TRIAL
 *     candidate   any      yes         any      CONFIRMED
 *     other       above 0  no          any      ROLLED_BACK
 *     other       any      yes         any      ROLLED_BACK, by the operator
 *     other       0        no          yes      UNDONE, by the operator
 *     other       0        no          no       CONFIRMED: never tried
 *
 * A change commits in one place, so that a power loss leaves the state before
 * it or after it: a new candidate is recorded first and means nothing until
 * the link leads to it, and so is undone until the link leads away; else
 * rolling back changes the link alone. A missing record, or one that makes no
 * sense, is no candidate.
 *
 * Several processes may use the same link and record: a lock keeps them apart.
 */
#ifndef ROTA_BOOT_SYMLINK_H
#define ROTA_BOOT_SYMLINK_H

#include <stdbool.h>

#include "rota_port.h"

struct rota_boot_symlink {
    const char *link;      /* path of the link */
    const char *target[2]; /* what it is made to say for a and b: absolute,
                            * or relative to the folder that it is in */
    const char *state_dir; /* folder of record and lock; must be there */
    unsigned limit;        /* starts that a trial may take */

    /* The application may set these two after rota_boot_symlink_init. */

    /* The targets are folders, and this is the name of the image in them:
     * try_next gives the downloaded file, rota_boot_symlink_part, mode 0755
     * and this name. Default NULL: the targets are the images themselves. */
    const char *install_as;

    /* While there is no link, a is what is started. Default false: no link
     * is ROTA_EBOOT. */
    bool link_optional;

    /* What the last function that failed, or found a record that makes no
     * sense, met with; NULL = nothing. And errno, or 0. */
    const char *why;
    int sys_err;
};

/* The table for a fresh b, which it borrows, as b borrows the strings. limit
 * 0 is the default, 3. Touches no file. */
struct rota_boot rota_boot_symlink_init(struct rota_boot_symlink *b,
                                        const char *link, const char *target_a,
                                        const char *target_b,
                                        const char *state_dir, unsigned limit);

/* What the link and the record say. */
struct rota_boot_symlink_view {
    int state;       /* enum rota_boot_state */
    int active;      /* what is started: 0 = a, 1 = b; the other one is free
                      * for the next image unless state is TRIAL */
    unsigned starts; /* of the image on trial, counted so far; of the one
                      * that was rolled back, in all */
    unsigned limit;  /* of starts, for this trial */
    bool confirmed;  /* the image that was rolled back had been confirmed */
    bool previous;   /* rota_boot_symlink_rollback has an image to go to */
};
int rota_boot_symlink_look(struct rota_boot_symlink *b,
                           struct rota_boot_symlink_view *v) ROTA_CHECKED;

/* The program is about to be started: count it if the image is on trial.
 * Returns what came of it, or negative; afterwards the link names the image to
 * start, also after an error. The count is on disk when this returns. */
enum rota_boot_symlink_start {
    ROTA_START_NORMAL, /* no trial */
    ROTA_START_TRIAL,  /* one more start of the image on trial */
    ROTA_START_UNDONE  /* its starts were used up: the old image is back */
};
int rota_boot_symlink_starting(struct rota_boot_symlink *b) ROTA_CHECKED;

/* Go back to the other image: from a trial, or from a confirmed image while
 * the one before it is still there, else ROTA_ENOTHING. ROLLED_BACK follows,
 * or UNDONE if the image on trial was never started: it has not failed. */
int rota_boot_symlink_rollback(struct rota_boot_symlink *b) ROTA_CHECKED;

/* The inactive target is about to be overwritten: there is no way back to it
 * from now on. ROTA_ETRIAL: it is still needed. ROTA_EBOOT, here and from the
 * next: by a link, both targets are one. */
int rota_boot_symlink_forget_previous(struct rota_boot_symlink *b) ROTA_CHECKED;

/* Path of the file to download to, in the inactive folder, which is made if
 * it is missing. With install_as only. */
int rota_boot_symlink_part(struct rota_boot_symlink *b, char *path,
                           size_t size) ROTA_CHECKED;

#endif
