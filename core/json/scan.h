/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts the objects of interest out of a JSON document of any length, in fixed
 * memory.
 *
 * A document here is an object, or an array of objects ("outer"); an outer
 * object may have one member of interest that is an array of objects
 * ("inner"): releases and their assets. The scanner reads the bytes as they
 * come, drops all that nobody asked for, and gathers the wanted members of
 * one object in a window, as text. When the object ends, a callback may look
 * at them (json.h). While an inner object is read the outer one's members wait
 * at the start of the window.
 *
 * The scanner holds all of RFC 8259's grammar, of dropped values too. What it
 * does not check is that bytes above 0x7f are UTF-8.
 */
#ifndef ROTA_JSON_SCAN_H
#define ROTA_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json/scalar.h"
#include "rota_port.h"

#define ROTA_SCAN_FIELDS_MAX 8 /* wanted members of one object */
#define ROTA_SCAN_NAME_MAX 23  /* bytes of a wanted member's name */
#define ROTA_SCAN_DEPTH_MAX 32 /* nesting of a document: bits of a uint32_t */

/* What is wanted of a document. Names are of plain ASCII; one that the
 * document writes with an escape ("\u0069d" for "id") is taken for another. */
struct rota_scan_shape {
    const char *const *outer; /* names of wanted scalars, NULL at the end */
    const char *inner_key;    /* member that holds the inner array, or NULL */
    const char *const *inner; /* wanted scalars of inner objects */
};

/* An object with its wanted members only, as JSON without blanks. They are
 * scalars, and their names stand there as in the shape. */
struct rota_scan_piece {
    const char *text; /* from one brace to the other; no NUL behind it */
    size_t len;
    bool inner;
    bool partial; /* an outer one whose inner array begins: members so far */
};

/* Single bytes first: there a Cortex-M0 reaches them in one instruction. */
struct rota_scan {
    uint8_t state, want; /* what the next byte may be, and where it goes */
    uint8_t depth;       /* containers that are open */
    uint8_t outer_depth; /* depth inside an outer object: 1 or 2 */
    uint8_t inner_depth; /* inside an inner one; 0: no inner array is open */
    uint8_t key_len;
    bool in_key;
    uint32_t arrays;    /* bit n: the nth container from within is an array */
    uint16_t seen[2];   /* bit n: member n of the outer, inner object came */
    uint16_t outer_len; /* of the window, while an inner object is read */
    uint16_t window_size, window_len;
    char *window;
    struct rota_scalar scalar; /* the name or value being read */
    const struct rota_scan_shape *shape;
    int (*piece)(void *ctx, const struct rota_scan_piece *p);
    void *ctx;
    char key[ROTA_SCAN_NAME_MAX + 3]; /* with its quotes and a colon */
};

/* Begin a document. piece is called for each inner and each outer object when
 * it ends, and for an outer one also when its inner array begins; p is valid
 * during the call. A negative result ends the scan and is returned by feed.
 * Of the window, up to 64 KiB are used; it stays the caller's. */
void rota_scan_init(struct rota_scan *s, const struct rota_scan_shape *shape,
                    char *window, size_t window_size,
                    int (*piece)(void *ctx, const struct rota_scan_piece *p),
                    void *ctx);

/* Take the next len bytes, any number, down to one. ROTA_EJSON when they are
 * not JSON, nest too deeply, or have a wanted member twice or with a value
 * that is no scalar (an inner array may be null); ROTA_ETOOLONG when an
 * object's wanted values do not fit the window. After an error each further
 * byte is ROTA_EJSON. */
int rota_scan_feed(struct rota_scan *s, const void *buf,
                   size_t len) ROTA_CHECKED;

/* ROTA_OK when the document was complete, else ROTA_EJSON. */
int rota_scan_end(const struct rota_scan *s) ROTA_CHECKED;

/* Are the len bytes at text one JSON object, or an array of them? */
bool rota_scan_is_json(const char *text, size_t len);

#endif
