/* SPDX-License-Identifier: Apache-2.0 */
#include "port/mcuboot_rig.h"

int mcuboot_state(struct mcu *m)
{
    return m->boot.state(m->boot.ctx);
}

int mcuboot_try_next(struct mcu *m)
{
    return m->boot.try_next(m->boot.ctx);
}

int mcuboot_confirm(struct mcu *m)
{
    return m->boot.confirm(m->boot.ctx);
}

enum mcu_swap mcuboot_decision(struct mcu *m)
{
    return mcu_decide(mcu_get(m, &m->primary), mcu_get(m, &m->secondary));
}

void mcuboot_on_each(struct mcu *m, enum rota_mcuboot_swap swap,
                     void (*test)(void))
{
    for (uint32_t align = 8; align <= 32; align *= 2)
        for (int erased = 0; erased <= 0xff; erased += 0xff) {
            mcu_init(m, SECTORS, align, (uint8_t)erased, swap);
            test();
            CHECK(m->primary.broken == 0 && m->secondary.broken == 0);
            mcu_free(m);
        }
}
