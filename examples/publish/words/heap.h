/* SPDX-License-Identifier: Apache-2.0 */
/* Text of any length, up to a limit, and JSON written into it. */
#ifndef ROTA_HEAP_H
#define ROTA_HEAP_H

#include <stdbool.h>

#include "base/bytes.h"

/* Zeroed is empty. Once memory or the limit ran out, failed is set and nothing
 * more is added. */
struct rota_heap {
    char *p; /* NUL-terminated when len > 0 */
    size_t len, size;
    size_t max; /* 0: 64 MiB */
    bool failed;
};

void rota_heap_add(struct rota_heap *h, const void *p, size_t len);
void rota_heap_put(struct rota_heap *h, const char *text);
void rota_heap_empty(struct rota_heap *h); /* keeps the memory */
void rota_heap_free(struct rota_heap *h);
struct rota_span rota_heap_span(const struct rota_heap *h);

/* One JSON object: each of these begins it if it is not begun, and adds a
 * member, with a comma where one is due; NULL text adds nothing. */
void rota_heap_text(struct rota_heap *h, const char *name, const char *value);
void rota_heap_text_n(struct rota_heap *h, const char *name, const char *value,
                      size_t len);
void rota_heap_bool(struct rota_heap *h, const char *name, bool value);

/* End it. False when it did not fit, or when a text was not UTF-8. */
bool rota_heap_end(struct rota_heap *h);

/* A JSON text, with its quotes, as UTF-8 and a NUL. False when value is no
 * text, is longer than size - 1 or holds a NUL; out is "" then. */
bool rota_heap_decode(struct rota_span value, char *out, size_t size);

#endif
