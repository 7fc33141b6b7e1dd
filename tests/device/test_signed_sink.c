/* SPDX-License-Identifier: Apache-2.0 */
/* A signed image for a slot that cannot be read. */
#include "device/signed.h"

static uint32_t taken, begun; /* bytes of the image; images */

static int take(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    (void)ctx;
    begun += off == 0;
    if (off != 0 && off != taken)
        return ROTA_EIO;
    memcpy(rig.slot_bytes + off, buf, len);
    taken = off + len;
    return ROTA_OK;
}

static int erase(void *ctx, uint32_t off)
{
    (void)ctx, (void)off;
    return ROTA_OK;
}

static void new_sink(void)
{
    new_device(1);
    rig.slot.read = NULL;
    rig.slot.prog = take;
    rig.slot.erase = erase;
    taken = begun = 0;
}

static void a_signed_image_is_handed_over_and_armed(void)
{
    new_sink();
    say_all();
    run_again();
    CHECK(told(INSTALLED) && holds(0) && rig.bootloader.tries == 1);
    CHECK(begun == 1 && taken == it.size[0]);
}

static void another_image_than_the_signed_one_is_not_armed(void)
{
    new_sink();
    sign();
    empty();
    say_until_image();
    struct fakenet_reply *r = say_image(0);
    ((char *)r->data)[r->len - 1] ^= 1;
    run_again();
    CHECK(told("checking available failed ") && rig.last.err == ROTA_EDIGEST);
    CHECK(rig.bootloader.tries == 0);
}

/* An earlier run has begun the same image: there is nothing to look at. */
static void after_a_power_loss_it_begins_anew(void)
{
    new_sink();
    lose_power_in_the_first();
    CHECK(taken == it.size[0] - 2000);
    say_signed();
    run_again();
    CHECK(told(INSTALLED) && holds(0) && begun == 2 && !sent("Range"));
}

int main(void)
{
    RUN(a_signed_image_is_handed_over_and_armed);
    RUN(another_image_than_the_signed_one_is_not_armed);
    RUN(after_a_power_loss_it_begins_anew);
    return test_end();
}
