/* SPDX-License-Identifier: Apache-2.0 */
#include "manifest/why.h"

#include <string.h>

#include "rota.h"

#define MEMBER(name, text) text ": not valid\0"
#define JUDGED(name, err, text) text "\0"
#define FORM(name, text) text "\0"

/* One after the other: see err.c. */
static const char texts[] =
    ROTA_WHY_MEMBERS(MEMBER) ROTA_WHY_JUDGED(JUDGED) ROTA_WHY_FORM(FORM);

const char *rota_why_text(int why)
{
    const char *s = texts;

    if (why <= ROTA_WHY_NONE || why >= ROTA_WHY_END)
        return NULL;
    while (--why)
        s += strlen(s) + 1;
    return s;
}
