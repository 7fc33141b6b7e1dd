/* SPDX-License-Identifier: Apache-2.0 */
#include "http/headers.h"

#include <string.h>

/* Who wants what. Of those behind LINK the first one counts. */
#define FIELDS(X)                                                              \
    X(ENCODING, "content-encoding")                                            \
    X(TRANSFER, "transfer-encoding")                                           \
    X(LINK, "link")                                                            \
    X(RANGE, "content-range")                                                  \
    X(TYPE, "content-type")                                                    \
    X(DATE, "date")                                                            \
    X(ETAG, "etag")                                                            \
    X(MODIFIED, "last-modified")                                               \
    X(LOCATION, "location")                                                    \
    X(RETRY, "retry-after")                                                    \
    X(REMAINING, "x-ratelimit-remaining")                                      \
    X(RESET, "x-ratelimit-reset")

#define VALUE(field, name) field,
#define NAME(field, name) name "\0"

/* Whose value is coming. */
enum field { NOBODYS, FIELDS(VALUE) };

/* One after the other, "" at the end. */
static const char names[] = FIELDS(NAME);

/* --- Values --- */

static bool headers_begins(const struct rota_headers *h, const char *with)
{
    size_t n = strlen(with);

    return h->text.len >= n && rota_text_equal_nocase(h->value, with, n);
}

/* The digits at *s, which moves behind them, as a number, or -1. */
static int32_t headers_digits(const char **s)
{
    uint32_t v = UINT32_MAX;

    return rota_text_take_decimal(s, INT32_MAX, &v) || v == INT32_MAX
             ? (int32_t)v
             : -1;
}

/* The value as a number. */
static void headers_take_number(struct rota_headers *h, int32_t *out)
{
    const char *s = h->value;
    int32_t v = headers_digits(&s);

    if (!h->text.full && *s == '\0')
        *out = v;
}

static void headers_take_reset(struct rota_headers *h)
{
    if (!rota_text_decimal(h->value, h->text.len, UINT64_MAX,
                           &h->reply->limit_reset))
        h->reply->limit_reset = 0;
}

static void headers_take_encoding(struct rota_headers *h)
{
    if (h->text.len
        && !rota_text_same_nocase(h->value, h->text.len, "identity"))
        h->reply->encoded = true;
}

static void headers_take_transfer(struct rota_headers *h)
{
    if (!rota_text_same_nocase(h->value, h->text.len, "chunked"))
        h->reply->encoded = true;
}

/* "bytes 0-1/2" with a star for an unknown total (RFC 9110, 14.4). What is
 * anything else, such as a 416's star for the range, leaves all at -1. */
static void headers_take_range(struct rota_headers *h)
{
    struct rota_reply *r = h->reply;
    const char *s = h->value + 6;
    int32_t first, last, total = -1;

    if (h->text.full || !headers_begins(h, "bytes "))
        return;
    first = headers_digits(&s);
    s += *s == '-';
    last = headers_digits(&s);
    if (first < 0 || last < first)
        return;
    if (strcmp(s, "/*") != 0) {
        s += *s == '/';
        total = headers_digits(&s);
        if (total <= last || *s)
            return;
    }
    r->range_first = first;
    r->range_last = last;
    r->range_total = total;
}

static bool headers_ends_in(const char *s, size_t len, const char *tail)
{
    size_t n = strlen(tail);

    return len >= n && rota_text_same_nocase(s + len - n, n, tail);
}

static void headers_take_type(struct rota_headers *h)
{
    const char *s = h->value;
    size_t len = strcspn(s, "; \t");

    if (len == 0)
        return;
    if (headers_ends_in(s, len, "json"))
        h->reply->media = ROTA_MEDIA_JSON;
    else if (headers_ends_in(s, len, "xml")
             || (len > 5 && headers_begins(h, "text/")))
        h->reply->media = ROTA_MEDIA_TEXT;
    else
        h->reply->media = ROTA_MEDIA_OTHER;
}

static int64_t headers_date(const struct rota_headers *h)
{
    return rota_date_http(h->value, h->text.len);
}

/* What is not in quotes is no entity tag (RFC 9110, 8.8.3). */
static void headers_take_etag(struct rota_headers *h)
{
    struct rota_reply *r = h->reply;
    char *s = r->etag;
    size_t len = h->text.len;

    r->weak = strncmp(s, "W/", 2) == 0;
    if (r->weak) {
        len -= 2;
        memmove(s, s + 2, len + 1);
    }
    if (h->text.full || len < 2 || s[0] != '"' || s[len - 1] != '"') {
        s[0] = '\0';
        r->weak = false;
    }
}

static void headers_take_modified(struct rota_headers *h)
{
    if (h->text.full)
        h->reply->last_modified[0] = '\0';
}

static void headers_take_retry(struct rota_headers *h)
{
    h->retry_date = headers_date(h);
    if (h->retry_date < 0)
        headers_take_number(h, &h->reply->retry_after);
}

/* --- Links and locations --- */

static void headers_link_part(struct rota_headers *h, const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        h->room.paging(&h->paging, &h->text, s[i]);
}

static void headers_take_link(struct rota_headers *h)
{
    h->room.paging(&h->paging, &h->text, ROTA_PAGING_END);
    h->next_too_long = h->text.full;
}

/* Blanks after a value are no part of it (RFC 9110, 5.5). */
static void headers_trim(struct rota_text *t)
{
    while (t->len && (t->buf[t->len - 1] == ' ' || t->buf[t->len - 1] == '\t'))
        t->buf[--t->len] = 0;
}

static void headers_take_location(struct rota_headers *h)
{
    h->reply->has_location = h->text.len > 0;
    h->location_too_long = h->text.full;
}

/* --- The head --- */

static enum field headers_find_field(const char *text, size_t len)
{
    int field = NOBODYS;

    for (const char *s = names; *s; s += strlen(s) + 1) {
        field++;
        if (rota_text_same_nocase(text, len, s))
            return (enum field)field;
    }
    return NOBODYS;
}

/* Begin the text of a name, or of a value that some have their own room for. */
static void headers_begin_text(struct rota_headers *h, enum field field)
{
    struct rota_reply *r = h->reply;
    char *buf = h->value;
    size_t size = sizeof h->value;

    if (field == LOCATION)
        buf = h->room.location, size = h->room.location_size;
    if (field == LINK)
        buf = h->room.next, size = h->room.next_size;
    if (field == ETAG)
        buf = r->etag, size = sizeof r->etag;
    if (field == MODIFIED)
        buf = r->last_modified, size = sizeof r->last_modified;
    rota_text_init(&h->text, buf, size);
}

/* A value is complete. */
static void headers_take(struct rota_headers *h)
{
    switch ((enum field)h->field) {
    case NOBODYS: break;
    case ENCODING: headers_take_encoding(h); break;
    case RANGE: headers_take_range(h); break;
    case TYPE: headers_take_type(h); break;
    case DATE: h->reply->date = headers_date(h); break;
    case ETAG: headers_take_etag(h); break;
    case MODIFIED: headers_take_modified(h); break;
    case LINK: headers_take_link(h); break;
    case LOCATION: headers_take_location(h); break;
    case RETRY: headers_take_retry(h); break;
    case TRANSFER: headers_take_transfer(h); break;
    case REMAINING: headers_take_number(h, &h->reply->limit_remaining); break;
    case RESET: headers_take_reset(h); break;
    }
}

void rota_headers_begin(struct rota_headers *h)
{
    h->ended = h->location_too_long = h->next_too_long = false;
    h->seen = 0;
    h->paging = (struct rota_paging){0};
    h->retry_date = -1;
    *h->reply = (struct rota_reply){
        .length = -1,
        .range_first = -1,
        .range_last = -1,
        .range_total = -1,
        .retry_after = -1,
        .limit_remaining = -1,
        .date = -1,
    };
    h->field = NOBODYS;
    headers_begin_text(h, NOBODYS);
}

void rota_headers_init(struct rota_headers *h, struct rota_reply *reply,
                       const struct rota_headers_room *room)
{
    h->reply = reply;
    h->room = *room;
    rota_headers_begin(h);
}

static void headers_add(struct rota_text *t, const char *s, size_t len)
{
    /* One by one: text then holds all that fits, however s was cut. */
    for (size_t i = 0; i < len; i++)
        rota_text_add_n(t, s + i, 1);
}

void rota_headers_name(struct rota_headers *h, const char *s, size_t len)
{
    headers_add(&h->text, s, len);
}

void rota_headers_name_end(struct rota_headers *h)
{
    enum field field =
        h->text.full ? NOBODYS : headers_find_field(h->value, h->text.len);
    unsigned bit = 1u << field;

    if (h->ended || (h->seen & bit)
        || (field == LINK && (!h->room.paging || h->paging.found)))
        field = NOBODYS;
    headers_begin_text(h, field);
    if (field > LINK)
        h->seen = (uint16_t)(h->seen | bit);
    h->field = (uint8_t)field;
}

void rota_headers_value(struct rota_headers *h, const char *s, size_t len)
{
    if (h->field == LINK)
        headers_link_part(h, s, len);
    else if (h->field != NOBODYS)
        headers_add(&h->text, s, len);
}

void rota_headers_value_end(struct rota_headers *h)
{
    headers_trim(&h->text);
    headers_take(h);
    h->field = NOBODYS;
    headers_begin_text(h, NOBODYS);
}

/* Seconds from one date to another. */
static int32_t headers_wait(int64_t s)
{
    return s < 0 ? 0 : s > INT32_MAX ? INT32_MAX : (int32_t)s;
}

int rota_headers_end(struct rota_headers *h)
{
    struct rota_reply *r = h->reply;

    h->ended = true;
    if (h->retry_date >= 0 && r->date >= 0)
        r->retry_after = headers_wait(h->retry_date - r->date);
    if (h->location_too_long)
        return ROTA_ETOOLONG;
    if (r->has_location || !h->room.paging)
        return ROTA_OK;
    if (!h->paging.found)
        h->room.next[0] = '\0';
    return h->paging.found && h->next_too_long ? ROTA_ETOOLONG : ROTA_OK;
}
