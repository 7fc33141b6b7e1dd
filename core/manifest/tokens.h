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
 * tokens: how many, 0 or less when they do not fit max with one behind them. A
 * container's tokens follow it, and a member's value its name. */
int rota_tokens_cut(jsmntok_t *tokens, size_t max, const char *text,
                    size_t len);

/* Bytes of a token, without quotes. */
size_t rota_tokens_length(const jsmntok_t *t);

/* The first token after a value and what it holds. */
const jsmntok_t *rota_tokens_behind(const jsmntok_t *v);

/* The value of the first member of an object that has this name, or NULL. */
const jsmntok_t *rota_tokens_find(const jsmntok_t *object, const char *text,
                                  const char *name, size_t len);

/* Element at of an array, which has so many. */
const jsmntok_t *rota_tokens_element(const jsmntok_t *array, int at);

#endif
