/* SPDX-License-Identifier: Apache-2.0 */
/* What the phase in the store and the boot state mean together: SPEC.md,
 * "States". */
#ifndef ROTA_UPDATE_VERDICT_H
#define ROTA_UPDATE_VERDICT_H

#include "flash/record.h"

enum rota_verdict {
    ROTA_VERDICT_NOTHING,    /* nothing is going on */
    ROTA_VERDICT_REDO,       /* power failed before the boot state changed:
                              * the slot must be verified again */
    ROTA_VERDICT_TRIAL,      /* the image is on trial */
    ROTA_VERDICT_CONFIRMED,  /* somebody else has confirmed the image */
    ROTA_VERDICT_QUARANTINE, /* the image failed its trial */
    ROTA_VERDICT_UNDONE      /* an operator took the switch back before any
                              * start */
};

/* boot is an enum rota_boot_state. Other values of phase or boot mean
 * NOTHING. */
enum rota_verdict rota_verdict(int phase, int boot);

#endif
