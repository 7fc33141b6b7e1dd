/* SPDX-License-Identifier: Apache-2.0 */
/* llhttp is strict here: but for blanks after a chunk's size, with which some
 * servers fill it up, none of its lenient flags is set. A reply with both
 * Content-Length and Transfer-Encoding, with two Content-Length, with bare
 * line feeds or with folded lines is refused, since two readers could take it
 * for two different things. */
#include "http/http.h"

static struct rota_http *http_reply_of(llhttp_t *parser)
{
    return (struct rota_http *)(void *)parser;
}

/* Stop llhttp here, so that rota_http_next can tell. */
static int http_pause(struct rota_http *h, enum rota_http_event event)
{
    h->event = (uint8_t)event;
    return HPE_PAUSED;
}

static int http_on_begin(llhttp_t *p)
{
    rota_headers_begin(&http_reply_of(p)->headers);
    return 0;
}

static int http_on_name(llhttp_t *p, const char *s, size_t len)
{
    rota_headers_name(&http_reply_of(p)->headers, s, len);
    return 0;
}

static int http_on_name_end(llhttp_t *p)
{
    rota_headers_name_end(&http_reply_of(p)->headers);
    return 0;
}

static int http_on_value(llhttp_t *p, const char *s, size_t len)
{
    rota_headers_value(&http_reply_of(p)->headers, s, len);
    return 0;
}

static int http_on_value_end(llhttp_t *p)
{
    rota_headers_value_end(&http_reply_of(p)->headers);
    return 0;
}

static bool http_interim(const llhttp_t *p)
{
    return p->status_code / 100 == 1;
}

static int http_on_head(llhttp_t *p)
{
    struct rota_http *h = http_reply_of(p);
    struct rota_reply *r = h->headers.reply;

    if (p->status_code < 100 || p->content_length > INT64_MAX)
        return -1;
    if (http_interim(p))
        return 1;
    r->status = p->status_code;
    if (p->flags & F_CONTENT_LENGTH)
        r->length = p->content_length < INT32_MAX ? (int32_t)p->content_length
                                                  : INT32_MAX;
    /* Returning 1 would say the same, but then it could not pause. */
    if (h->head_only)
        p->flags |= F_SKIPBODY;
    h->past_head = true;
    return http_pause(h, ROTA_HTTP_HEAD);
}

static int http_on_body(llhttp_t *p, const char *s, size_t len)
{
    struct rota_http *h = http_reply_of(p);

    if (len == 0)
        return 0;
    *h->body = (struct rota_span){(const uint8_t *)s, len};
    return http_pause(h, ROTA_HTTP_BODY);
}

static int http_on_end(llhttp_t *p)
{
    struct rota_http *h = http_reply_of(p);

    if (!h->past_head)
        return 0;
    h->done = true;
    h->keeps = llhttp_should_keep_alive(p);
    return http_pause(h, ROTA_HTTP_DONE);
}

static const llhttp_settings_t settings = {
    .on_message_begin = http_on_begin,
    .on_header_field = http_on_name,
    .on_header_field_complete = http_on_name_end,
    .on_header_value = http_on_value,
    .on_header_value_complete = http_on_value_end,
    .on_headers_complete = http_on_head,
    .on_body = http_on_body,
    .on_message_complete = http_on_end,
};

void rota_http_init(struct rota_http *h, struct rota_reply *reply,
                    const struct rota_headers_room *room, bool head_only)
{
    *h = (struct rota_http){.head_only = head_only};
    rota_headers_init(&h->headers, reply, room);
    llhttp_init(&h->parser, HTTP_RESPONSE, &settings);
    llhttp_set_lenient_spaces_after_chunk_size(&h->parser, 1);
}

int rota_http_next(struct rota_http *h, struct rota_span *in,
                   struct rota_span *body)
{
    const char *s = in->len ? (const char *)in->p : "";
    size_t used = in->len;

    if (h->done)
        return ROTA_HTTP_DONE;
    h->event = ROTA_HTTP_MORE;
    h->body = body;
    body->len = 0;
    llhttp_errno_t err = llhttp_execute(&h->parser, s, used);
    if (err == HPE_PAUSED) {
        llhttp_resume(&h->parser);
        used = (size_t)(llhttp_get_error_pos(&h->parser) - s);
    } else if (err) {
        return ROTA_EHTTP;
    }
    in->p = (const uint8_t *)s + used;
    in->len -= used;
    h->overhead += (uint32_t)(used - body->len);
    if (h->overhead > ROTA_HEAD_MAX)
        return ROTA_EHTTP;
    if (h->event == ROTA_HTTP_BODY)
        h->overhead = 0;
    if (h->event == ROTA_HTTP_DONE && in->len)
        h->keeps = false;
    if (h->event == ROTA_HTTP_HEAD && rota_headers_end(&h->headers))
        return ROTA_ETOOLONG;
    return h->event;
}

int rota_http_closed(struct rota_http *h)
{
    if (h->done)
        return ROTA_HTTP_DONE;
    if (!h->past_head || !llhttp_message_needs_eof(&h->parser))
        return ROTA_ECLOSED;
    h->done = true;
    return ROTA_HTTP_DONE;
}

bool rota_http_keeps(const struct rota_http *h)
{
    return h->keeps;
}

int rota_http_error(const struct rota_reply *r)
{
    int s = r->status;

    if (s / 100 == 2 || s == 304)
        return ROTA_OK;
    if (s == 429 || (s == 403 && (!r->limit_remaining || r->retry_after >= 0)))
        return ROTA_ELIMIT;
    if (s == 401 || s == 403 || s == 451)
        return ROTA_EAUTH;
    if (s == 404 || s == 410)
        return ROTA_ENOTFOUND;
    return s >= 500 ? ROTA_ESERVER : ROTA_ESTATUS;
}
