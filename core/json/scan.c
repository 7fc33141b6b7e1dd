/* SPDX-License-Identifier: Apache-2.0 */
#include "json/scan.h"

#include <string.h>

#include "base/text.h"

/* What the next byte may be (RFC 8259). */
enum state {
    /* Between tokens, where blanks may stand. */
    FIRST, /* an item of what has just been opened, or its end */
    ITEM,  /* a value in an array, a name in an object */
    COLON,
    VALUE,
    AFTER, /* a value: a comma, or the end of what it is in */
    DONE,

    /* Within a token. */
    TEXT,
    HEX_1, /* digits of a \u that are missing */
    HEX_2,
    HEX_3,
    HEX_4,
    ESCAPE,
    LITERAL,
    MINUS, /* a number from here on: section 6 */
    ZERO,
    INTEGER,
    POINT,
    FRACTION,
    E,
    SIGN,
    EXPONENT,
    BROKEN
};

/* Where the bytes of a token go. */
enum want {
    NOTHING,
    NAME,   /* a member's name, to be looked up: to key */
    SCALAR, /* a wanted member's value: to the window */
    ARRAY   /* the value that follows is the inner array: nowhere */
};

static bool scan_blank(uint8_t c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static bool scan_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* --- The window --- */

static int scan_put(struct rota_scan *s, const void *p, size_t len)
{
    if (len > (size_t)(s->window_size - s->window_len))
        return ROTA_ETOOLONG;
    memcpy(s->window + s->window_len, p, len);
    s->window_len = (uint16_t)(s->window_len + len);
    return ROTA_OK;
}

/* The key has its quotes, and room for a colon. */
static int scan_put_name(struct rota_scan *s)
{
    bool first = s->window[s->window_len - 1] == '{';
    int err = scan_put(s, ",", !first);

    s->key[s->key_len++] = ':';
    return err ? err : scan_put(s, s->key, s->key_len);
}

static int scan_keep(struct rota_scan *s, const void *p, size_t len)
{
    if (s->want == SCALAR)
        return scan_put(s, p, len);
    if (s->want == NAME && len > sizeof s->key - 1 - s->key_len)
        s->want = NOTHING; /* longer than any wanted name */
    if (s->want == NAME) {
        memcpy(s->key + s->key_len, p, len);
        s->key_len = (uint8_t)(s->key_len + len);
    }
    return ROTA_OK;
}

/* Show what the window holds from offset from on. */
static int scan_show(struct rota_scan *s, uint16_t from, bool partial)
{
    int err = scan_put(s, "}", 1);

    if (err)
        return err;
    err = s->piece(s->ctx, &(struct rota_scan_piece){
                               .text = s->window + from,
                               .len = (size_t)(s->window_len - from),
                               .inner = s->depth == s->inner_depth,
                               .partial = partial,
                           });
    s->window_len--; /* a partial object goes on */
    return err < 0 ? err : ROTA_OK;
}

/* --- Objects and arrays --- */

/* Is an outer or inner object next? */
static bool scan_object_due(const struct rota_scan *s)
{
    return s->depth + 1 == s->outer_depth || s->depth + 1 == s->inner_depth;
}

static int scan_open(struct rota_scan *s, bool array)
{
    bool inners = s->want == ARRAY;

    if (s->depth == 0 && array)
        s->outer_depth = 2;
    else if (array ? scan_object_due(s) : inners)
        return ROTA_EJSON;
    if (s->depth == ROTA_SCAN_DEPTH_MAX || s->want == SCALAR)
        return ROTA_EJSON;
    s->want = NOTHING;
    s->arrays = s->arrays << 1 | array;
    s->depth++;
    s->state = FIRST;

    if (inners) {
        s->inner_depth = (uint8_t)(s->depth + 1);
        return scan_show(s, 0, true);
    }
    if (s->depth == s->inner_depth)
        s->outer_len = s->window_len;
    else if (s->depth != s->outer_depth)
        return ROTA_OK;
    s->seen[s->depth == s->inner_depth] = 0;
    return scan_put(s, "{", 1);
}

static int scan_close(struct rota_scan *s, uint8_t c)
{
    bool inner = s->depth == s->inner_depth;
    int err = ROTA_OK;

    if (c != ((s->arrays & 1) ? ']' : '}'))
        return ROTA_EJSON;
    if (inner || s->depth == s->outer_depth) {
        uint16_t from = inner ? s->outer_len : 0;
        err = scan_show(s, from, false);
        s->window_len = from;
    } else if (s->depth + 1 == s->inner_depth) {
        s->inner_depth = 0;
    }
    s->arrays >>= 1;
    s->depth--;
    s->state = s->depth ? AFTER : DONE;
    return err;
}

static int scan_after(struct rota_scan *s, uint8_t c)
{
    if (c != ',')
        return scan_close(s, c);
    s->state = ITEM;
    return ROTA_OK;
}

/* --- Names --- */

static int scan_begin_key(struct rota_scan *s, uint8_t c)
{
    bool ours = s->depth == s->outer_depth || s->depth == s->inner_depth;

    if (c != '"')
        return ROTA_EJSON;
    s->want = ours ? NAME : NOTHING;
    s->in_key = true;
    s->key_len = 0;
    s->state = TEXT;
    return scan_keep(s, &c, 1);
}

static bool scan_key_is(const struct rota_scan *s, const char *name)
{
    return rota_text_same(s->key + 1, s->key_len - 2u, name);
}

/* Set want by the key. Returns the key's bit in seen, 0 if nobody wants it. */
static unsigned scan_look_up(struct rota_scan *s, bool inner)
{
    const char *const *names = inner ? s->shape->inner : s->shape->outer;

    s->want = SCALAR;
    for (int i = 0; names[i]; i++)
        if (scan_key_is(s, names[i]))
            return 1u << i;
    s->want = ARRAY;
    if (!inner && s->shape->inner_key && scan_key_is(s, s->shape->inner_key))
        return 1u << ROTA_SCAN_FIELDS_MAX;
    s->want = NOTHING;
    return 0;
}

static int scan_end_key(struct rota_scan *s)
{
    bool inner = s->depth == s->inner_depth;
    unsigned bit = s->want == NAME ? scan_look_up(s, inner) : 0;

    s->in_key = false;
    s->state = COLON;
    if (s->seen[inner] & bit)
        return ROTA_EJSON; /* which of the two would count? */
    s->seen[inner] = (uint16_t)(s->seen[inner] | bit);
    return s->want == SCALAR ? scan_put_name(s) : ROTA_OK;
}

/* --- Scalars --- */

static void scan_end_value(struct rota_scan *s)
{
    s->want = NOTHING;
    s->state = AFTER;
}

/* What each state of a number becomes. */
static const uint8_t after_byte[][5] = {
    /* by a digit, an e, a sign, a point, another byte */
    {INTEGER, BROKEN, BROKEN, BROKEN, BROKEN},  /* MINUS */
    {BROKEN, E, AFTER, POINT, AFTER},           /* ZERO */
    {INTEGER, E, AFTER, POINT, AFTER},          /* INTEGER */
    {FRACTION, BROKEN, BROKEN, BROKEN, BROKEN}, /* POINT */
    {FRACTION, E, AFTER, AFTER, AFTER},         /* FRACTION */
    {EXPONENT, BROKEN, SIGN, BROKEN, BROKEN},   /* E */
    {EXPONENT, BROKEN, BROKEN, BROKEN, BROKEN}, /* SIGN */
    {EXPONENT, AFTER, AFTER, AFTER, AFTER},     /* EXPONENT */
};

/* The state that c, a byte of a number or the first after it, leads to. */
static enum state scan_number(enum state state, uint8_t c)
{
    int column = scan_digit(c)        ? 0
               : (c | 0x20) == 'e'    ? 1
               : c == '+' || c == '-' ? 2
               : c == '.'             ? 3
                                      : 4;

    if (state == MINUS && c == '0')
        return ZERO;
    return (enum state)after_byte[state - MINUS][column];
}

static int scan_in_number(struct rota_scan *s, uint8_t c)
{
    s->state = (uint8_t)scan_number(s->state, c);
    if (s->state == BROKEN)
        return ROTA_EJSON;
    if (s->state != AFTER)
        return scan_keep(s, &c, 1);
    scan_end_value(s);
    return scan_blank(c) ? ROTA_OK : scan_after(s, c);
}

static int scan_begin_value(struct rota_scan *s, uint8_t c)
{
    if (c == '{' || c == '[')
        return scan_open(s, c == '[');
    if (scan_object_due(s) || (s->want == ARRAY && c != 'n'))
        return ROTA_EJSON;

    s->state = LITERAL;
    switch (c) {
    case '"': s->state = TEXT; break;
    case 't': s->rest = "rue"; break;
    case 'f': s->rest = "alse"; break;
    case 'n': s->rest = "ull"; break;
    case '-': s->state = MINUS; break;
    default: s->state = MINUS; return scan_in_number(s, c);
    }
    return scan_keep(s, &c, 1);
}

/* --- The scanner --- */

/* A byte of a token whose end shows by itself; in a string, one that is not
 * plain text. */
static int scan_in_token(struct rota_scan *s, uint8_t c)
{
    int err = scan_keep(s, &c, 1);
    uint8_t letter = c | 0x20;

    if (err)
        return err;
    switch ((int)s->state) {
    case TEXT:
        if (c < ' ')
            return ROTA_EJSON;
        if (c == '\\')
            s->state = ESCAPE;
        else if (s->in_key)
            return scan_end_key(s);
        else
            scan_end_value(s);
        return ROTA_OK;
    case ESCAPE:
        s->state = c == 'u' ? HEX_4 : TEXT;
        return memchr("\"\\/bfnrtu", c, 9) ? ROTA_OK : ROTA_EJSON;
    case LITERAL:
        if (c != (uint8_t)*s->rest++)
            return ROTA_EJSON;
        if (*s->rest == '\0')
            scan_end_value(s);
        return ROTA_OK;
    default:
        s->state--; /* from HEX_1 to TEXT */
        return scan_digit(c) || (letter >= 'a' && letter <= 'f') ? ROTA_OK
                                                                 : ROTA_EJSON;
    }
}

static int scan_step(struct rota_scan *s, uint8_t c)
{
    switch ((int)s->state) {
    case FIRST:
        if (c == '}' || c == ']')
            return scan_close(s, c);
        /* fall through */
    case ITEM:
        if (!(s->arrays & 1))
            return scan_begin_key(s, c);
        /* fall through */
    case VALUE: return scan_begin_value(s, c);
    case COLON: s->state = VALUE; return c == ':' ? ROTA_OK : ROTA_EJSON;
    case AFTER: return scan_after(s, c);
    case DONE:
    case BROKEN: return ROTA_EJSON;
    default:
        return s->state < MINUS ? scan_in_token(s, c) : scan_in_number(s, c);
    }
}

void rota_scan_init(struct rota_scan *s, const struct rota_scan_shape *shape,
                    char *window, size_t window_size,
                    int (*piece)(void *ctx, const struct rota_scan_piece *p),
                    void *ctx)
{
    *s = (struct rota_scan){
        .shape = shape,
        .piece = piece,
        .ctx = ctx,
        .window = window,
        .window_size =
            (uint16_t)(window_size < UINT16_MAX ? window_size : UINT16_MAX),
        .outer_depth = 1, /* until it shows to be an array of objects */
        .state = VALUE,
    };
}

/* Most bytes are text that nobody wants, so runs of plain text and of blanks
 * are passed over here; what remains is a step for each byte. */
int rota_scan_feed(struct rota_scan *s, const void *buf, size_t len)
{
    const uint8_t *p = buf;
    int err = ROTA_OK;

    while (len > 0 && !err) {
        size_t n = 0;
        if (s->state == TEXT) {
            while (n < len && p[n] != '"' && p[n] != '\\' && p[n] >= ' ')
                n++;
            err = scan_keep(s, p, n);
        } else if (s->state < TEXT) {
            while (n < len && scan_blank(p[n]))
                n++;
        }
        if (n < len && !err)
            err = scan_step(s, p[n++]);
        p += n;
        len -= n;
    }
    if (err)
        s->state = BROKEN;
    return err;
}

int rota_scan_end(const struct rota_scan *s)
{
    return s->state == DONE ? ROTA_OK : ROTA_EJSON;
}

static int scan_drop(void *ctx, const struct rota_scan_piece *p)
{
    (void)ctx, (void)p;
    return ROTA_OK;
}

bool rota_scan_is_json(const char *text, size_t len)
{
    static const char *const none[] = {NULL};
    static const struct rota_scan_shape shape = {none, NULL, NULL};
    struct rota_scan s;
    char window[4]; /* {} */

    rota_scan_init(&s, &shape, window, sizeof window, scan_drop, NULL);
    return rota_scan_feed(&s, text, len) == ROTA_OK
        && rota_scan_end(&s) == ROTA_OK;
}
