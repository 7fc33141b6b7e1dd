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
 * jsmn accepts much that is not JSON; it never sees such text, for the
 * scanner (scan.h) refuses it first.
 */
#ifndef ROTA_JSON_JSON_H
#define ROTA_JSON_JSON_H

#include "json/scan.h"

/* The wanted members of an object; valid during the callback. */
struct rota_json_object {
    bool inner;
    bool partial; /* an outer one whose inner array begins: members so far */
    int count;    /* tokens */
    const void *tokens;
    const char *text; /* jsmn's input */
};

/* What a member turned out to be. */
enum rota_json_kind {
    ROTA_JSON_ABSENT, /* no such member, or null */
    ROTA_JSON_FOUND
};

struct rota_json {
    struct rota_scan scan;
    int (*object)(void *ctx, const struct rota_json_object *o);
    void *ctx;
};

/* Begin a document. object is called for each inner and each outer object
 * when it ends, and for an outer one also when its inner array begins. A
 * negative result ends the scan and is returned by feed. j must not be moved
 * before the document ends. Of the window, up to 64 KiB are used. */
void rota_json_init(struct rota_json *j, const struct rota_scan_shape *shape,
                    char *window, size_t window_size,
                    int (*object)(void *ctx, const struct rota_json_object *o),
                    void *ctx);

/* Take the next len bytes, any number, down to one. ROTA_EJSON when they are
 * not JSON, nest too deeply, or have a wanted member twice or with a value
 * that is no scalar (an inner array may be null); ROTA_ETOOLONG when an
 * object's wanted values do not fit the window. After an error each further
 * byte is ROTA_EJSON. */
int rota_json_feed(struct rota_json *j, const void *buf,
                   size_t len) ROTA_CHECKED;

/* ROTA_OK when the document was complete, else ROTA_EJSON. */
int rota_json_end(const struct rota_json *j) ROTA_CHECKED;

/* Members of an object: FOUND, ABSENT, or negative: ROTA_EJSON when the value
 * is of another type or out of range, ROTA_ETOOLONG for a string longer than
 * size - 1. out is set only when FOUND, except that a string is "" otherwise.
 * Strings come unescaped to UTF-8 and NUL-terminated; one with a NUL or half
 * a surrogate pair in it is ROTA_EJSON. Numbers are digits alone: no sign,
 * fraction or exponent. */
int rota_json_string(const struct rota_json_object *o, const char *name,
                     char *out, size_t size) ROTA_CHECKED;
int rota_json_uint(const struct rota_json_object *o, const char *name,
                   uint64_t max, uint64_t *out) ROTA_CHECKED;
int rota_json_bool(const struct rota_json_object *o, const char *name,
                   bool *out) ROTA_CHECKED;

#endif
