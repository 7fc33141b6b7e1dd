/* SPDX-License-Identifier: Apache-2.0 */
#include "json/scalar.h"

#include <string.h>

static enum rota_scalar_state scalar_text(uint8_t c)
{
    if (c < ' ')
        return ROTA_SCALAR_BROKEN;
    return c == '"'  ? ROTA_SCALAR_END
         : c == '\\' ? ROTA_SCALAR_ESCAPE
                     : ROTA_SCALAR_TEXT;
}

static enum rota_scalar_state scalar_escape(struct rota_scalar *t, uint8_t c)
{
    t->missing = 4;
    if (c == 'u')
        return ROTA_SCALAR_HEX;
    return memchr("\"\\/bfnrt", c, 8) ? ROTA_SCALAR_TEXT : ROTA_SCALAR_BROKEN;
}

static bool scalar_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static enum rota_scalar_state scalar_hex(struct rota_scalar *t, uint8_t c)
{
    uint8_t letter = c | 0x20;

    if (!scalar_digit(c) && (letter < 'a' || letter > 'f'))
        return ROTA_SCALAR_BROKEN;
    return --t->missing ? ROTA_SCALAR_HEX : ROTA_SCALAR_TEXT;
}

static enum rota_scalar_state scalar_literal(struct rota_scalar *t, uint8_t c)
{
    if (c != (uint8_t)*t->rest++)
        return ROTA_SCALAR_BROKEN;
    return *t->rest ? ROTA_SCALAR_LITERAL : ROTA_SCALAR_END;
}

#define N(state) ROTA_SCALAR_##state

/* A row for each state of a number: the state that it becomes. */
static const uint8_t after_byte[][5] = {
    /* by a digit, an e, a sign, a point, another byte */
    [N(START)] = {N(INTEGER), N(BROKEN), N(BROKEN), N(BROKEN), N(BROKEN)},
    [N(ZERO)] = {N(BROKEN), N(E), N(BEHIND), N(POINT), N(BEHIND)},
    [N(INTEGER)] = {N(INTEGER), N(E), N(BEHIND), N(POINT), N(BEHIND)},
    [N(POINT)] = {N(FRACTION), N(BROKEN), N(BROKEN), N(BROKEN), N(BROKEN)},
    [N(FRACTION)] = {N(FRACTION), N(E), N(BEHIND), N(BEHIND), N(BEHIND)},
    [N(E)] = {N(EXPONENT), N(BROKEN), N(SIGN), N(BROKEN), N(BROKEN)},
    [N(SIGN)] = {N(EXPONENT), N(BROKEN), N(BROKEN), N(BROKEN), N(BROKEN)},
    [N(EXPONENT)] = {N(EXPONENT), N(BEHIND), N(BEHIND), N(BEHIND), N(BEHIND)},
};

static enum rota_scalar_state scalar_number(enum rota_scalar_state state,
                                            uint8_t c)
{
    int column = scalar_digit(c)      ? 0
               : (c | 0x20) == 'e'    ? 1
               : c == '+' || c == '-' ? 2
               : c == '.'             ? 3
                                      : 4;

    if (state == ROTA_SCALAR_START && c == '0')
        return ROTA_SCALAR_ZERO;
    return (enum rota_scalar_state)after_byte[state][column];
}

static enum rota_scalar_state scalar_after(struct rota_scalar *t, uint8_t c)
{
    enum rota_scalar_state state = (enum rota_scalar_state)t->state;

    switch ((int)state) {
    case ROTA_SCALAR_TEXT: return scalar_text(c);
    case ROTA_SCALAR_ESCAPE: return scalar_escape(t, c);
    case ROTA_SCALAR_HEX: return scalar_hex(t, c);
    case ROTA_SCALAR_LITERAL: return scalar_literal(t, c);
    default: return scalar_number(state, c);
    }
}

enum rota_scalar_state rota_scalar_next(struct rota_scalar *t, uint8_t c)
{
    enum rota_scalar_state state = scalar_after(t, c);

    t->state = (uint8_t)state;
    return state;
}

enum rota_scalar_state rota_scalar_begin(struct rota_scalar *t, uint8_t c)
{
    t->state = ROTA_SCALAR_LITERAL;
    switch (c) {
    case '"': t->state = ROTA_SCALAR_TEXT; break;
    case 't': t->rest = "rue"; break;
    case 'f': t->rest = "alse"; break;
    case 'n': t->rest = "ull"; break;
    case '-': t->state = ROTA_SCALAR_START; break;
    default: t->state = ROTA_SCALAR_START; return rota_scalar_next(t, c);
    }
    return (enum rota_scalar_state)t->state;
}
