/* SPDX-License-Identifier: Apache-2.0 */
#include "update/state.h"

#include <string.h>

#define WORD(name, word) word "\0"

/* One after the other: see base/err.c. */
static const char words[] = ROTA_STATES(WORD);

const char *rota_state_word(enum rota_state state)
{
    const char *s = words;

    for (unsigned i = state; i; i--)
        s += strlen(s) + 1;
    return s;
}
