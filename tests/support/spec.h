/* SPDX-License-Identifier: Apache-2.0 */
/* core/SPEC.md as tests read it: what it shows is what the code must do. */
#ifndef SPEC_H
#define SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* SPEC.md behind the heading that holds these words, or NULL. */
FILE *spec_open(const char *heading);

/* The next line, false at the next heading or the end; then f is closed. */
bool spec_line(FILE *f, char *line, size_t size);

/* Put the bytes of a line "OFFSET: xx xx ...", all hexadecimal, into mem. How
 * many there were, 0 for any other line. */
size_t spec_bytes(const char *line, uint8_t *mem, size_t size);

#endif
