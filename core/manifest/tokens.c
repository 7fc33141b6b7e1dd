/* SPDX-License-Identifier: Apache-2.0 */
/* Not JSMN_STRICT, which costs 100 bytes and still lets {,} and [1,,3] pass:
 * the scanner has checked the grammar. */
#define JSMN_STATIC
#include <jsmn.h>

#include "manifest/tokens.h"

#include <limits.h>
#include <string.h>

int rota_tokens_cut(jsmntok_t *tokens, size_t max, const char *text, size_t len)
{
    jsmn_parser parser;

    /* jsmn also counts without tokens. So the compiler knows that here are
     * some, and leaves out 80 bytes. */
    tokens->size = 0;
    jsmn_init(&parser);
    int count = jsmn_parse(&parser, text, len, tokens, (unsigned)max - 1);
    if (count > 0)
        tokens[count].start = INT_MAX; /* behind everything */
    return count;
}

size_t rota_tokens_length(const jsmntok_t *t)
{
    return (size_t)(t->end - t->start);
}

const jsmntok_t *rota_tokens_behind(const jsmntok_t *v)
{
    int stop = v->end;

    do
        v++;
    while (v->start < stop);
    return v;
}

const jsmntok_t *rota_tokens_find(const jsmntok_t *object, const char *text,
                                  const char *name, size_t len)
{
    for (const jsmntok_t *k = object + 1; k->start < object->end;
         k = rota_tokens_behind(k + 1))
        if (rota_tokens_length(k) == len
            && memcmp(text + k->start, name, len) == 0)
            return k + 1;
    return NULL;
}

const jsmntok_t *rota_tokens_element(const jsmntok_t *array, int at)
{
    const jsmntok_t *v = array + 1;

    while (at-- > 0)
        v = rota_tokens_behind(v);
    return v;
}
