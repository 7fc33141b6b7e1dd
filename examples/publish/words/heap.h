/* SPDX-License-Identifier: Apache-2.0 */
/* Text of any length, up to a limit, and JSON written into it. */
#ifndef PUB_WORDS_HEAP_H
#define PUB_WORDS_HEAP_H

#include <stdbool.h>

#include "base/bytes.h"

/* Zeroed is empty. Once memory or the limit ran out, failed is set and nothing
 * more is added. */
struct pub_heap {
    char *p; /* NUL-terminated when len > 0 */
    size_t len, size;
    size_t max; /* 0: 64 MiB */
    bool failed;
};

void pub_heap_add(struct pub_heap *h, const void *p, size_t len);
void pub_heap_put(struct pub_heap *h, const char *text);
void pub_heap_empty(struct pub_heap *h); /* keeps the memory */
void pub_heap_free(struct pub_heap *h);
struct rota_span pub_heap_span(const struct pub_heap *h);

/* One JSON object: each of these begins it if it is not begun, and adds a
 * member, with a comma where one is due; NULL text adds nothing. */
void pub_heap_text(struct pub_heap *h, const char *name, const char *value);
void pub_heap_text_n(struct pub_heap *h, const char *name, const char *value,
                     size_t len);
void pub_heap_bool(struct pub_heap *h, const char *name, bool value);

/* End it. False when it did not fit, or when a text was not UTF-8. */
bool pub_heap_end(struct pub_heap *h);

/* A JSON text, with its quotes, as UTF-8 and a NUL. False when value is no
 * text, is longer than size - 1 or holds a NUL; out is "" then. */
bool pub_heap_decode(struct rota_span value, char *out, size_t size);

#endif
