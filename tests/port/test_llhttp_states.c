/* SPDX-License-Identifier: Apache-2.0 */
/* core/http/http.c is told the same by the llhttp of firmware as by the whole
 * one: of every byte, in every state that a reply comes to. */
#include <stdlib.h>
#include <string.h>

#include "port/llhttp_twins.h"
#include "support/test.h"

/* Where the twins are. */
struct place {
    llhttp_t parser[2];
    struct key {
        void *at[2];
        int32_t index;
        uint32_t status, flags, head_state, version, length;
        bool span, head_only, past_head, in_line;
    } key;
    size_t next; /* with the same hash, or 0 */
};

enum { PLACES = 1 << 19, HASHES = 1 << 16 };

static struct place *places;
static size_t place_count, hashes[HASHES];

/* Statuses that are alike to llhttp and core/http/http.c are one, once their
 * line has been read. */
static uint32_t status_class(uint32_t status)
{
    if (status == 102 || status == 103)
        return 102;
    if (status == 204 || status == 304)
        return 204;
    return status <= 101 ? status / 100 * status : status < 200 ? 104 : 200;
}

static void key_of(struct key *k, const struct rota_http h[2], bool in_line)
{
    const llhttp_t *p = &h[WHOLE].parser;
    bool keeps = p->http_major > 0 && p->http_minor > 0;
    unsigned upgrade = F_UPGRADE | F_CONNECTION_UPGRADE;

    memset(k, 0, sizeof *k);
    for (int i = 0; i < 2; i++)
        k->at[i] = h[i].parser._current;
    k->index = p->_index;
    k->status = in_line ? p->status_code : status_class(p->status_code);
    k->in_line = in_line;
    k->flags = p->status_code == 101 ? p->flags : p->flags & ~upgrade;
    k->head_state =
        p->header_state | (uint32_t)h[SMALL].parser.header_state << 8;
    k->version = p->status_code ? keeps : p->http_major * 10u + p->http_minor;
    k->length = p->content_length > 0;
    if (h->past_head && p->content_length > 1)
        k->length = 2;
    k->span = p->_span_pos0 != NULL;
    k->head_only = h->head_only;
    k->past_head = h->past_head;
}

static size_t *hash_of(const struct key *k)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < sizeof *k; i++)
        hash = (hash ^ ((const uint8_t *)k)[i]) * 16777619u;
    return &hashes[hash % HASHES];
}

/* Remember a place that is new. */
static void visit(const struct twins *t, bool in_line)
{
    llhttp_t parser[2] = {t->http[0].parser, t->http[1].parser};
    struct key key;

    key_of(&key, t->http, in_line);
    size_t *first = hash_of(&key);
    CHECK(parser[0].content_length == parser[1].content_length
          && parser[0].status_code == parser[1].status_code);
    /* Only replies that are no others ask for what there was a request, and
     * those without a status end like any. */
    if (!in_line && (key.status == 0 || (key.head_only && key.status != 200)))
        return;
    for (size_t i = *first; i; i = places[i].next)
        if (!memcmp(&places[i].key, &key, sizeof key))
            return;
    if (place_count == PLACES)
        abort();
    memcpy(places[place_count].parser, parser, sizeof parser);
    places[place_count].key = key;
    places[place_count].next = *first;
    *first = place_count++;
}

static void go_to(struct twins *t, const struct place *at)
{
    twins_begin(t, at->key.head_only);
    for (int i = 0; i < 2; i++) {
        t->http[i].parser = at->parser[i];
        t->http[i].past_head = at->key.past_head;
    }
}

static void try_byte(const struct place *at, int byte)
{
    struct twins t;
    char c = (char)byte;

    go_to(&t, at);
    bool same =
        twins_feed(&t, &c, 1) && (heard[WHOLE].end < 0 || twins_closed(&t));
    CHECK(same);
    if (!same)
        printf("byte 0x%02x after status %d, header state %d\n", byte,
               at->parser[0].status_code, at->parser[0].header_state);
    else if (heard[WHOLE].end == ROTA_HTTP_MORE)
        visit(&t, byte != '\n' && (at->key.in_line || heard[0].text[0] == 'b'));
}

static void in_every_state_every_byte_is_the_same(void)
{
    struct twins t;

    places = calloc(PLACES, sizeof *places);
    place_count = 1; /* 0 ends a list */
    for (int head_only = 0; head_only < 2; head_only++) {
        twins_begin(&t, head_only);
        visit(&t, true);
    }
    for (size_t i = 1; i < place_count && test_bad < 20; i++) {
        go_to(&t, &places[i]);
        CHECK(twins_feed(&t, "", 0) && twins_closed(&t));
        for (int byte = 0; byte < 256; byte++)
            try_byte(&places[i], byte);
    }
    printf("%zu states\n", place_count - 1);
    CHECK(place_count > 10000);
    free(places);
}

int main(void)
{
    RUN(in_every_state_every_byte_is_the_same);
    return test_end();
}
