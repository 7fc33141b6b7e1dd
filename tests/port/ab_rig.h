/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of the boot record share: short names for what it says, and the
 * begin and end of a test with a device of two slots. */
#ifndef AB_RIG_H
#define AB_RIG_H

#include "support/abdev.h"
#include "support/test.h"

enum { A = 0, B = 1, NONE = ROTA_ECORRUPT };
enum {
    CONFIRMED = ROTA_AB_CONFIRMED,
    TRIAL = ROTA_AB_TRIAL,
    BACK = ROTA_AB_ROLLED_BACK
};

/* A new device; in the end its flash must not have been misused. */
void ab_begin(struct abdev *d);
void ab_end(struct abdev *d);

static inline bool is(struct rota_ab_record r, int slot, int state, int starts)
{
    return r.slot == slot && r.state == state && r.starts == starts;
}

#endif
