/* SPDX-License-Identifier: Apache-2.0 */
/* What the fuzz targets share. Each target is one function in libFuzzer's
 * form, and holds more against the code than that it does not crash. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUST(c)                                                                \
    ((c) ? (void)0                                                             \
         : (void)(fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #c),      \
                  abort()))

/* Cut the input at line feeds into n strings, the last of which has the rest.
 * Each is a block of its own, so that a sanitizer sees where it ends. */
static inline void fuzz_lines(const uint8_t *data, size_t size, char **line,
                              int n)
{
    for (int i = 0; i < n; i++) {
        const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
        size_t len = end && i < n - 1 ? (size_t)(end - data) : size;
        line[i] = malloc(len + 1);
        MUST(line[i]);
        if (len)
            memcpy(line[i], data, len);
        line[i][len] = '\0';
        len += len < size;
        data += len;
        size -= len;
    }
}

static inline void fuzz_free(char **line, int n)
{
    for (int i = 0; i < n; i++)
        free(line[i]);
}

#endif
