/* SPDX-License-Identifier: Apache-2.0 */
/* A reply behind one byte: bit 0, whether HEAD was asked; the others, how
 * many bytes are fed at a time. What comes out must not depend on those. */
#include "fuzz.h"
#include "http/http.h"
#include "base/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROOM 128 /* for a Location, and for a link */

struct http_findings {
    int result;   /* of the last event, or negative */
    size_t taken; /* bytes */
    size_t body_len;
    uint32_t body; /* CRC */
    struct rota_reply reply;
    char location[ROOM], link[ROOM];
    bool keeps;
};

static void http_event(struct http_findings *f, const struct rota_span *body)
{
    if (f->result == ROTA_HTTP_BODY) {
        MUST(body->len > 0);
        f->body = rota_bytes_crc32(f->body, body->p, body->len);
        f->body_len += body->len;
    }
}

static void http_read(struct http_findings *f, const uint8_t *data, size_t size,
                      size_t step, bool head_only)
{
    struct rota_headers_room room = {f->location, f->link, ROOM, ROOM,
                                     rota_paging_byte};
    struct rota_http h;

    memset(f, 0, sizeof *f);
    rota_http_init(&h, &f->reply, &room, head_only);
    while (f->taken < size && f->result >= 0 && f->result != ROTA_HTTP_DONE) {
        size_t len = size - f->taken < step ? size - f->taken : step;
        struct rota_span in = {data + f->taken, len}, body;
        do {
            f->result = rota_http_next(&h, &in, &body);
            http_event(f, &body);
        } while (f->result > ROTA_HTTP_MORE && f->result != ROTA_HTTP_DONE);
        MUST(f->result < 0 || f->result == ROTA_HTTP_DONE || in.len == 0);
        f->taken += len - in.len;
    }
    if (f->result >= 0)
        f->result = rota_http_closed(&h);
    f->keeps = f->result == ROTA_HTTP_DONE && rota_http_keeps(&h);
}

static void check_same_reply(const struct rota_reply *a,
                             const struct rota_reply *b)
{
    MUST(a->status == b->status && a->length == b->length);
    MUST(a->range_first == b->range_first);
    MUST(a->range_last == b->range_last);
    MUST(a->range_total == b->range_total);
    MUST(a->retry_after == b->retry_after && a->date == b->date);
    MUST(a->limit_remaining == b->limit_remaining);
    MUST(a->limit_reset == b->limit_reset);
    MUST(a->media == b->media && a->encoded == b->encoded);
    MUST(a->weak == b->weak && strcmp(a->etag, b->etag) == 0);
    MUST(a->has_location == b->has_location);
    MUST(strcmp(a->last_modified, b->last_modified) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_findings a, b;

    if (size < 1)
        return 0;
    bool head_only = data[0] & 1;
    size_t step = (data[0] >> 1) + 1u;
    http_read(&a, data + 1, size - 1, size, head_only);
    http_read(&b, data + 1, size - 1, step, head_only);
    MUST(a.result == b.result);
    MUST(!head_only || a.body_len == 0);
    if (a.result < 0)
        return 0;
    MUST(a.taken == b.taken && a.body_len == b.body_len && a.body == b.body);
    /* More than the reply may have come after the last step. */
    MUST(a.keeps == b.keeps || a.taken < size - 1);
    check_same_reply(&a.reply, &b.reply);
    MUST(strcmp(a.location, b.location) == 0 && strcmp(a.link, b.link) == 0);
    return 0;
}
