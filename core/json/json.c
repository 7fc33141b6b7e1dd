/* SPDX-License-Identifier: Apache-2.0 */
#include "json/json.h"

#include <string.h>

#include "base/text.h"

/* --- From a name to a value --- */

struct json_value {
    const char *at, *end; /* its first byte, and what stands behind it */
    bool is_string;       /* with its quotes */
};

static void json_take_value(struct json_value *v, const char *at)
{
    const char *s = at;

    v->at = at;
    v->is_string = *s == '"';
    if (v->is_string)
        for (s++; *s != '"'; s++)
            s += *s == '\\'; /* what is escaped ends nothing */
    v->end = v->is_string ? s + 1 : s + strcspn(s, ",}");
}

/* Find a member; false when it is absent or null. This is no parser: it relies
 * on the scanner, which has checked all grammar and writes no blanks, scalars
 * alone, names without escapes, and a brace at the end. */
static bool json_find(const struct rota_scan_piece *o, const char *name,
                      struct json_value *v)
{
    const char *s = o->text + 1;

    while (*s == '"') {
        const char *key = s + 1;
        size_t len = strcspn(key, "\"");
        json_take_value(v, key + len + 2); /* behind a quote and a colon */
        if (rota_text_same(key, len, name))
            return *v->at != 'n';
        s = v->end + (*v->end == ',');
    }
    return false;
}

/* --- From a value to what it means --- */

/* The four digits at s, which the scanner has checked, as a UTF-16 unit. */
static uint32_t json_utf16(const char *s)
{
    uint8_t b[2] = {0, 0};

    (void)rota_text_unhex(s, 4, b, 2);
    return (uint32_t)(b[0] << 8 | b[1]);
}

/* From the last byte to the first, which has the room that the number of bytes
 * leaves: 5, 4 or 3 bits (RFC 3629, 3). */
static void json_add_utf8(struct rota_text *t, uint32_t c)
{
    char b[4];
    size_t i = sizeof b;
    uint32_t room = 0x3f;

    if (c > 0x7f) {
        do {
            b[--i] = (char)(0x80 | (c & 0x3f));
            c >>= 6;
            room >>= 1;
        } while (c > room);
        c |= ~room << 1;
    }
    b[--i] = (char)c;
    rota_text_add_n(t, b + i, sizeof b - i);
}

/* Add the character whose first UTF-16 unit is at s. Returns where its escape
 * ends, or NULL for NUL and for half a pair (RFC 8259, section 7). After s are
 * four digits and at least a quote; after a \u four digits again. */
static const char *json_unicode(struct rota_text *t, const char *s)
{
    uint32_t c = json_utf16(s), low;

    s += 4;
    if (c >= 0xd800 && c < 0xdc00) {
        if (s[0] != '\\' || s[1] != 'u')
            return NULL;
        low = json_utf16(s + 2);
        if (low < 0xdc00 || low > 0xdfff)
            return NULL;
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        s += 6;
    } else if (c == 0 || (c >= 0xdc00 && c < 0xe000)) {
        return NULL;
    }
    json_add_utf8(t, c);
    return s;
}

/* Add the string s..end unescaped. False when it cannot be had. */
static bool json_unescape(struct rota_text *t, const char *s, const char *end)
{
    static const char letter[] = "bfnrt", meaning[] = "\b\f\n\r\t";

    while (s && s < end) {
        const char *at;
        if (*s != '\\') {
            rota_text_add_n(t, s++, 1);
        } else if (s[1] == 'u') {
            s = json_unicode(t, s + 2);
        } else {
            at = memchr(letter, s[1], sizeof letter - 1);
            rota_text_add_n(t, at ? meaning + (at - letter) : s + 1, 1);
            s += 2;
        }
    }
    return s != NULL;
}

int rota_json_string(const struct rota_scan_piece *o, const char *name,
                     char *out, size_t size)
{
    struct json_value v;
    struct rota_text t;
    int err = ROTA_JSON_FOUND;

    rota_text_init(&t, out, size);
    if (!json_find(o, name, &v))
        return ROTA_JSON_ABSENT;
    if (!v.is_string || !json_unescape(&t, v.at + 1, v.end - 1))
        err = ROTA_EJSON;
    else if (t.full)
        err = ROTA_ETOOLONG;
    if (err < 0)
        out[0] = '\0';
    return err;
}

int rota_json_uint(const struct rota_scan_piece *o, const char *name,
                   uint64_t max, uint64_t *out)
{
    struct json_value v;

    if (!json_find(o, name, &v))
        return ROTA_JSON_ABSENT;
    return rota_text_decimal(v.at, (size_t)(v.end - v.at), max, out)
             ? ROTA_JSON_FOUND
             : ROTA_EJSON;
}

int rota_json_bool(const struct rota_scan_piece *o, const char *name, bool *out)
{
    struct json_value v;

    if (!json_find(o, name, &v))
        return ROTA_JSON_ABSENT;
    if (*v.at != 't' && *v.at != 'f')
        return ROTA_EJSON;
    *out = *v.at == 't';
    return ROTA_JSON_FOUND;
}
