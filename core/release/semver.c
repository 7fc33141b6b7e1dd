/* SPDX-License-Identifier: Apache-2.0 */
#include "release/semver.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

/* Is the identifier of len bytes at s a number? */
static bool semver_is_numeric(const char *s, size_t len)
{
    return strspn(s, "0123456789") >= len;
}

/* Where the number at s ends, or NULL: section 2. */
static const char *semver_parse_number(const char *s, uint32_t *v)
{
    const char *end = s;

    if (!rota_text_take_decimal(&end, UINT32_MAX, v)
        || (*s == '0' && end - s > 1))
        return NULL;
    return end;
}

/* Where the dot-separated identifiers at s end, or NULL. Leading zeros are
 * for build metadata only: sections 9 and 10. */
static const char *semver_parse_idents(const char *s, bool zeros)
{
    for (;; s++) {
        size_t len = rota_text_word(s, "-");
        if (len == 0)
            return NULL;
        if (*s == '0' && len > 1 && !zeros && semver_is_numeric(s, len))
            return NULL;
        s += len;
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
        s = semver_parse_number(s, &v->core[i]);
        if (!s)
            return ROTA_EVERSION;
    }
    v->pre = s;
    if (*s == '-') {
        v->pre = s + 1;
        s = semver_parse_idents(s + 1, false);
        if (!s)
            return ROTA_EVERSION;
    }
    v->pre_len = (size_t)(s - v->pre);
    if (*s == '+')
        s = semver_parse_idents(s + 1, true);
    return s && *s == '\0' ? ROTA_OK : ROTA_EVERSION;
}

/* 11.4.1 to 11.4.3. Numbers have no leading zeros, so the longer one is the
 * larger. */
static int semver_compare_ident(const char *a, size_t an, const char *b,
                                size_t bn)
{
    bool anum = semver_is_numeric(a, an), bnum = semver_is_numeric(b, bn);
    int longer = (int)(an - bn), c = bnum - anum;

    if (!c && anum)
        c = longer;
    if (!c)
        c = memcmp(a, b, longer < 0 ? an : bn);
    return c ? c : longer;
}

/* 11.4: the first difference decides; when there is none, the number of
 * identifiers does. */
static int semver_compare_pre(const char *a, const char *b)
{
    for (;; a++, b++) {
        size_t an = strcspn(a, ".+"), bn = strcspn(b, ".+");
        int c = semver_compare_ident(a, an, b, bn);
        if (c)
            return c;
        a += an, b += bn;
        if (*a != '.' || *b != '.')
            return (*a == '.') - (*b == '.');
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
    return semver_compare_pre(a->pre, b->pre);
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
