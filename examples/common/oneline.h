/* SPDX-License-Identifier: Apache-2.0 */
/* Files that hold one line: a version, a token. */
#ifndef ROTA_ONELINE_H
#define ROTA_ONELINE_H

#include <stdbool.h>
#include <stddef.h>

/* Read the one line of the file at path into out, without white space around
 * it. NULL, or what is wrong: errno's text, "is empty", "is longer than one
 * line". Only printable ASCII is accepted. */
const char *rota_oneline(const char *path, char *out, size_t size);

/* May others than the owner read the file? */
bool rota_oneline_open_to_others(const char *path);

#endif
