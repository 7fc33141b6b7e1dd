/* SPDX-License-Identifier: Apache-2.0 */
#include "base/event.h"

#include <string.h>

#define ONE(name, word) +1
#define WORD(name, word) word "\0"

enum { EVENTS = 0 ROTA_EVENTS(ONE) };

/* One after the other: see err.c. */
static const char words[] = ROTA_EVENTS(WORD);

const char *rota_event_name(enum rota_event_type type)
{
    const char *s = words;

    if ((unsigned)type >= EVENTS)
        return "?";
    for (unsigned i = type; i; i--)
        s += strlen(s) + 1;
    return s;
}

void rota_event_tell(const struct rota_config *c, const struct rota_event *ev)
{
    if (c->event)
        c->event(c->app, ev);
}
