/* SPDX-License-Identifier: Apache-2.0 */
#include "words/view.h"
#include "base/bytes.h"
#include "base/text.h"

#include <string.h>

enum { DEPTH_MAX = 32 };

/* A place in the text; p is NULL once something was wrong. */
struct cursor {
    const uint8_t *p, *end;
};

static struct cursor over(struct rota_span s)
{
    return (struct cursor){s.p, s.p + s.len};
}

static int peek(const struct cursor *c)
{
    return c->p && c->p < c->end ? *c->p : -1;
}

static bool take(struct cursor *c, int want)
{
    if (peek(c) != want)
        return false;
    c->p++;
    return true;
}

static void skip_space(struct cursor *c)
{
    while (peek(c) == ' ' || peek(c) == '\t' || peek(c) == '\n'
           || peek(c) == '\r')
        c->p++;
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(int c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* --- Scalars ------------------------------------------------------------- */

static bool escape(struct cursor *c)
{
    int kind = peek(c);

    if (kind < 0 || !strchr("\"\\/bfnrtu", kind) || !kind)
        return false;
    c->p++;
    for (int i = 0; kind == 'u' && i < 4; i++, c->p++)
        if (!is_hex(peek(c)))
            return false;
    return true;
}

/* A character of more than one byte (RFC 3629, section 4). */
static bool utf8(struct cursor *c)
{
    static const struct {
        uint8_t first, last, low, high; /* bytes 1 and 2 */
        int more;
    } rows[] = {
        {0xc2, 0xdf, 0x80, 0xbf, 1}, {0xe0, 0xe0, 0xa0, 0xbf, 2},
        {0xe1, 0xec, 0x80, 0xbf, 2}, {0xed, 0xed, 0x80, 0x9f, 2},
        {0xee, 0xef, 0x80, 0xbf, 2}, {0xf0, 0xf0, 0x90, 0xbf, 3},
        {0xf1, 0xf3, 0x80, 0xbf, 3}, {0xf4, 0xf4, 0x80, 0x8f, 3},
    };
    int first = peek(c);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int low = rows[i].low, high = rows[i].high;

        if (first < rows[i].first || first > rows[i].last)
            continue;
        c->p++;
        for (int k = 0; k < rows[i].more; k++, low = 0x80, high = 0xbf, c->p++)
            if (peek(c) < low || peek(c) > high)
                return false;
        return true;
    }
    return false;
}

static bool string(struct cursor *c)
{
    if (!take(c, '"'))
        return false;
    while (!take(c, '"')) {
        int at = peek(c);

        if (at < ' ')
            return false; /* the end, or a control character */
        if (at >= 0x80) {
            if (!utf8(c))
                return false;
        } else {
            c->p++;
            if (at == '\\' && !escape(c))
                return false;
        }
    }
    return true;
}

static bool digits(struct cursor *c)
{
    if (!is_digit(peek(c)))
        return false;
    while (is_digit(peek(c)))
        c->p++;
    return true;
}

static bool number(struct cursor *c)
{
    take(c, '-');
    if (!take(c, '0') && !digits(c))
        return false;
    if (take(c, '.') && !digits(c))
        return false;
    if (!take(c, 'e') && !take(c, 'E'))
        return true;
    if (!take(c, '+'))
        take(c, '-');
    return digits(c);
}

static bool word(struct cursor *c, const char *w)
{
    while (*w)
        if (!take(c, *w++))
            return false;
    return true;
}

/* --- Values -------------------------------------------------------------- */

static bool value(struct cursor *c, int depth);

static bool member(struct cursor *c, bool named, int depth)
{
    skip_space(c);
    if (named) {
        if (!string(c))
            return false;
        skip_space(c);
        if (!take(c, ':'))
            return false;
        skip_space(c);
    }
    if (!value(c, depth))
        return false;
    skip_space(c);
    return true;
}

static bool nested(struct cursor *c, bool named, int depth)
{
    int close = named ? '}' : ']';

    c->p++;
    skip_space(c);
    if (take(c, close))
        return true;
    do {
        if (!member(c, named, depth))
            return false;
    } while (take(c, ','));
    return take(c, close);
}

static bool value(struct cursor *c, int depth)
{
    switch (peek(c)) {
    case '{':
    case '[': return depth > 0 && nested(c, peek(c) == '{', depth - 1);
    case '"': return string(c);
    case 't': return word(c, "true");
    case 'f': return word(c, "false");
    case 'n': return word(c, "null");
    default: return number(c);
    }
}

bool pub_view_check(struct rota_span text)
{
    struct cursor c = over(text);

    skip_space(&c);
    if (!value(&c, DEPTH_MAX))
        return false;
    skip_space(&c);
    return c.p == c.end;
}

/* --- Looking at it ------------------------------------------------------- */

static struct rota_span between(const uint8_t *from, const uint8_t *to)
{
    return (struct rota_span){from, (size_t)(to - from)};
}

bool pub_view_next(struct rota_span v, size_t *at, struct rota_span *name,
                   struct rota_span *out)
{
    struct cursor c = over(v);
    bool named;
    const uint8_t *from;

    skip_space(&c);
    named = peek(&c) == '{';
    if (!named && peek(&c) != '[')
        return false;
    c.p = *at ? v.p + *at : c.p + 1;
    skip_space(&c);
    if (*at)
        take(&c, ',');
    skip_space(&c);
    from = c.p;
    if (named && !string(&c))
        return false;
    *name = between(from, c.p);
    if (named) {
        skip_space(&c);
        take(&c, ':');
        skip_space(&c);
    }
    from = c.p;
    if (!value(&c, DEPTH_MAX))
        return false;
    *out = between(from, c.p);
    *at = (size_t)(c.p - v.p);
    return true;
}

bool pub_view_member(struct rota_span v, const char *wanted,
                     struct rota_span *out)
{
    struct rota_span name, found;
    size_t at = 0, count = 0;

    while (pub_view_next(v, &at, &name, &found))
        if (name.len == strlen(wanted) + 2
            && memcmp(name.p + 1, wanted, name.len - 2) == 0) {
            *out = found;
            count++;
        }
    return count == 1;
}

bool pub_view_is_text(struct rota_span v)
{
    return v.len && v.p[0] == '"';
}

bool pub_view_is_nested(struct rota_span v)
{
    return v.len && (v.p[0] == '{' || v.p[0] == '[');
}

const char *pub_view_copy(struct rota_span v, char *out, size_t size)
{
    size_t quote = pub_view_is_text(v) ? 1 : 0, len = 0;

    for (size_t i = quote; i + quote < v.len && len + 1 < size; i++)
        out[len++] = (char)v.p[i];
    out[len] = '\0';
    return out;
}

bool pub_view_number(struct rota_span v, uint64_t max, uint64_t *out)
{
    return rota_text_decimal((const char *)v.p, v.len, max, out);
}
