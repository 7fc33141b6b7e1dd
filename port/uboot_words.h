/* SPDX-License-Identifier: Apache-2.0 */
/* The two vocabularies of boot_uboot, each as four functions. */
#ifndef ROTA_UBOOT_WORDS_H
#define ROTA_UBOOT_WORDS_H

#include "boot_uboot.h"

#define ROTA_UBOOT_LIMIT 3

/* What U-Boot was told and has counted. */
struct rota_uboot_said {
    int first;       /* slot that it starts unless its starts are used up */
    bool trial;      /* the starts of that slot are limited */
    unsigned starts; /* of it, so far */
    unsigned limit;
    bool passed; /* they are used up, and U-Boot went on to the other slot */
};

/* All go by the environment in memory. ROTA_EBOOT: a variable that is needed
 * makes no sense; f->why tells which. */
struct rota_uboot_words {
    int (*look)(struct rota_boot_uboot *b, const struct rota_uboot_env *e,
                struct rota_uboot_said *s);
    /* Start slot from now on, on trial. */
    int (*arm)(struct rota_boot_uboot *b, struct rota_uboot_env *e, int slot);
    /* Start slot, and no other, from now on. */
    int (*keep)(struct rota_boot_uboot *b, struct rota_uboot_env *e, int slot);
    /* Give a slot that is not on trial all its starts again. */
    int (*refresh)(struct rota_boot_uboot *b, struct rota_uboot_env *e,
                   int slot);
};

extern const struct rota_uboot_words rota_uboot_mender, rota_uboot_rauc;

/* Is this the value of rota_trial? */
bool rota_uboot_trial_is(const struct rota_uboot_env *e, const char *word);

#endif
