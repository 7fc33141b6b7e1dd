/* SPDX-License-Identifier: Apache-2.0 */
#include "support/fakeboot.h"

#include <stddef.h>

static void change(struct fakeboot *b)
{
    if (b->before)
        b->before(b->arg);
}

static int boot_state(void *ctx)
{
    const struct fakeboot *b = ctx;

    if (b->at_once && b->next != b->running)
        return ROTA_BOOT_TRIAL;
    return b->state;
}

static int boot_try_next(void *ctx)
{
    struct fakeboot *b = ctx;

    if (b->err)
        return b->err;
    if (boot_state(b) == ROTA_BOOT_TRIAL)
        return ROTA_ETRIAL;
    change(b);
    b->tries++;
    b->starts = 0;
    b->state = ROTA_BOOT_CONFIRMED;
    b->next = !b->running;
    return ROTA_OK;
}

static int boot_confirm(void *ctx)
{
    struct fakeboot *b = ctx;

    if (b->err)
        return b->err;
    if (b->state == ROTA_BOOT_CONFIRMED)
        return ROTA_OK;
    change(b);
    b->confirms++;
    b->state = ROTA_BOOT_CONFIRMED;
    return ROTA_OK;
}

struct rota_boot fakeboot_table(struct fakeboot *b)
{
    return (struct rota_boot){b, boot_state, boot_try_next, boot_confirm};
}

void fakeboot_restart(struct fakeboot *b)
{
    if (b->next != b->running) {
        b->running = b->next;
        b->state = ROTA_BOOT_TRIAL;
        b->starts = 1;
    } else if (b->state == ROTA_BOOT_TRIAL) {
        if (b->starts++ < (b->limit ? b->limit : 1))
            return;
        b->running = b->next = !b->running;
        b->state = ROTA_BOOT_ROLLED_BACK;
    }
}
