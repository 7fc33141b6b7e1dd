/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of the port to MCUboot share: two slots, the port's functions on
 * them, and what MCUboot would decide. */
#ifndef MCUBOOT_RIG_H
#define MCUBOOT_RIG_H

#include "port/fakemcuboot.h"
#include "support/test.h"

enum { SECTORS = 8, LEN = 5000 };

int mcuboot_state(struct mcu *m);
int mcuboot_try_next(struct mcu *m);
int mcuboot_confirm(struct mcu *m);
enum mcu_swap mcuboot_decision(struct mcu *m);

/* Run test, which uses m, on all alignments and both erased values. */
void mcuboot_on_each(struct mcu *m, enum rota_mcuboot_swap swap,
                     void (*test)(void));

#endif
