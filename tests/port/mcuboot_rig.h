/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of the port to MCUboot share: two slots, the port's functions on
 * them, and what MCUboot would decide. */
#ifndef MCUBOOT_RIG_H
#define MCUBOOT_RIG_H

#include "port/fakemcuboot.h"
#include "support/test.h"

enum { SECTORS = 8, LEN = 5000 };

static struct mcu m;

static inline int state(void)
{
    return m.boot.state(m.boot.ctx);
}

static inline int try_next(void)
{
    return m.boot.try_next(m.boot.ctx);
}

static inline int confirm(void)
{
    return m.boot.confirm(m.boot.ctx);
}

static inline enum mcu_swap decision(void)
{
    return mcu_decide(mcu_get(&m, &m.primary), mcu_get(&m, &m.secondary));
}

/* Run test on all alignments and both erased values. */
static inline void on_each(enum rota_mcuboot_swap swap, void (*test)(void))
{
    for (uint32_t align = 8; align <= 32; align *= 2)
        for (int erased = 0; erased <= 0xff; erased += 0xff) {
            mcu_init(&m, SECTORS, align, (uint8_t)erased, swap);
            test();
            CHECK(m.primary.broken == 0 && m.secondary.broken == 0);
            mcu_free(&m);
        }
}

#endif
