/* SPDX-License-Identifier: Apache-2.0 */
/* What the application is told, and what is left out of its notes. */
#include <string.h>

#include "base/event.h"
#include "base/log.h"
#include "support/test.h"

static int told;
static char last[256];

static void listen(void *app, const struct rota_event *ev)
{
    CHECK(app == &told);
    told++;
    if (ev->type == ROTA_EV_NOTE)
        memcpy(last, ev->text, strlen(ev->text) + 1);
}

static const struct rota_config listening = {.app = &told, .event = listen};

static void an_application_that_does_not_listen_is_not_told(void)
{
    struct rota_config deaf = {0};
    rota_event_tell(&deaf, &(struct rota_event){.type = ROTA_EV_CHECKING});
    rota_log_note(&deaf, "x", NULL);
    told = 0;
    rota_event_tell(&listening, &(struct rota_event){.type = ROTA_EV_CHECKING});
    CHECK(told == 1);
}

static void a_note_has_its_detail_and_printable_bytes_only(void)
{
    rota_log_note(&listening, "clock", NULL);
    CHECK(strcmp(last, "clock") == 0);
    rota_log_note(&listening, "unknown digest:", "md5:\x1b[2J\r\n\xff~");
    CHECK(strcmp(last, "unknown digest: md5:?[2J???~") == 0);
}

static void a_note_is_cut_at_159_bytes(void)
{
    char detail[400];
    memset(detail, 'd', sizeof detail);
    for (size_t len = 140; len < 200; len++) {
        detail[len] = '\0';
        rota_log_note(&listening, "what", detail);
        size_t whole = strlen("what ") + len;
        CHECK(strlen(last) == (whole < 159 ? whole : 159));
        detail[len] = 'd';
    }
}

int main(void)
{
    RUN(an_application_that_does_not_listen_is_not_told);
    RUN(a_note_has_its_detail_and_printable_bytes_only);
    RUN(a_note_is_cut_at_159_bytes);
    return test_end();
}
