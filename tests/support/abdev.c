/* SPDX-License-Identifier: Apache-2.0 */
#include "support/abdev.h"

#include <stdlib.h>

static void take_over(struct abdev *d, int slot)
{
    d->running = slot;
    if (slot >= 0)
        d->boot = rota_boot_ab_init(&d->port, &d->record.flash, (uint8_t)slot);
}

void abdev_init(struct abdev *d, uint32_t prog_size, uint8_t erased)
{
    *d = (struct abdev){.valid = {true, true}};
    cutflash_init(&d->record, 2, ABDEV_BLOCK, prog_size, erased);
    take_over(d, 0);
}

void abdev_free(struct abdev *d)
{
    cutflash_free(&d->record);
}

static bool valid(void *ctx, int slot)
{
    struct abdev *d = ctx;

    d->asked[slot]++;
    return d->valid[slot];
}

void abdev_restart(struct abdev *d)
{
    const struct rota_ab_start s = {&d->record.flash, ABDEV_LIMIT, valid, d};

    d->asked[0] = d->asked[1] = 0;
    take_over(d, rota_ab_start(&s, &d->r));
}

void abdev_set(struct abdev *d, struct rota_ab_record r)
{
    if (rota_ab_write(&d->record.flash, &r))
        abort();
}

int abdev_state(struct abdev *d)
{
    return d->boot.state(d->boot.ctx);
}

int abdev_try_next(struct abdev *d)
{
    return d->boot.try_next(d->boot.ctx);
}

int abdev_confirm(struct abdev *d)
{
    return d->boot.confirm(d->boot.ctx);
}
