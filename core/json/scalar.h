/* SPDX-License-Identifier: Apache-2.0 */
/* The grammar of one scalar of JSON (RFC 8259, sections 3, 6 and 7): a string,
 * a number, true, false or null. It takes a byte at a time and keeps none. */
#ifndef ROTA_JSON_SCALAR_H
#define ROTA_JSON_SCALAR_H

#include <stdbool.h>
#include <stdint.h>

/* How far a scalar has come. */
enum rota_scalar_state {
    /* A number: what its last byte was. */
    ROTA_SCALAR_START, /* a minus, or there is no byte yet */
    ROTA_SCALAR_ZERO,  /* the integer 0: no digit may follow */
    ROTA_SCALAR_INTEGER,
    ROTA_SCALAR_POINT,
    ROTA_SCALAR_FRACTION,
    ROTA_SCALAR_E,
    ROTA_SCALAR_SIGN, /* of the exponent */
    ROTA_SCALAR_EXPONENT,

    /* A string. */
    ROTA_SCALAR_TEXT,
    ROTA_SCALAR_ESCAPE, /* after a backslash */
    ROTA_SCALAR_HEX,    /* in the digits of a \u */

    ROTA_SCALAR_LITERAL, /* true, false or null */

    /* How it ends. */
    ROTA_SCALAR_END,    /* the last byte belongs to it */
    ROTA_SCALAR_BEHIND, /* the last byte is the first one behind a number */
    ROTA_SCALAR_BROKEN  /* it is none */
};

struct rota_scalar {
    uint8_t state;    /* enum rota_scalar_state */
    uint8_t missing;  /* digits of a \u */
    const char *rest; /* of a literal */
};

/* Begin the scalar whose first byte is c. */
enum rota_scalar_state rota_scalar_begin(struct rota_scalar *t, uint8_t c);

/* Take the next byte. After END, BEHIND and BROKEN there is none. */
enum rota_scalar_state rota_scalar_next(struct rota_scalar *t, uint8_t c);

#endif
