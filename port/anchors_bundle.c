/* SPDX-License-Identifier: Apache-2.0 */
#include "anchors_bundle.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

#define MAGIC_SIZE 4
#define HEAD_SIZE 12 /* magic, size, count */
#define CRC_SIZE 4

static const char magic[MAGIC_SIZE] = {'r', 't', 'r', '1'};

static uint32_t get32(const uint8_t *b)
{
    return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16
         | (uint32_t)b[3] << 24;
}

/* CRC-32 of IEEE 802.3, a bit at a time: once at each start, in no room. */
static uint32_t crc32(const uint8_t *p, size_t len)
{
    uint32_t crc = 0xffffffff;

    while (len-- > 0) {
        crc ^= *p++;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

/* How long the certificate at p is, by the head of its SEQUENCE in DER (X.690,
 * 8.1.3 and 10.1: in the fewest bytes), or 0 if it is not within room. */
static size_t certificate(const uint8_t *p, size_t room)
{
    size_t head, body = 0;

    if (room < 2 || p[0] != 0x30)
        return 0;
    if (p[1] < 0x80)
        return room - 2 >= p[1] ? 2u + p[1] : 0;
    head = 2u + (p[1] & 0x7f);
    if (head < 3 || head > 5 || head > room || p[2] == 0)
        return 0;
    for (size_t i = 2; i < head; i++)
        body = body << 8 | p[i];
    return body >= 0x80 && room - head >= body ? head + body : 0;
}

/* Are the len bytes at p just count certificates? They are in out then. */
static bool take(const uint8_t *p, size_t len, struct rota_anchor *out,
                 size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t n = certificate(p, len);
        if (!n)
            return false;
        out[i] = (struct rota_anchor){p, n};
        p += n;
        len -= n;
    }
    return len == 0;
}

int rota_anchors_bundle(const void *p, size_t size, struct rota_anchor *out,
                        size_t max)
{
    const uint8_t *b = p;
    size_t len, count;

    if (size < MAGIC_SIZE || memcmp(b, magic, MAGIC_SIZE) != 0)
        return 0;
    if (size < HEAD_SIZE + CRC_SIZE)
        return ROTA_ECORRUPT;
    len = get32(b + 4);
    count = get32(b + 8);
    if (len < HEAD_SIZE + CRC_SIZE || len > size)
        return ROTA_ECORRUPT;
    len -= CRC_SIZE;
    if (crc32(b, len) != get32(b + len) || count == 0)
        return ROTA_ECORRUPT;
    if (count > max || count > INT_MAX)
        return ROTA_ENOSPC;
    if (!take(b + HEAD_SIZE, len - HEAD_SIZE, out, count))
        return ROTA_ECORRUPT;
    return (int)count;
}
