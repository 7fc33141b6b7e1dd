/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "rota.h"
#include "support/test.h"

#define ROW(name, word) {ROTA_EV_##name, word},
static const struct {
    enum rota_event_type type;
    const char *word;
} events[] = {ROTA_EVENTS(ROW)};

#define EVENTS (sizeof events / sizeof *events)

static void every_event_has_its_word(void)
{
    CHECK(strcmp(rota_event_name(ROTA_EV_CHECKING), "checking") == 0);
    CHECK(strcmp(rota_event_name(ROTA_EV_HELD), "held") == 0);
    for (size_t i = 0; i < EVENTS; i++)
        CHECK(strcmp(rota_event_name(events[i].type), events[i].word) == 0);
}

/* They are keys of JSON and words of a log. */
static void a_word_is_one_word(void)
{
    for (size_t i = 0; i < EVENTS; i++) {
        size_t len = strlen(events[i].word);

        CHECK(len > 0
              && strspn(events[i].word, "abcdefghijklmnopqrstuvwxyz_") == len);
        for (size_t k = 0; k < i; k++)
            CHECK(strcmp(events[i].word, events[k].word) != 0);
    }
}

static void what_is_no_event_is_a_question_mark(void)
{
    static const int other[] = {-1, (int)EVENTS, 255, 2147483647,
                                -2147483647 - 1};

    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        CHECK(strcmp(rota_event_name((enum rota_event_type)other[i]), "?")
              == 0);
}

int main(void)
{
    RUN(every_event_has_its_word);
    RUN(a_word_is_one_word);
    RUN(what_is_no_event_is_a_question_mark);
    return test_end();
}
