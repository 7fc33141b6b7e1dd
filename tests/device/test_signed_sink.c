/* SPDX-License-Identifier: Apache-2.0 */
/* A signed image for a slot that cannot be read. */
#include "device/signed_device.h"

static struct signed_device s;

static uint32_t taken, begun; /* bytes of the image; images */

static int take(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    (void)ctx;
    begun += off == 0;
    if (off != 0 && off != taken)
        return ROTA_EIO;
    memcpy(s.device.rig.slot_bytes + off, buf, len);
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
    signed_init(&s, 1);
    s.device.rig.slot.read = NULL;
    s.device.rig.slot.prog = take;
    s.device.rig.slot.erase = erase;
    taken = begun = 0;
}

static void a_signed_image_is_handed_over_and_armed(void)
{
    new_sink();
    signed_say_all(&s);
    device_run_again(&s.device);
    CHECK(device_told(&s.device, INSTALLED) && signed_holds(&s, 0)
          && s.device.rig.bootloader.tries == 1);
    CHECK(begun == 1 && taken == s.release.size[0]);
}

static void another_image_than_the_signed_one_is_not_armed(void)
{
    new_sink();
    signed_write(&s);
    device_clear(&s.device);
    signed_say_until_image(&s);
    signed_say_image(&s, 0);
    struct fakenet_reply *r = &s.device.script.reply[s.device.script.count - 1];
    ((char *)r->data)[r->len - 1] ^= 1;
    device_run_again(&s.device);
    CHECK(device_told(&s.device, "checking available failed ")
          && s.device.rig.last.err == ROTA_EDIGEST);
    CHECK(s.device.rig.bootloader.tries == 0);
}

/* An earlier run has begun the same image: there is nothing to look at. */
static void after_a_power_loss_it_begins_anew(void)
{
    new_sink();
    signed_lose_power_in_the_first(&s);
    CHECK(taken == s.release.size[0] - 2000);
    signed_say_written(&s);
    device_run_again(&s.device);
    CHECK(device_told(&s.device, INSTALLED) && signed_holds(&s, 0) && begun == 2
          && !device_sent(&s.device, "Range"));
}

int main(void)
{
    RUN(a_signed_image_is_handed_over_and_armed);
    RUN(another_image_than_the_signed_one_is_not_armed);
    RUN(after_a_power_loss_it_begins_anew);
    return test_end();
}
