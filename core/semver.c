/* SPDX-License-Identifier: Apache-2.0 */
#include "semver.h"

#include <stdbool.h>
#include <string.h>

#include "util.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Of an identifier: section 9. */
static bool is_ident(char c)
{
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
        || c == '-';
}

/* Where the number at s ends, or NULL: section 2. */
static const char *parse_number(const char *s, uint32_t *v)
{
    const char *end = s;
    uint64_t n;

    while (is_digit(*end))
        end++;
    if (s[0] == '0' && end - s > 1)
        return NULL;
    if (!rota_decimal(s, (size_t)(end - s), UINT32_MAX, &n))
        return NULL;
    *v = (uint32_t)n;
    return end;
}

/* Where the dot-separated identifiers at s end, or NULL. Leading zeros are
 * for build metadata only: sections 9 and 10. */
static const char *parse_idents(const char *s, bool zeros)
{
    for (;; s++) {
        const char *start = s;
        bool numeric = true;
        for (; is_ident(*s); s++)
            numeric = numeric && is_digit(*s);
        if (s == start)
            return NULL;
        if (numeric && *start == '0' && s - start > 1 && !zeros)
            return NULL;
        if (*s != '.')
            return s;
    }
}

int rota_semver_parse(struct rota_semver *v, const char *text)
{
    const char *s = text;

    for (int i = 0; i < 3; i++) {
        if (i > 0 && *s++ != '.')
            return ROTA_EVERSION;
        s = parse_number(s, &v->core[i]);
        if (!s)
            return ROTA_EVERSION;
    }
    v->pre = s;
    if (*s == '-') {
        v->pre = s + 1;
        s = parse_idents(s + 1, false);
        if (!s)
            return ROTA_EVERSION;
    }
    v->pre_len = (size_t)(s - v->pre);
    if (*s == '+')
        s = parse_idents(s + 1, true);
    return s && *s == '\0' ? ROTA_OK : ROTA_EVERSION;
}

/* How long the first identifier at s is, and whether it is a number. */
static size_t first_ident(const char *s, size_t len, bool *numeric)
{
    size_t n = 0;

    *numeric = true;
    for (; n < len && s[n] != '.'; n++)
        *numeric = *numeric && is_digit(s[n]);
    return n;
}

/* 11.4.1 to 11.4.3, of the first identifiers, which are an and bn long.
 * Numbers have no leading zeros, so the longer one is the larger. */
static int compare_ident(const char *a, size_t an, bool anum, const char *b,
                         size_t bn, bool bnum)
{
    if (anum != bnum)
        return anum ? -1 : 1;
    if (anum && an != bn)
        return an < bn ? -1 : 1;
    int c = memcmp(a, b, an < bn ? an : bn);
    return c ? c : (an > bn) - (an < bn);
}

/* 11.4: the first difference decides; when there is none, the number of
 * identifiers does. */
static int compare_pre(const char *a, size_t alen, const char *b, size_t blen)
{
    for (;;) {
        bool anum, bnum;
        size_t an = first_ident(a, alen, &anum);
        size_t bn = first_ident(b, blen, &bnum);
        int c = compare_ident(a, an, anum, b, bn, bnum);
        if (c)
            return c;
        if (an == alen || bn == blen)
            return (an < alen) - (bn < blen);
        a += an + 1, alen -= an + 1;
        b += bn + 1, blen -= bn + 1;
    }
}

int rota_semver_compare(const struct rota_semver *a,
                        const struct rota_semver *b)
{
    for (int i = 0; i < 3; i++)
        if (a->core[i] != b->core[i])
            return a->core[i] < b->core[i] ? -1 : 1;
    if (a->pre_len == 0 || b->pre_len == 0)
        return (a->pre_len == 0) - (b->pre_len == 0);
    return compare_pre(a->pre, a->pre_len, b->pre, b->pre_len);
}

int rota_semver_order(const char *a, const char *b, int *order)
{
    struct rota_semver va, vb;
    int err = rota_semver_parse(&va, a);

    if (!err)
        err = rota_semver_parse(&vb, b);
    if (!err)
        *order = rota_semver_compare(&va, &vb);
    return err;
}

int rota_semver_in_tag(const char *tag, const char *prefix)
{
    struct rota_semver v;
    size_t at = tag[0] == 'v';

    if (prefix) {
        at = strlen(prefix);
        if (strncmp(tag, prefix, at) != 0)
            return ROTA_EVERSION;
    }
    int err = rota_semver_parse(&v, tag + at);
    return err ? err : (int)at;
}
