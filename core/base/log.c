/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include "base/event.h"
#include "base/text.h"

#define NOTE_MAX 159

/* As much of s as fits. */
static void log_add_printable(struct rota_text *t, const char *s)
{
    for (; *s && !t->full; s++)
        rota_text_add_n(t, *s >= ' ' && *s <= '~' ? s : "?", 1);
}

void rota_log_note(const struct rota_config *c, const char *what,
                   const char *detail)
{
    char buf[NOTE_MAX + 1];
    struct rota_text t;

    rota_text_init(&t, buf, sizeof buf);
    log_add_printable(&t, what);
    if (detail) {
        log_add_printable(&t, " ");
        log_add_printable(&t, detail);
    }
    rota_event_tell(c, &(struct rota_event){.type = ROTA_EV_NOTE, .text = buf});
}
