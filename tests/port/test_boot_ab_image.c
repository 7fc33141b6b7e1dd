/* SPDX-License-Identifier: Apache-2.0 */
/* The header of an image in a slot. */
#include <string.h>

#include "ab_image.h"
#include "port/ab_rig.h"

static struct abdev d;

static struct cutflash slot;
static struct rota_ab_image image;

static void put32(uint32_t off, uint32_t v)
{
    const uint8_t b[] = {(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16),
                         (uint8_t)(v >> 24)};
    cutflash_load(&slot, off, b, 4);
}

/* A slot of 4 KiB with the header of an image of 1000 bytes. */
static void begin_image(void)
{
    cutflash_init(&slot, 4, 1024, 4, 0xff);
    cutflash_load(&slot, 0x100, "rti1", 4);
    put32(0x104, 1000);
    put32(0x108, 0x21000);
    put32(0x10c, 0);
    cutflash_load(&slot, 0x110, "1.2.3-rc.1", 11);
}

static int read_image(void)
{
    return rota_ab_image_read(&slot.flash, &image);
}

static void an_images_header_is_read(void)
{
    begin_image();
    CHECK(read_image() == ROTA_OK);
    CHECK(image.size == 1000 && image.base == 0x21000);
    CHECK(strcmp(image.version, "1.2.3-rc.1") == 0);
    put32(0x114, 0xff201b41);
    CHECK(read_image() == ROTA_OK);
    CHECK(strcmp(image.version, "1.2.A???.1") == 0);
    for (uint32_t off = 0x110; off < 0x130; off += 4)
        put32(off, 0x61616161);
    CHECK(read_image() == ROTA_OK && strlen(image.version) == 32);
    cutflash_free(&slot);
}

static void sizes_that_a_slot_cannot_hold_are_refused(void)
{
    static const struct {
        uint32_t size;
        int err;
    } t[] = {
        {0, ROTA_ECORRUPT},
        {0x12c, ROTA_ECORRUPT},
        {0x130, ROTA_OK},
        {0x131, ROTA_ECORRUPT},
        {4096 - 32, ROTA_OK},
        {4096 - 28, ROTA_ETOOBIG},
        {4096, ROTA_ETOOBIG},
        {0x7ffffffc, ROTA_ETOOBIG},
        {0xffffffe0, ROTA_ETOOBIG},
        {0xfffffffc, ROTA_ETOOBIG},
        {UINT32_MAX, ROTA_ECORRUPT},
    };

    begin_image();
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        put32(0x104, t[i].size);
        CHECK(read_image() == t[i].err);
    }
    slot.flash.size = 0x14c;
    CHECK(read_image() == ROTA_ETOOBIG);
    cutflash_free(&slot);
}

static void try_next_refuses_what_the_bootloader_would(void)
{
    ab_begin(&d);
    begin_image();
    d.port.slot = &slot.flash;
    d.port.base = 0x21000;
    put32(0x10c, 1);
    CHECK(abdev_try_next(&d) == ROTA_ECORRUPT && d.port.why);
    put32(0x10c, 0);
    put32(0x104, 4096);
    CHECK(abdev_try_next(&d) == ROTA_ETOOBIG && d.port.why);
    put32(0x104, 1000);
    d.port.base = 0x2000;
    CHECK(abdev_try_next(&d) == ROTA_EFOREIGN && d.port.why);
    CHECK(d.record.writes == 0);
    d.port.base = 0x21000;
    CHECK(abdev_try_next(&d) == ROTA_OK && !d.port.why);
    cutflash_free(&slot);
    ab_end(&d);
}

int main(void)
{
    RUN(an_images_header_is_read);
    RUN(sizes_that_a_slot_cannot_hold_are_refused);
    RUN(try_next_refuses_what_the_bootloader_would);
    return test_end();
}
