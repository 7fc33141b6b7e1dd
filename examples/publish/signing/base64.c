/* SPDX-License-Identifier: Apache-2.0 */
#include "signing/base64.h"

#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                             "abcdefghijklmnopqrstuvwxyz0123456789+/";

void pub_base64(char *out, const uint8_t *in, size_t len)
{
    for (size_t i = 0; i < len; i += 3) {
        size_t n = len - i < 3 ? len - i : 3;
        uint32_t v = 0;

        for (size_t k = 0; k < 3; k++)
            v = v << 8 | (k < n ? in[i + k] : 0u);
        for (size_t k = 0; k < 4; k++)
            *out++ = k <= n ? digits[v >> (18 - 6 * k) & 63] : '=';
    }
    *out = '\0';
}

static bool add_digit(uint32_t *v, char c)
{
    const char *at = c ? strchr(digits, c) : NULL;

    *v = *v << 6 | (at ? (uint32_t)(at - digits) : 0);
    return at != NULL;
}

/* Four characters as n bytes, 3 but in the last group. */
static bool group(const char *in, size_t n, uint8_t out[3])
{
    uint32_t v = 0;

    for (size_t k = 0; k < 4; k++) {
        bool used = k <= n;

        if (used ? !add_digit(&v, in[k]) : in[k] != '=')
            return false;
        if (!used)
            v <<= 6;
    }
    if (n < 3 && (v & ((1u << 8 * (3 - n)) - 1)) != 0)
        return false;
    for (size_t k = 0; k < 3; k++)
        out[k] = (uint8_t)(v >> (16 - 8 * k));
    return true;
}

bool pub_base64_decode(const char *in, size_t in_len, uint8_t *out, size_t size,
                       size_t *len)
{
    *len = 0;
    if (in_len % 4)
        return false;
    for (size_t i = 0; i < in_len; i += 4) {
        bool last = i + 4 == in_len;
        size_t n = last && in[i + 2] == '=' ? 1
                 : last && in[i + 3] == '=' ? 2
                                            : 3;
        uint8_t bytes[3];

        if (!group(in + i, n, bytes) || *len + n > size)
            return false;
        memcpy(out + *len, bytes, n);
        *len += n;
    }
    return true;
}
