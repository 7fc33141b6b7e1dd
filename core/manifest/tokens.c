/* SPDX-License-Identifier: Apache-2.0 */
/* Not JSMN_STRICT, which costs 100 bytes and still lets {,} and [1,,3] pass:
 * the scanner has checked the grammar. */
#define JSMN_STATIC
#include <jsmn.h>

#include "manifest/tokens.h"

int rota_tokens_cut(jsmntok_t *tokens, size_t max, const char *text, size_t len)
{
    jsmn_parser parser;

    /* jsmn also counts without tokens. So the compiler knows that here are
     * some, and leaves out 80 bytes. */
    tokens->size = 0;
    jsmn_init(&parser);
    return jsmn_parse(&parser, text, len, tokens, (unsigned)max);
}
