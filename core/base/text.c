/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <string.h>

static char text_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool rota_text_equal_nocase(const char *a, const char *b, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text_lower(a[i]) != text_lower(b[i]))
            return false;
    return true;
}

bool rota_text_same(const char *a, size_t len, const char *b)
{
    return strlen(b) == len && (len == 0 || memcmp(a, b, len) == 0);
}

bool rota_text_same_nocase(const char *a, size_t len, const char *b)
{
    return strlen(b) == len && rota_text_equal_nocase(a, b, len);
}

bool rota_text_printable(const char *s, bool blanks)
{
    for (; *s; s++)
        if (*s < (blanks ? ' ' : '!') || *s > '~')
            return false;
    return true;
}

size_t rota_text_word(const char *s, const char *others)
{
    size_t n = 0;

    for (;; n++) {
        char l = text_lower(s[n]);
        if (!(l >= 'a' && l <= 'z') && !(l >= '0' && l <= '9')
            && (!l || !strchr(others, l)))
            return n;
    }
}

bool rota_text_decimal(const char *s, size_t len, uint64_t max, uint64_t *v)
{
    uint64_t n = 0;

    for (size_t i = 0; i < len; i++) {
        unsigned d = (unsigned)s[i] - '0';
        if (d > 9 || n > UINT64_MAX / 10)
            return false;
        n = n * 10 + d;
        if (n < d) /* beyond 2^64 */
            return false;
    }
    if (len == 0 || n > max)
        return false;
    *v = n;
    return true;
}

bool rota_text_take_decimal(const char **s, uint32_t max, uint32_t *v)
{
    const char *digits = *s;
    bool fits = true;
    uint32_t n = 0, d;

    for (; (d = (uint32_t) * *s - '0') <= 9; ++*s) {
        if (n > (max - d) / 10)
            fits = false;
        n = n * 10 + d;
    }
    if (*s == digits)
        return false;
    *v = fits ? n : max;
    return fits;
}

/* The value of a hexadecimal digit, or 16. */
static unsigned text_hex_digit(char c)
{
    unsigned d = (unsigned)c - '0', x = (unsigned)text_lower(c) - 'a';

    return d < 10 ? d : x < 6 ? x + 10 : 16;
}

bool rota_text_unhex(const char *s, size_t slen, uint8_t *out, size_t len)
{
    uint32_t bits = 0;

    if (slen != 2 * len)
        return false;
    for (size_t i = 0; i < slen; i++) {
        unsigned d = text_hex_digit(s[i]);
        if (d > 15)
            return false;
        bits = bits << 4 | d;
        out[i / 2] = (uint8_t)bits;
    }
    return true;
}

bool rota_text_unhex_lower(const char *s, size_t slen, uint8_t *out, size_t len)
{
    for (size_t i = 0; i < slen; i++)
        if (s[i] >= 'A' && s[i] <= 'F')
            return false;
    return rota_text_unhex(s, slen, out, len);
}

void rota_text_init(struct rota_text *t, char *buf, size_t size)
{
    *t = (struct rota_text){.buf = buf, .size = size};
    buf[0] = '\0';
}

void rota_text_add(struct rota_text *t, const char *s)
{
    rota_text_add_n(t, s, strlen(s));
}

void rota_text_add_n(struct rota_text *t, const char *s, size_t len)
{
    if (len > t->size - 1 - t->len)
        t->full = true;
    if (t->full || len == 0)
        return;
    memcpy(t->buf + t->len, s, len);
    t->len += len;
    t->buf[t->len] = '\0';
}

void rota_text_add_u64(struct rota_text *t, uint64_t v)
{
    char digits[20]; /* 2^64 has as many */
    size_t i = sizeof digits;

    do
        digits[--i] = (char)('0' + v % 10);
    while (v /= 10);
    rota_text_add_n(t, digits + i, sizeof digits - i);
}

void rota_text_add_encoded(struct rota_text *t, const char *s)
{
    static const char hex[] = "0123456789ABCDEF"; /* upper case: 2.1 */

    for (;;) {
        size_t n = rota_text_word(s, "-._~"); /* unreserved: 2.3 */
        rota_text_add_n(t, s, n);
        s += n;
        if (!*s)
            return;
        uint8_t c = (uint8_t)*s++;
        char escape[3] = {'%', hex[c >> 4], hex[c & 15]};
        rota_text_add_n(t, escape, 3);
    }
}
