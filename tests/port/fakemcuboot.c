/* SPDX-License-Identifier: Apache-2.0 */
#include "port/fakemcuboot.h"

#include <stdlib.h>
#include <string.h>

enum { SECTOR = 4096, ID_AT = 40, BODY_AT = 64, TLVS = 8 };

static const uint8_t magic[3][16] = {
    {0x77, 0xc2, 0x95, 0xf3, 0x60, 0xd2, 0xef, 0x7f, 0x35, 0x52, 0x50, 0x0f,
     0x2c, 0xb6, 0x79, 0x80},
    {0x10, 0x00, 0x2d, 0xe1, 0x5d, 0x29, 0x41, 0x0b, 0x8d, 0x77, 0x67, 0x9c,
     0x11, 0x0f, 0x1f, 0x8a},
    {0x20, 0x00, 0x2d, 0xe1, 0x5d, 0x29, 0x41, 0x0b, 0x8d, 0x77, 0x67, 0x9c,
     0x11, 0x0f, 0x1f, 0x8a},
};

/* Bytes from a slot's end back to image_ok, copy_done and swap_info. */
static const uint32_t back[3][3] = {{24, 32, 40}, {32, 48, 64}, {64, 96, 128}};

static int row(const struct mcu *m)
{
    return m->align == 8 ? 0 : m->align == 16 ? 1 : 2;
}

/* --- Trailers ------------------------------------------------------------- */

static void put(struct cutflash *c, uint32_t from_end, uint8_t byte)
{
    cutflash_load(c, c->flash.size - from_end, &byte, 1);
}

static void put_flag(struct cutflash *c, uint32_t from_end, enum mcu_field f)
{
    uint8_t erased = c->flash.erased;
    put(c, from_end, f == MCU_UNSET ? erased : f == MCU_GOOD ? 1 : 0x0f);
}

void mcu_set(struct mcu *m, struct cutflash *c, struct mcu_trailer t)
{
    const uint32_t *at = back[row(m)];
    uint8_t bytes[16];

    memset(bytes, c->flash.erased, sizeof bytes);
    if (t.magic != MCU_UNSET)
        memcpy(bytes, magic[row(m)], t.magic == MCU_GOOD ? 16 : 8);
    cutflash_load(c, c->flash.size - 16, bytes, 16);
    put_flag(c, at[0], t.image_ok);
    put_flag(c, at[1], t.copy_done);
    put(c, at[2], t.swap_info ? t.swap_info : c->flash.erased);
}

static enum mcu_field get_flag(const struct cutflash *c, uint32_t from_end)
{
    uint8_t byte = c->mem[c->flash.size - from_end];
    return byte == c->flash.erased ? MCU_UNSET : byte == 1 ? MCU_GOOD : MCU_BAD;
}

struct mcu_trailer mcu_get(const struct mcu *m, const struct cutflash *c)
{
    const uint8_t *end = c->mem + c->flash.size;
    const uint32_t *at = back[row(m)];
    struct mcu_trailer t = {MCU_UNSET, get_flag(c, at[0]), get_flag(c, at[1]),
                            *(end - at[2])};

    for (int i = 1; i <= 16; i++)
        if (*(end - i) != c->flash.erased)
            t.magic = MCU_BAD;
    if (memcmp(end - 16, magic[row(m)], 16) == 0)
        t.magic = MCU_GOOD;
    return t;
}

/* --- Deciding ------------------------------------------------------------- */

static bool is(enum mcu_field want, enum mcu_field got)
{
    return want == MCU_ANY || want == got;
}

enum mcu_swap mcu_decide(struct mcu_trailer p, struct mcu_trailer s)
{
    static const struct {
        enum mcu_field p_magic, p_ok, p_done, s_magic, s_ok;
        enum mcu_swap swap;
    } table[] = {
        {MCU_ANY, MCU_ANY, MCU_ANY, MCU_GOOD, MCU_UNSET, MCU_TEST},
        {MCU_ANY, MCU_ANY, MCU_ANY, MCU_GOOD, MCU_GOOD, MCU_PERM},
        {MCU_GOOD, MCU_UNSET, MCU_GOOD, MCU_UNSET, MCU_ANY, MCU_REVERT},
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (is(table[i].p_magic, p.magic) && is(table[i].p_ok, p.image_ok)
            && is(table[i].p_done, p.copy_done) && is(table[i].s_magic, s.magic)
            && is(table[i].s_ok, s.image_ok))
            return table[i].swap;
    return MCU_NONE;
}

/* --- Swapping ------------------------------------------------------------- */

static uint32_t image_at(const struct mcu *m)
{
    return m->port.swap == ROTA_MCUBOOT_OFFSET ? SECTOR : 0;
}

static void blank(struct cutflash *c)
{
    uint8_t *bytes = malloc(c->flash.size);

    if (!bytes)
        abort();
    memset(bytes, c->flash.erased, c->flash.size);
    cutflash_load(c, 0, bytes, c->flash.size);
    free(bytes);
}

static void swap_images(struct mcu *m, uint32_t from, uint32_t to)
{
    uint32_t len = rota_boot_mcuboot_capacity(&m->port);
    uint8_t *a = malloc(len), *b = malloc(len);

    if (!a || !b)
        abort();
    memcpy(a, m->primary.mem, len);
    memcpy(b, m->secondary.mem + from, len);
    blank(&m->primary);
    blank(&m->secondary);
    cutflash_load(&m->primary, 0, b, len);
    cutflash_load(&m->secondary, to, a, len);
    free(a);
    free(b);
}

/* A swap with offset leaves the old image in the first sector, and a revert
 * begins there. */
void mcu_restart(struct mcu *m)
{
    enum mcu_swap swap =
        mcu_decide(mcu_get(m, &m->primary), mcu_get(m, &m->secondary));
    uint32_t from = swap == MCU_REVERT ? 0 : image_at(m);
    uint32_t to = swap == MCU_REVERT ? image_at(m) : 0;

    if (swap == MCU_NONE)
        return;
    if (memcmp(m->secondary.mem + from, "\x3d\xb8\xf3\x96", 4) != 0) {
        blank(&m->secondary);
        put_flag(&m->primary, back[row(m)][0], MCU_GOOD);
        return;
    }
    swap_images(m, from, to);
    mcu_set(m, &m->primary,
            (struct mcu_trailer){MCU_GOOD,
                                 swap == MCU_TEST ? MCU_UNSET : MCU_GOOD,
                                 MCU_GOOD, (uint8_t)swap});
}

/* --- The device ----------------------------------------------------------- */

static void put_image(struct cutflash *c, uint32_t at, uint32_t id,
                      uint32_t len)
{
    uint32_t body = len - BODY_AT - TLVS;
    uint8_t h[BODY_AT] = {0x3d, 0xb8, 0xf3, 0x96, 0, 0, 0, 0, BODY_AT};
    const uint8_t tlvs[TLVS] = {0x07, 0x69, TLVS, 0, 0x10, 0, 0, 0};

    for (int i = 0; i < 4; i++)
        h[12 + i] = (uint8_t)(body >> 8 * i);
    h[ID_AT] = (uint8_t)id;
    cutflash_load(c, at, h, sizeof h);
    cutflash_load(c, at + BODY_AT + body, tlvs, sizeof tlvs);
}

void mcu_download(struct mcu *m, uint32_t id, uint32_t len)
{
    put_image(&m->secondary, image_at(m), id, len);
}

uint32_t mcu_running(const struct mcu *m)
{
    return m->primary.mem[ID_AT];
}

void mcu_init(struct mcu *m, uint32_t sectors, uint32_t align, uint8_t erased,
              enum rota_mcuboot_swap swap)
{
    m->align = align;
    cutflash_init(&m->primary, sectors, SECTOR, align, erased);
    cutflash_init(&m->secondary, sectors, SECTOR, align, erased);
    m->boot = rota_boot_mcuboot_init(&m->port, &m->primary.flash,
                                     &m->secondary.flash, align);
    m->port.swap = swap;
    put_image(&m->primary, 0, 1, 1000);
}

void mcu_free(struct mcu *m)
{
    cutflash_free(&m->primary);
    cutflash_free(&m->secondary);
}

void mcu_on(struct mcu *m)
{
    cutflash_on(&m->primary);
    cutflash_on(&m->secondary);
}

void mcu_copy(struct mcu *to, const struct mcu *from)
{
    cutflash_copy(&to->primary, &from->primary);
    cutflash_copy(&to->secondary, &from->secondary);
}
