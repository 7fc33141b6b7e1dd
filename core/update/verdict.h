/* SPDX-License-Identifier: Apache-2.0 */
/* What the journal and the boot state, seen together, mean. */
#ifndef ROTA_UPDATE_VERDICT_H
#define ROTA_UPDATE_VERDICT_H

#include "flash/record.h"

enum rota_verdict {
    ROTA_VERDICT_NOTHING,    /* nothing is going on */
    ROTA_VERDICT_REDO,       /* cut before the boot state changed: the slot
                              * has to be looked at again */
    ROTA_VERDICT_TRIAL,      /* the image is on trial */
    ROTA_VERDICT_CONFIRMED,  /* the image was confirmed by somebody else */
    ROTA_VERDICT_QUARANTINE, /* the image failed its trial */
    ROTA_VERDICT_UNDONE      /* the switch was taken back before any start */
};

/* boot: enum rota_boot_state. Any other values mean NOTHING. */
enum rota_verdict rota_verdict(int phase, int boot);

#endif
