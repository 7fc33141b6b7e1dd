/* SPDX-License-Identifier: Apache-2.0 */
#include "record.h"

#include <string.h>

#include "util.h"

/* On flash: never renumber. Each record begins with the format of its type. */
enum { INSTALL = 1, FOUND = 2, SCHEDULE = 3, BAD = 4 };
#define FORMAT 1

/* One description of a record serves both ways: each function below either
 * writes its value to the bytes or reads it from them. */
struct coder {
    uint8_t buf[ROTA_JOURNAL_RECORD];
    size_t at, len;
    bool reading, bad;
};

/* The next n bytes, or NULL, and bad, when they are not there. */
static uint8_t *take(struct coder *c, size_t n)
{
    size_t end = c->reading ? c->len : sizeof c->buf;

    if (c->bad || n > end - c->at) {
        c->bad = true;
        return NULL;
    }
    c->at += n;
    return c->buf + c->at - n;
}

static void bytes(struct coder *c, void *v, size_t n)
{
    uint8_t *p = take(c, n);
    if (!p)
        return;
    if (c->reading)
        memcpy(v, p, n);
    else
        memcpy(p, v, n);
}

static void u8(struct coder *c, uint8_t *v)
{
    bytes(c, v, 1);
}

static void flag(struct coder *c, bool *v)
{
    uint8_t b = *v;
    u8(c, &b);
    *v = b != 0;
}

static void u32(struct coder *c, uint32_t *v)
{
    uint8_t *p = take(c, 4);
    if (p && c->reading)
        *v = rota_get32(p);
    else if (p)
        rota_put32(p, *v);
}

static void u64(struct coder *c, uint64_t *v)
{
    uint8_t *p = take(c, 8);
    if (p && c->reading)
        *v = rota_get64(p);
    else if (p)
        rota_put64(p, *v);
}

/* A length byte and the text without its NUL. */
static void text(struct coder *c, char *v, size_t size)
{
    uint8_t len = c->reading ? 0 : (uint8_t)strlen(v);

    u8(c, &len);
    if (len >= size) {
        c->bad = true;
        return;
    }
    bytes(c, v, len);
    v[len] = '\0';
}

static void release(struct coder *c, struct rota_release *r)
{
    text(c, r->tag, sizeof r->tag);
    text(c, r->name, sizeof r->name);
    text(c, r->url, sizeof r->url);
    u64(c, &r->release_id);
    u64(c, &r->asset_id);
    u32(c, &r->size);
    u8(c, &r->version_at);
    flag(c, &r->prerelease);
    flag(c, &r->has_digest);
    bytes(c, r->digest, sizeof r->digest);
    if (r->version_at > strlen(r->tag))
        c->bad = true;
}

static void install(struct coder *c, void *record)
{
    struct rota_install *i = record;
    u8(c, &i->phase);
    text(c, i->configured, sizeof i->configured);
    text(c, i->from, sizeof i->from);
    bytes(c, i->sha256, sizeof i->sha256);
    release(c, &i->release);
    if (i->phase > ROTA_PHASE_ROLLED_BACK)
        c->bad = true;
}

static void found(struct coder *c, void *record)
{
    struct rota_found *f = record;
    u32(c, &f->key);
    text(c, f->last_modified, sizeof f->last_modified);
    text(c, f->etag, sizeof f->etag);
    release(c, &f->release);
}

static void schedule(struct coder *c, void *record)
{
    struct rota_schedule *s = record;
    uint32_t err = (uint32_t)s->last_err;
    u64(c, &s->not_before);
    u64(c, &s->last_check);
    u32(c, &err);
    s->last_err = (int32_t)err;
}

static void bad(struct coder *c, void *record)
{
    struct rota_bad *b = record;
    u8(c, &b->count);
    u8(c, &b->newest);
    if (b->count > ROTA_BAD_MAX || b->newest >= ROTA_BAD_MAX) {
        c->bad = true;
        return;
    }
    for (int i = 0; i < b->count; i++) {
        u64(c, &b->image[i].asset_id);
        bytes(c, b->image[i].sha256, ROTA_SHA256_LEN);
    }
}

typedef void code_fn(struct coder *c, void *record);

static void load(const struct rota_journal *j, int type, code_fn *code,
                 void *record, size_t size)
{
    struct coder c = {.reading = true};
    uint8_t format = 0;

    memset(record, 0, size);
    int len = rota_journal_get(j, type, c.buf, sizeof c.buf);
    if (len <= 0)
        return;
    c.len = (size_t)len;
    u8(&c, &format);
    if (format == FORMAT)
        code(&c, record);
    if (format != FORMAT || c.bad)
        memset(record, 0, size);
}

static int save(struct rota_journal *j, int type, code_fn *code,
                const void *record)
{
    struct coder c = {.reading = false};
    uint8_t format = FORMAT;

    u8(&c, &format);
    code(&c, (void *)record); /* only read while writing */
    return c.bad ? ROTA_EINVAL : rota_journal_put(j, type, c.buf, c.at);
}

void rota_load_install(const struct rota_journal *j, struct rota_install *i)
{
    load(j, INSTALL, install, i, sizeof *i);
}

int rota_save_install(struct rota_journal *j, const struct rota_install *i)
{
    return save(j, INSTALL, install, i);
}

void rota_load_found(const struct rota_journal *j, struct rota_found *f)
{
    load(j, FOUND, found, f, sizeof *f);
}

int rota_save_found(struct rota_journal *j, const struct rota_found *f)
{
    return save(j, FOUND, found, f);
}

void rota_load_schedule(const struct rota_journal *j, struct rota_schedule *s)
{
    load(j, SCHEDULE, schedule, s, sizeof *s);
}

int rota_save_schedule(struct rota_journal *j, const struct rota_schedule *s)
{
    return save(j, SCHEDULE, schedule, s);
}

void rota_load_bad(const struct rota_journal *j, struct rota_bad *b)
{
    load(j, BAD, bad, b, sizeof *b);
}

int rota_save_bad(struct rota_journal *j, const struct rota_bad *b)
{
    return save(j, BAD, bad, b);
}

bool rota_bad_has(const struct rota_bad *b, uint64_t asset_id,
                  const uint8_t *sha256)
{
    for (int i = 0; i < b->count; i++)
        if (b->image[i].asset_id == asset_id
            || (sha256
                && memcmp(b->image[i].sha256, sha256, ROTA_SHA256_LEN) == 0))
            return true;
    return false;
}

void rota_bad_add(struct rota_bad *b, uint64_t asset_id,
                  const uint8_t sha256[ROTA_SHA256_LEN])
{
    if (rota_bad_has(b, asset_id, sha256))
        return;
    b->newest = (uint8_t)(b->count ? (b->newest + 1) % ROTA_BAD_MAX : 0);
    if (b->count < ROTA_BAD_MAX)
        b->count++;
    b->image[b->newest].asset_id = asset_id;
    memcpy(b->image[b->newest].sha256, sha256, ROTA_SHA256_LEN);
}
