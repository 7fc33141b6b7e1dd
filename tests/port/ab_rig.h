/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of the boot record share: one device with two slots, and short
 * names for what its record says. */
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

static struct abdev d;

static inline void begin(void)
{
    abdev_init(&d, 4, 0xff);
}

static inline void end(void)
{
    CHECK(d.record.broken == 0);
    abdev_free(&d);
}

static inline bool is(struct rota_ab_record r, int slot, int state, int starts)
{
    return r.slot == slot && r.state == state && r.starts == starts;
}

#endif
