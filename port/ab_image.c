/* SPDX-License-Identifier: Apache-2.0 */
#include "ab_image.h"

#include <string.h>

static uint32_t get32(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16
         | (uint32_t)p[3] << 24;
}

int rota_ab_image_read(const struct rota_flash *slot,
                       struct rota_ab_image *image)
{
    const uint32_t least = ROTA_AB_HEADER_AT + ROTA_AB_HEADER;
    uint8_t h[ROTA_AB_HEADER];

    *image = (struct rota_ab_image){.size = 0};
    if (slot->size < least + ROTA_AB_HASH)
        return ROTA_ETOOBIG;
    int err = slot->read(slot->ctx, ROTA_AB_HEADER_AT, h, sizeof h);
    if (err)
        return err;
    uint32_t size = get32(h + 4);
    if (memcmp(h, "rti1", 4) != 0 || get32(h + 12) != 0 || size < least
        || size % 4 != 0)
        return ROTA_ECORRUPT;
    if (size > slot->size - ROTA_AB_HASH)
        return ROTA_ETOOBIG;
    image->size = size;
    image->base = get32(h + 8);
    for (int i = 0; i < 32 && h[16 + i]; i++)
        image->version[i] =
            h[16 + i] > 0x20 && h[16 + i] < 0x7f ? (char)h[16 + i] : '?';
    return ROTA_OK;
}
