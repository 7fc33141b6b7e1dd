/* SPDX-License-Identifier: Apache-2.0 */
#include "boot_ab.h"

#include "ab_image.h"
#include "ab_record.h"

static int refuse(struct rota_boot_ab *b, int err, const char *why)
{
    b->why = why;
    return err;
}

static int read_record(struct rota_boot_ab *b, struct rota_ab_record *r,
                       bool *settled)
{
    b->why = NULL;
    int found = rota_ab_read(b->record, r, settled);
    return found < 0 ? found : ROTA_OK;
}

static bool mine(const struct rota_boot_ab *b, const struct rota_ab_record *r,
                 enum rota_ab_state state)
{
    return r->slot == b->running && r->state == state;
}

/* The other image is the next to start. */
static bool waits(const struct rota_boot_ab *b, const struct rota_ab_record *r)
{
    return r->slot != b->running && r->state == ROTA_AB_TRIAL;
}

static int check_image(struct rota_boot_ab *b)
{
    struct rota_ab_image image;

    if (!b->slot)
        return ROTA_OK;
    int err = rota_ab_image_read(b->slot, &image);
    if (err == ROTA_ECORRUPT)
        return refuse(b, err, "the slot holds no image");
    if (err == ROTA_ETOOBIG)
        return refuse(b, err, "the image is larger than the slot");
    if (!err && image.base != b->base)
        return refuse(b, ROTA_EFOREIGN, "the image is for another slot");
    return err;
}

/* --- The table ----------------------------------------------------------- */

static int boot_state(void *ctx)
{
    struct rota_boot_ab *b = ctx;
    struct rota_ab_record r;
    bool settled;

    int err = read_record(b, &r, &settled);
    if (err)
        return err;
    if (mine(b, &r, ROTA_AB_ROLLED_BACK))
        return ROTA_BOOT_ROLLED_BACK;
    return r.state == ROTA_AB_TRIAL ? ROTA_BOOT_TRIAL : ROTA_BOOT_CONFIRMED;
}

/* An image that waits and has a start behind it was not to be started: it
 * begins anew. */
static int boot_try_next(void *ctx)
{
    struct rota_boot_ab *b = ctx;
    struct rota_ab_record r, next = {!b->running, ROTA_AB_TRIAL, 0};
    bool settled;

    int err = read_record(b, &r, &settled);
    if (err)
        return err;
    if (mine(b, &r, ROTA_AB_TRIAL))
        return refuse(b, ROTA_ETRIAL, "the running image is on trial");
    err = check_image(b);
    if (err || (rota_ab_same(&r, &next) && settled))
        return err;
    return rota_ab_write(b->record, &next);
}

static int boot_confirm(void *ctx)
{
    struct rota_boot_ab *b = ctx;
    struct rota_ab_record r, next = {b->running, ROTA_AB_CONFIRMED, 0};
    bool settled;

    int err = read_record(b, &r, &settled);
    if (err)
        return err;
    if (waits(b, &r))
        return refuse(b, ROTA_ENOTHING, "the next image has not run yet");
    if (r.slot != b->running || r.state == ROTA_AB_CONFIRMED)
        return ROTA_OK;
    return rota_ab_write(b->record, &next);
}

struct rota_boot rota_boot_ab_init(struct rota_boot_ab *b,
                                   const struct rota_flash *record,
                                   uint8_t running)
{
    *b = (struct rota_boot_ab){.record = record, .running = running};
    return (struct rota_boot){b, boot_state, boot_try_next, boot_confirm};
}
