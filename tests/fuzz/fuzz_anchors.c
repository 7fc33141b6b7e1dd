/* SPDX-License-Identifier: Apache-2.0 */
/* A bundle of roots: as it is, and with the size and the CRC put right, which
 * no chance would do. */
#include "anchors_bundle.h"
#include "fuzz.h"
#include "base/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_bundle(const uint8_t *data, size_t size, size_t max)
{
    struct rota_anchor out[8];
    int n = rota_anchors_bundle(data, size, out, max);
    const uint8_t *next = data + 12;

    MUST(n == ROTA_ECORRUPT || n == ROTA_ENOSPC || (n >= 0 && n <= (int)max));
    for (int i = 0; i < n; i++) {
        MUST(out[i].der == next && out[i].len >= 2 && *next == 0x30);
        next += out[i].len;
    }
    MUST(n <= 0 || next + 4 <= data + size);
}

static void put32(uint8_t *b, size_t v)
{
    for (int i = 0; i < 4; i++)
        b[i] = (uint8_t)(v >> 8 * i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy;

    check_bundle(data, size, 8);
    check_bundle(data, size, 1);
    if (size < 16)
        return 0;
    copy = malloc(size);
    MUST(copy);
    memcpy(copy, data, size);
    put32(copy + 4, size);
    put32(copy + size - 4, rota_bytes_crc32(0, copy, size - 4));
    check_bundle(copy, size, 8);
    free(copy);
    return 0;
}
