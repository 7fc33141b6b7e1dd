/* SPDX-License-Identifier: Apache-2.0 */
/* Picks a few values out of a JSON document of any length in fixed memory.
 *
 * A document here is an object, or an array of objects ("outer"); an outer
 * object may have one member of interest that is an array of objects
 * ("inner"): releases and their assets. The scanner reads the bytes as they
 * come, drops all that nobody asked for, and gathers the wanted members of
 * one object in a window, as text. When the object ends, jsmn cuts the window
 * into tokens and a callback may look at them. While an inner object is read
 * the outer one's members wait at the start of the window.
 *
 * jsmn accepts much that is not JSON, so shapes are checked here: nesting,
 * separators, strings, literals and numbers, whether wanted or not.
 */
#ifndef ROTA_JSON_H
#define ROTA_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rota_port.h"

#define ROTA_JSON_FIELDS_MAX 8  /* wanted members of one object */
#define ROTA_JSON_DEPTH_MAX 32  /* nesting of a document */

struct rota_json_shape {
    const char *const *outer; /* names of wanted scalars, NULL at the end */
    const char *inner_key;    /* member that holds the inner array, or NULL */
    const char *const *inner; /* wanted scalars of inner objects */
};

/* One object that has ended; valid during the callback. */
struct rota_json_object {
    bool inner;
    const char *text;  /* the window's part, jsmn's input */
    const void *tokens;
    int count;         /* tokens */
};

/* What a member turned out to be. Anything negative refuses the document. */
enum rota_json_kind {
    ROTA_JSON_ABSENT, /* no such member, or null */
    ROTA_JSON_FOUND
};

struct rota_json {
    const struct rota_json_shape *shape;
    int (*object)(void *ctx, const struct rota_json_object *o);
    void *ctx;
    char *window;
    uint16_t window_size, window_len, outer_len;
    /* ... the scanner's own state: author's choice, small ... */
    uint64_t reserved[8];
};

/* Begin a document. object is called at the end of each inner object and of
 * each outer one; a negative result ends the scan and is returned by feed. */
void rota_json_init(struct rota_json *j, const struct rota_json_shape *shape,
                    char *window, size_t window_size,
                    int (*object)(void *ctx,
                                  const struct rota_json_object *o),
                    void *ctx);

/* Take the next len bytes, any number, down to one. ROTA_EJSON when they are
 * not JSON, nest too deeply, have a wanted member twice or with a value that
 * is no scalar, or wanted values that do not fit the window. */
int rota_json_feed(struct rota_json *j, const void *buf,
                   size_t len) ROTA_CHECKED;

/* ROTA_OK when the document was complete, else ROTA_EJSON. */
int rota_json_end(const struct rota_json *j) ROTA_CHECKED;

/* Members of an ended object: FOUND, ABSENT, or ROTA_EJSON when the value is
 * of another type, out of range, or longer than size - 1. Strings come
 * unescaped to UTF-8 and NUL-terminated; one with a NUL in it is refused. */
int rota_json_string(const struct rota_json_object *o, const char *name,
                     char *out, size_t size) ROTA_CHECKED;
int rota_json_uint(const struct rota_json_object *o, const char *name,
                   uint64_t max, uint64_t *out) ROTA_CHECKED;
int rota_json_bool(const struct rota_json_object *o, const char *name,
                   bool *out) ROTA_CHECKED;

#endif
