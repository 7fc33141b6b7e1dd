/* SPDX-License-Identifier: Apache-2.0 */
/* A bootloader with two slots in RAM. The struct is its flash: it survives
 * fakeboot_restart, and a cut by longjmp out of before. */
#ifndef FAKEBOOT_H
#define FAKEBOOT_H

#include <stdbool.h>

#include "rota_port.h"

struct fakeboot {
    /* For the test to set; zeros are slot 0, confirmed. */
    unsigned limit; /* starts that a trial may take; 0 = 1, as MCUboot has */
    bool at_once;   /* state says TRIAL from try_next on, as boot_symlink
                     * does, not from the restart on, as MCUboot does */
    int err;        /* what try_next and confirm say, having done nothing */
    void (*before)(void *arg); /* called before each change; may be NULL */
    void *arg;

    /* For the test to read. */
    int running;              /* slot whose image runs */
    int next;                 /* slot that the next start runs */
    int state;                /* enum rota_boot_state, of the image that runs */
    unsigned starts;          /* of the image on trial */
    unsigned tries, confirms; /* calls that changed something */
};

struct rota_boot fakeboot_table(struct fakeboot *b);

/* Power comes back: start the next image, or the old one when the starts of
 * the image on trial are used up. */
void fakeboot_restart(struct fakeboot *b);

#endif
