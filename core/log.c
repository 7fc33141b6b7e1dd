/* SPDX-License-Identifier: Apache-2.0 */
#include "log.h"
#include "util.h"

#define NOTE_MAX 159

void rota_tell(const struct rota_config *c, const struct rota_event *ev)
{
    if (c->event)
        c->event(c->app, ev);
}

/* As much of s as fits. */
static void add_printable(struct rota_text *t, const char *s)
{
    for (; *s && !t->full; s++)
        rota_text_add_n(t, *s >= ' ' && *s <= '~' ? s : "?", 1);
}

void rota_note(const struct rota_config *c, const char *what,
               const char *detail)
{
    char buf[NOTE_MAX + 1];
    struct rota_text t;

    rota_text_init(&t, buf, sizeof buf);
    add_printable(&t, what);
    if (detail) {
        add_printable(&t, " ");
        add_printable(&t, detail);
    }
    rota_tell(c, &(struct rota_event){.type = ROTA_EV_NOTE, .text = buf});
}
