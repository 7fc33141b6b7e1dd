/* SPDX-License-Identifier: Apache-2.0 */
/* jsmn, once for all that use it. */
#ifndef ROTA_JSON_TOKENS_H
#define ROTA_JSON_TOKENS_H

#include <stddef.h>

#define JSMN_HEADER
#include <jsmn.h>

/* Cut the len bytes at text, which scan.h must have found to be JSON, into
 * tokens: how many, 0 or less when they are more than max. A container's
 * tokens follow it, and a member's value its name. */
int rota_tokens_cut(jsmntok_t *tokens, size_t max, const char *text,
                    size_t len);

#endif
