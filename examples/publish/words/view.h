/* SPDX-License-Identifier: Apache-2.0 */
/* JSON in memory (RFC 8259), looked at without taking it apart first. A value
 * is the bytes it is written with, without space around it. */
#ifndef PUB_WORDS_VIEW_H
#define PUB_WORDS_VIEW_H

#include <stdbool.h>

#include "base/bytes.h"

/* Is this one value of valid JSON and UTF-8, at most 32 levels deep, maybe
 * with space around it? All others here want text that is. */
bool pub_view_check(struct rota_span text);

/* A member of an object: its value. False when value is no object, or has
 * none or several of that name. Names are compared as they are written. */
bool pub_view_member(struct rota_span value, const char *name,
                     struct rota_span *out);

/* Walk through an array or object: begin with *at 0; false at the end, or when
 * value is neither. name, in its quotes, is empty in an array. */
bool pub_view_next(struct rota_span value, size_t *at, struct rota_span *name,
                   struct rota_span *out);

bool pub_view_is_text(struct rota_span value);
bool pub_view_is_nested(struct rota_span value); /* array or object */

/* A text without its quotes, or any other value, as it is written: escapes
 * stay. Cut to size. Returns out. */
const char *pub_view_copy(struct rota_span value, char *out, size_t size);

/* A whole number up to max. */
bool pub_view_number(struct rota_span value, uint64_t max, uint64_t *out);

#endif
