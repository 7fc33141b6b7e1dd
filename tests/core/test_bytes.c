/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/bytes.h"
#include "support/test.h"

static void integers_are_little_endian_at_any_alignment(void)
{
    uint8_t b[16];
    for (size_t at = 0; at < 8; at++) {
        memset(b, 0xee, sizeof b);
        for (size_t i = 0; i < 8; i++)
            b[at + i] = (uint8_t)(0x11 * (i + 1));
        CHECK(rota_bytes_get32(b + at) == 0x44332211);
        CHECK(rota_bytes_get16(b + at) == 0x2211);
        rota_bytes_put32(b + at, 0xdeadbeef);
        rota_bytes_put16(b + at, 0xf00d);
        CHECK(rota_bytes_get32(b + at) == 0xdeadf00d);
        CHECK(rota_bytes_get16(b + at + 2) == 0xdead);
        CHECK(b[at + 4] == 0x55 && b[at + 7] == 0x88);
        CHECK(at == 0 || b[at - 1] == 0xee);
        CHECK(at == 8 - 1 || b[at + 8] == 0xee);
    }
}

static void crc32_is_that_of_ieee_802_3(void)
{
    const char *check = "123456789";
    CHECK(rota_bytes_crc32(0, "", 0) == 0);
    CHECK(rota_bytes_crc32(0, check, 9) == 0xcbf43926);
    CHECK(rota_bytes_crc32(0, "\0\0\0\0", 4) == 0x2144df1c);
    for (size_t cut = 0; cut <= 9; cut++) {
        uint32_t crc = rota_bytes_crc32(0, check, cut);
        CHECK(rota_bytes_crc32(crc, check + cut, 9 - cut) == 0xcbf43926);
    }
}

static void crc32_notices_every_flipped_bit(void)
{
    uint8_t b[64] = {0};
    uint32_t good = rota_bytes_crc32(0, b, sizeof b);
    for (size_t bit = 0; bit < 8 * sizeof b; bit++) {
        b[bit / 8] ^= (uint8_t)(1 << bit % 8);
        CHECK(rota_bytes_crc32(0, b, sizeof b) != good);
        b[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

int main(void)
{
    RUN(integers_are_little_endian_at_any_alignment);
    RUN(crc32_is_that_of_ieee_802_3);
    RUN(crc32_notices_every_flipped_bit);
    return test_end();
}
