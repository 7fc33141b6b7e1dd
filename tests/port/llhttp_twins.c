/* SPDX-License-Identifier: Apache-2.0 */
#include "port/llhttp_twins.h"

#include <stdlib.h>
#include <string.h>

#include "../../core/http/http.c"
#include "base/bytes.h"

const struct http_kind whole_http = {rota_http_init, rota_http_next,
                                     rota_http_closed, rota_http_keeps};

struct heard heard[2];

static struct heard *listener;

static void put(const void *p, size_t len)
{
    struct heard *h = listener;

    if (h->len + len > sizeof h->text)
        abort();
    memcpy(h->text + h->len, p, len);
    h->len += len;
}

static void hear(char kind, const void *p, size_t len, bool span)
{
    listener->span = span ? listener->len : SIZE_MAX;
    put(&kind, 1);
    put("{", 1);
    put(p, len);
    put("}", 1);
}

void rota_headers_init(struct rota_headers *h, struct rota_reply *reply,
                       const struct rota_headers_room *room)
{
    (void)room;
    h->reply = reply;
}

void rota_headers_begin(struct rota_headers *h)
{
    (void)h;
    hear('b', "", 0, false);
}

void rota_headers_name(struct rota_headers *h, const char *s, size_t len)
{
    (void)h;
    hear('n', s, len, true);
}

void rota_headers_name_end(struct rota_headers *h)
{
    (void)h;
    hear('N', "", 0, false);
}

void rota_headers_value(struct rota_headers *h, const char *s, size_t len)
{
    (void)h;
    hear('v', s, len, true);
}

void rota_headers_value_end(struct rota_headers *h)
{
    (void)h;
    hear('V', "", 0, false);
}

int rota_headers_end(struct rota_headers *h)
{
    (void)h;
    return 0;
}

static void hear_event(const struct rota_http *h, int event, size_t used,
                       struct rota_span body)
{
    const struct rota_reply *r = h->headers.reply;
    int numbers[] = {event, (int)used, r->status, (int)r->length,
                     (int)h->overhead};

    hear('e', numbers, sizeof numbers, false);
    if (event == ROTA_HTTP_BODY)
        hear('B', body.p, body.len, false);
}

static const struct http_kind *const kinds[] = {&whole_http, &small_http};
void twins_begin(struct twins *t, bool head_only)
{
    struct rota_headers_room room = {0};

    memset(t, 0, sizeof *t);
    for (int i = 0; i < 2; i++)
        kinds[i]->init(&t->http[i], &t->reply[i], &room, head_only);
}

static void feed_one(struct rota_http *h, const struct http_kind *kind,
                     const char *s, size_t len)
{
    struct rota_span in = {(const uint8_t *)s, len}, body;

    for (;;) {
        size_t before = in.len;
        int event = listener->end = kind->next(h, &in, &body);
        if (event < 0)
            return;
        hear_event(h, event, before - in.len, body);
        if (event == ROTA_HTTP_MORE || event == ROTA_HTTP_DONE)
            return;
    }
}

/* The same was heard; but when it ends with an error, the piece of a name or
 * value before that is of no use. */
static bool same_heard(void)
{
    const struct heard *w = &heard[WHOLE], *s = &heard[SMALL];

    if (w->end != s->end)
        return false;
    if (w->end < 0 && s->len == w->span)
        return !memcmp(w->text, s->text, s->len);
    return w->len == s->len && !memcmp(w->text, s->text, w->len);
}

bool twins_feed(struct twins *t, const char *s, size_t len)
{
    for (int i = 0; i < 2; i++) {
        listener = &heard[i];
        listener->len = 0;
        listener->span = SIZE_MAX;
        feed_one(&t->http[i], kinds[i], s, len);
    }
    return same_heard();
}

bool twins_closed(const struct twins *t)
{
    struct twins copy = *t;

    return whole_http.closed(&copy.http[WHOLE])
            == small_http.closed(&copy.http[SMALL])
        && whole_http.keeps(&t->http[WHOLE])
               == small_http.keeps(&t->http[SMALL]);
}
