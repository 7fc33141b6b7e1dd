/* SPDX-License-Identifier: Apache-2.0 */
/* Signing by somebody else's program, which has the key or knows who has. */
#ifndef PUB_SIGNING_OUTSIDE_H
#define PUB_SIGNING_OUTSIDE_H

#include <stddef.h>

#include "words/say.h"

/* Let the shell run command, with the len bytes at text on stdin and in the
 * file $1. What it writes to the file $2, or else to stdout, goes to out: *n
 * bytes. 0 or, having said why, an exit code. */
int pub_outside_sign(const struct pub_say *s, const char *command,
                     const void *text, size_t len, void *out, size_t size,
                     size_t *n);

#endif
