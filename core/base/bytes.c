/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

uint16_t rota_bytes_get16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

uint32_t rota_bytes_get32(const uint8_t *p)
{
    return rota_bytes_get16(p) | (uint32_t)rota_bytes_get16(p + 2) << 16;
}

void rota_bytes_put16(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
}

void rota_bytes_put32(uint8_t *p, uint32_t v)
{
    rota_bytes_put16(p, (uint16_t)v);
    rota_bytes_put16(p + 2, (uint16_t)(v >> 16));
}

/* Bit by bit: what is summed up here is short, and a table has 64 bytes. */
uint32_t rota_bytes_crc32(uint32_t crc, const void *buf, size_t len)
{
    const uint8_t *p = buf;

    crc = ~crc;
    for (size_t i = 0; i < len; i++) {
        crc ^= p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}
