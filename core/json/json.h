/* SPDX-License-Identifier: Apache-2.0 */
/* The values of an object that the scanner has cut out of a document.
 *
 * They are read in the scanner's own text, which is short and has no blanks:
 * a member is found by a walk over it, so neither tokens nor a copy are
 * needed.
 */
#ifndef ROTA_JSON_JSON_H
#define ROTA_JSON_JSON_H

#include "json/scan.h"

/* What a member turned out to be. */
enum rota_json_kind {
    ROTA_JSON_ABSENT, /* no such member, or null */
    ROTA_JSON_FOUND
};

/* Members of an object: FOUND, ABSENT, or negative: ROTA_EJSON when the value
 * is of another type or out of range, ROTA_ETOOLONG for a string longer than
 * size - 1. out is set only when FOUND, except that a string is "" otherwise.
 * Strings come unescaped to UTF-8 and NUL-terminated; one with a NUL or half
 * a surrogate pair in it is ROTA_EJSON. Numbers are digits alone: no sign,
 * fraction or exponent. */
int rota_json_string(const struct rota_scan_piece *o, const char *name,
                     char *out, size_t size) ROTA_CHECKED;
int rota_json_uint(const struct rota_scan_piece *o, const char *name,
                   uint64_t max, uint64_t *out) ROTA_CHECKED;
int rota_json_bool(const struct rota_scan_piece *o, const char *name,
                   bool *out) ROTA_CHECKED;

#endif
