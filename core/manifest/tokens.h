/* SPDX-License-Identifier: Apache-2.0 */
/* The tokens of a manifest, by jsmn. A manifest is in memory as a whole, nests,
 * and is asked for its members in any order and more than once: so it is cut
 * once. jsmn accepts much that is not JSON; it never sees such text, for
 * scan.h refuses it first. */
#ifndef ROTA_MANIFEST_TOKENS_H
#define ROTA_MANIFEST_TOKENS_H

#include <stddef.h>

#define JSMN_HEADER
#include <jsmn.h>

/* Cut the len bytes at text, which scan.h must have found to be JSON, into
 * tokens: how many, 0 or less when they are more than max. A container's
 * tokens follow it, and a member's value its name. */
int rota_tokens_cut(jsmntok_t *tokens, size_t max, const char *text,
                    size_t len);

#endif
