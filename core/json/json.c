/* SPDX-License-Identifier: Apache-2.0 */
#include "json/json.h"

#include <string.h>

#include "json/tokens.h"
#include "base/text.h"

/* --- From bytes to objects --- */

static int json_piece(void *ctx, const struct rota_scan_piece *p)
{
    const struct rota_json *j = ctx;
    jsmntok_t tokens[1 + 2 * ROTA_SCAN_FIELDS_MAX];
    int count = rota_tokens_cut(tokens, sizeof tokens / sizeof *tokens, p->text,
                                p->len);

    if (count < 1)
        return ROTA_EJSON;
    return j->object(j->ctx, &(struct rota_json_object){
                                 .inner = p->inner,
                                 .partial = p->partial,
                                 .count = count,
                                 .tokens = tokens,
                                 .text = p->text,
                             });
}

void rota_json_init(struct rota_json *j, const struct rota_scan_shape *shape,
                    char *window, size_t window_size,
                    int (*object)(void *ctx, const struct rota_json_object *o),
                    void *ctx)
{
    rota_scan_init(&j->scan, shape, window, window_size, json_piece, j);
    j->object = object;
    j->ctx = ctx;
}

int rota_json_feed(struct rota_json *j, const void *buf, size_t len)
{
    return rota_scan_feed(&j->scan, buf, len);
}

int rota_json_end(const struct rota_json *j)
{
    return rota_scan_end(&j->scan);
}

/* --- From members to values --- */

/* The value of a member, or NULL when it is absent or null. */
static const jsmntok_t *json_member(const struct rota_json_object *o,
                                    const char *name)
{
    const jsmntok_t *t = o->tokens, *end = t + o->count;

    for (t++; t + 1 < end; t += 2) {
        if (!rota_text_same(o->text + t->start, (size_t)(t->end - t->start),
                            name))
            continue;
        if (t[1].type == JSMN_PRIMITIVE && o->text[t[1].start] == 'n')
            return NULL;
        return t + 1;
    }
    return NULL;
}

/* The four digits at s, which the scanner has checked, as a UTF-16 unit. */
static uint32_t json_utf16(const char *s)
{
    uint8_t b[2] = {0, 0};

    (void)rota_text_unhex(s, 4, b, 2);
    return (uint32_t)(b[0] << 8 | b[1]);
}

static void json_add_utf8(struct rota_text *t, uint32_t c)
{
    static const uint8_t lead[] = {0x00, 0xc0, 0xe0, 0xf0};
    size_t more = (size_t)(c > 0x7f) + (c > 0x7ff) + (c > 0xffff);
    char b[4];

    for (size_t i = more; i > 0; i--, c >>= 6)
        b[i] = (char)(0x80 | (c & 0x3f));
    b[0] = (char)(lead[more] | c);
    rota_text_add_n(t, b, more + 1);
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

int rota_json_string(const struct rota_json_object *o, const char *name,
                     char *out, size_t size)
{
    const jsmntok_t *v = json_member(o, name);
    struct rota_text t;
    int err = ROTA_JSON_FOUND;

    rota_text_init(&t, out, size);
    if (!v)
        return ROTA_JSON_ABSENT;
    if (v->type != JSMN_STRING
        || !json_unescape(&t, o->text + v->start, o->text + v->end))
        err = ROTA_EJSON;
    else if (t.full)
        err = ROTA_ETOOLONG;
    if (err < 0)
        out[0] = '\0';
    return err;
}

int rota_json_uint(const struct rota_json_object *o, const char *name,
                   uint64_t max, uint64_t *out)
{
    const jsmntok_t *v = json_member(o, name);

    if (!v)
        return ROTA_JSON_ABSENT;
    if (v->type != JSMN_PRIMITIVE
        || !rota_text_decimal(o->text + v->start, (size_t)(v->end - v->start),
                              max, out))
        return ROTA_EJSON;
    return ROTA_JSON_FOUND;
}

int rota_json_bool(const struct rota_json_object *o, const char *name,
                   bool *out)
{
    const jsmntok_t *v = json_member(o, name);
    char first = v ? o->text[v->start] : '\0';

    if (!v)
        return ROTA_JSON_ABSENT;
    if (v->type != JSMN_PRIMITIVE || (first != 't' && first != 'f'))
        return ROTA_EJSON;
    *out = first == 't';
    return ROTA_JSON_FOUND;
}
