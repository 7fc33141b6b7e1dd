/* SPDX-License-Identifier: Apache-2.0 */
#include "json/scan.h"

#include <string.h>

#include "base/text.h"

/* What the next byte may be (RFC 8259). */
enum state {
    /* Where blanks may stand. */
    FIRST, /* an item of what has just been opened, or its end */
    ITEM,  /* a value in an array, a name in an object */
    COLON,
    VALUE,
    AFTER, /* a value: a comma, or the end of what it is in */
    DONE,

    /* Where they may not. */
    TOKEN, /* in a name or a scalar, whose grammar scalar.c has */
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

/* A wanted scalar is no container, the inner array is no object, and where an
 * outer or inner object is due there is no array, unless it is the document. */
static bool scan_may_open(const struct rota_scan *s, bool array)
{
    if (s->depth == ROTA_SCAN_DEPTH_MAX || s->want == SCALAR)
        return false;
    return array ? s->depth == 0 || !scan_object_due(s) : s->want != ARRAY;
}

/* Gather what is opened if it is an outer or inner object. */
static int scan_open_object(struct rota_scan *s)
{
    bool inner = s->depth == s->inner_depth;

    if (!inner && s->depth != s->outer_depth)
        return ROTA_OK;
    if (inner)
        s->outer_len = s->window_len;
    s->seen[inner] = 0;
    return scan_put(s, "{", 1);
}

/* A container begins. Its depth alone tells what it is to us: an outer object
 * has depth 1, or 2 when the document turns out to be an array; an inner one is
 * one deeper than the inner array, as long as that is open. Of all others only
 * the kind is kept, a bit of "arrays" each, to check their ends. In the window
 * an inner object stands behind the members so far of the outer one. */
static int scan_open(struct rota_scan *s, bool array)
{
    bool inners = s->want == ARRAY;

    if (!scan_may_open(s, array))
        return ROTA_EJSON;
    if (s->depth == 0 && array)
        s->outer_depth = 2;
    s->want = NOTHING;
    s->arrays = s->arrays << 1 | array;
    s->depth++;
    s->state = FIRST;
    if (!inners)
        return scan_open_object(s);
    s->inner_depth = (uint8_t)(s->depth + 1);
    return scan_show(s, 0, true);
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

static int scan_begin_token(struct rota_scan *s, uint8_t c)
{
    s->state = TOKEN;
    if (rota_scalar_begin(&s->scalar, c) == ROTA_SCALAR_BROKEN)
        return ROTA_EJSON;
    return scan_keep(s, &c, 1);
}

static int scan_begin_key(struct rota_scan *s, uint8_t c)
{
    bool ours = s->depth == s->outer_depth || s->depth == s->inner_depth;

    if (c != '"')
        return ROTA_EJSON;
    s->want = ours ? NAME : NOTHING;
    s->in_key = true;
    s->key_len = 0;
    return scan_begin_token(s, c);
}

/* Set want by the key. Returns the key's bit in seen, 0 if nobody wants it. */
static unsigned scan_look_up(struct rota_scan *s, bool inner)
{
    const struct rota_scan_shape *shape = s->shape;
    const char *const *names = inner ? shape->inner : shape->outer;
    const char *key = s->key + 1;
    size_t len = s->key_len - 2u;

    s->want = SCALAR;
    for (int i = 0; names[i]; i++)
        if (rota_text_same(key, len, names[i]))
            return 1u << i;
    s->want = ARRAY;
    if (!inner && shape->inner_key
        && rota_text_same(key, len, shape->inner_key))
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

/* --- The scanner --- */

static int scan_begin_value(struct rota_scan *s, uint8_t c)
{
    if (c == '{' || c == '[')
        return scan_open(s, c == '[');
    if (scan_object_due(s) || (s->want == ARRAY && c != 'n'))
        return ROTA_EJSON;
    return scan_begin_token(s, c);
}

/* A number alone shows its end by a byte that belongs to what follows. */
static int scan_in_token(struct rota_scan *s, uint8_t c)
{
    enum rota_scalar_state is = rota_scalar_next(&s->scalar, c);
    bool behind = is == ROTA_SCALAR_BEHIND;
    int err = behind ? ROTA_OK : scan_keep(s, &c, 1);

    if (is == ROTA_SCALAR_BROKEN)
        return ROTA_EJSON;
    if (err || (is != ROTA_SCALAR_END && !behind))
        return err;
    if (s->in_key)
        return scan_end_key(s);
    s->want = NOTHING;
    s->state = AFTER;
    return !behind || scan_blank(c) ? ROTA_OK : scan_after(s, c);
}

static int scan_step(struct rota_scan *s, uint8_t c)
{
    if (s->state <= DONE && scan_blank(c))
        return ROTA_OK;
    switch ((enum state)s->state) {
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
    case TOKEN: return scan_in_token(s, c);
    case DONE:
    case BROKEN: break;
    }
    return ROTA_EJSON;
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

/* How many of the len bytes at p are plain text in a string. */
static size_t scan_run(const struct rota_scan *s, const uint8_t *p, size_t len)
{
    size_t n = 0;

    if (s->state == TOKEN && s->scalar.state == ROTA_SCALAR_TEXT)
        while (n < len && p[n] != '"' && p[n] != '\\' && p[n] >= ' ')
            n++;
    return n;
}

/* Most bytes are text that nobody wants: so runs are passed over, and what
 * remains is a step for each byte. */
int rota_scan_feed(struct rota_scan *s, const void *buf, size_t len)
{
    const uint8_t *p = buf;
    int err = ROTA_OK;

    while (len > 0 && !err) {
        size_t n = scan_run(s, p, len);
        err = n ? scan_keep(s, p, n) : scan_step(s, p[n++]);
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
