/* SPDX-License-Identifier: Apache-2.0 */
/* rota_boot by the environment of U-Boot, on Linux.
 *
 * U-Boot counts the starts of an image on trial and goes back to the other
 * slot by itself, so that it need not even be a system that starts. What it
 * goes by is one of two vocabularies:
 *
 *     Mender's                               RAUC's
 *     mender_boot_part=2  slot to start      BOOT_ORDER=A B  first one left
 *     upgrade_available=1 while on trial     BOOT_A_LEFT=3   starts left, hex
 *     bootcount=0         starts so far      BOOT_B_LEFT=3
 *     bootlimit=3         starts allowed
 *
 * With Mender's, U-Boot is built with CONFIG_BOOTCOUNT_ENV, and altbootcmd
 * starts the other slot; it may save that, with upgrade_available=0, or not.
 * With RAUC's, the script counts BOOT_x_LEFT down and saves it before each
 * start, and goes by BOOT_ORDER past a slot that has none left.
 *
 * rota adds three variables of its own:
 *
 *     rota_slot    slot that try_next last chose
 *     rota_trial   on, kept (confirmed, and the image before is still there),
 *                  failed, or undone (by hand, before its first start)
 *     rota_limit   RAUC's: BOOT_x_LEFT of both slots at its beginning, hex
 *
 * and each step is one write of the environment, which is atomic. The state:
 *
 *     U-Boot starts   on trial   rota_trial   state
 *     rota_slot       yes        any          TRIAL
 *     rota_slot       no         any          CONFIRMED
 *     the other       any        undone       UNDONE
 *     the other       any        any other    ROLLED_BACK
 *
 * Without rota_slot it is TRIAL or CONFIRMED. U-Boot starts the other slot
 * also when rota_slot is still the first but has used up its starts; the first
 * to ask for the state then writes down that it failed.
 *
 * RAUC's script counts the starts of a confirmed image as well. Call confirm
 * at each start that works: while CONFIRMED, it restores BOOT_x_LEFT. Once
 * confirmed or rolled back, a slot stands alone in BOOT_ORDER, so that U-Boot
 * never goes on to one that the next image is being written to.
 */
#ifndef ROTA_BOOT_UBOOT_H
#define ROTA_BOOT_UBOOT_H

#include "uboot_file.h"

struct rota_boot_uboot {
    /* For the application to set; borrowed, strings included. */

    struct rota_uboot_file file; /* where the environment is */

    /* What the two slots are called: values of slot_var ("2", "3"), or the
     * names in BOOT_ORDER ("A", "B"). Up to 15 characters, no spaces. */
    const char *slot[2];

    /* Mender's vocabulary: the variable that names the slot to start, such as
     * "mender_boot_part". NULL is RAUC's. */
    const char *slot_var;

    /* Set together with slot_var, whose values are decimal numbers then, to the
     * same number in hexadecimal, such as "mender_boot_part_hex". NULL: no such
     * variable. */
    const char *slot_hex_var;

    /* Starts that a trial may take, up to 9: U-Boots differ in how they read
     * a hexadecimal digit. Default: bootlimit, if it is above 0; else 3. */
    unsigned limit;

    /* The slot that the running system was started from, as in slot[], when
     * the kernel's command line tells it. Default NULL: the environment alone
     * says, which is enough as long as only U-Boot and this port change it. */
    const char *running;
};

/* The table for b, which it borrows. Touches no file. Not for two threads at
 * once; several processes may use one environment, fw_setenv too. When a
 * function fails, b->file.why says more.
 *
 * A trial begins with the restart: until then state is TRIAL too, but confirm
 * is ROTA_ENOTHING, since another image runs than the one to confirm. */
struct rota_boot rota_boot_uboot_init(struct rota_boot_uboot *b);

/* What the environment says. */
struct rota_boot_uboot_view {
    int state;       /* enum rota_boot_state */
    int active;      /* slot that U-Boot starts: 0 or 1; the other one is free
                      * for the next image unless state is TRIAL */
    unsigned starts; /* of the image on trial, so far */
    unsigned limit;  /* of starts, for this trial */
    bool previous;   /* rota_boot_uboot_rollback has an image to go to */
};
int rota_boot_uboot_look(struct rota_boot_uboot *b,
                         struct rota_boot_uboot_view *v) ROTA_CHECKED;

/* From the next restart on the other image: from a trial, or from a confirmed
 * image while the one before it is still there, else ROTA_ENOTHING.
 * ROLLED_BACK follows, or UNDONE if the image on trial was never started. */
int rota_boot_uboot_rollback(struct rota_boot_uboot *b) ROTA_CHECKED;

/* The inactive slot is about to be overwritten: there is no way back to it
 * from now on, for U-Boot neither. ROTA_ETRIAL: it is still needed. */
int rota_boot_uboot_forget_previous(struct rota_boot_uboot *b) ROTA_CHECKED;

#endif
