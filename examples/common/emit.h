/* SPDX-License-Identifier: Apache-2.0 */
/* JSON objects, one a line, and numbers as people read them. */
#ifndef ROTA_EMIT_H
#define ROTA_EMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* One object: begin it with its "event", add members, end it. It goes out at
 * once. Text may hold any bytes; those that are not UTF-8 become '?'. */
void rota_emit_begin(FILE *f, const char *event);
void rota_emit_text(FILE *f, const char *name,
                    const char *value); /* NULL: null */
void rota_emit_number(FILE *f, const char *name, uint64_t value);
void rota_emit_bool(FILE *f, const char *name, bool value);
void rota_emit_texts(FILE *f, const char *name, const char *const *values,
                     size_t count); /* an array */
void rota_emit_end(FILE *f);

/* Room for any text that the following write. */
#define ROTA_EMIT_SIZE 32

/* Each fills out and returns it: "12.4 MB"; "5 h 12 min"; UTC as "2026-05-04
 * 12:00:00 UTC". */
const char *rota_emit_size(char out[ROTA_EMIT_SIZE], uint64_t bytes);
const char *rota_emit_span(char out[ROTA_EMIT_SIZE], uint64_t seconds);
const char *rota_emit_time(char out[ROTA_EMIT_SIZE], uint64_t unix_time);

/* Text from outside for a terminal: whatever is not printable ASCII becomes
 * '?', what does not fit is cut. Returns out. */
const char *rota_emit_plain(char *out, size_t size, const char *text);

#endif
