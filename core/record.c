/* SPDX-License-Identifier: Apache-2.0 */
#include "record.h"

#include <string.h>

#include "util.h"

/* A record is the format of its type, one byte, and the fields of a struct
 * one after the other: numbers little-endian, texts behind a length byte and
 * without their NUL, anything else as it is. All of this is on flash: a change
 * of order, kind or size is another format. */
#define FORMAT 1

enum kind { NUMBER, FLAG, TEXT, RAW };

struct field {
    uint16_t off;
    uint8_t kind, size; /* of TEXT with its NUL */
};

#define F(type, member, kind)                                                  \
    {                                                                          \
        offsetof(struct type, member), kind,                                   \
            (uint8_t)sizeof(((struct type *)0)->member)                        \
    }

static const struct field release_fields[] = {
    F(rota_release, tag, TEXT),          F(rota_release, name, TEXT),
    F(rota_release, url, TEXT),          F(rota_release, release_id, NUMBER),
    F(rota_release, asset_id, NUMBER),   F(rota_release, size, NUMBER),
    F(rota_release, version_at, NUMBER), F(rota_release, prerelease, FLAG),
    F(rota_release, has_digest, FLAG),   F(rota_release, digest, RAW),
};

static const struct field install_fields[] = {
    F(rota_install, phase, NUMBER),
    F(rota_install, configured, TEXT),
    F(rota_install, from, TEXT),
    F(rota_install, sha256, RAW),
};

static const struct field found_fields[] = {
    F(rota_found, key, NUMBER),
    F(rota_found, last_modified, TEXT),
    F(rota_found, etag, TEXT),
};

static const struct field schedule_fields[] = {
    F(rota_schedule, not_before, NUMBER),
    F(rota_schedule, last_check, NUMBER),
    F(rota_schedule, last_err, NUMBER),
};

static const struct field checkpoint_fields[] = {
    F(rota_checkpoint, asset_id, NUMBER), F(rota_checkpoint, digest, RAW),
    F(rota_checkpoint, size, NUMBER),     F(rota_checkpoint, at, NUMBER),
    F(rota_checkpoint, etag, TEXT),
};

static const struct field past_fields[] = {
    F(rota_past, seq, NUMBER),
    F(rota_past, security, NUMBER),
    F(rota_past, security_next, NUMBER),
    F(rota_past, issued, NUMBER),
    F(rota_past, accepted, NUMBER),
    F(rota_past, asset_id, NUMBER),
    F(rota_past, held, FLAG),
    F(rota_past, revoked, RAW),
    F(rota_past, revoked_next, RAW),
};

static const struct field bad_fields[] = {
    F(rota_bad, count, NUMBER),
    F(rota_bad, newest, NUMBER),
    F(rota_bad, image[0].asset_id, NUMBER),
    F(rota_bad, image[0].sha256, RAW),
    F(rota_bad, image[1].asset_id, NUMBER),
    F(rota_bad, image[1].sha256, RAW),
    F(rota_bad, image[2].asset_id, NUMBER),
    F(rota_bad, image[2].sha256, RAW),
    F(rota_bad, image[3].asset_id, NUMBER),
    F(rota_bad, image[3].sha256, RAW),
};

struct layout {
    const struct field *fields;
    uint16_t size;    /* of the struct */
    uint16_t release; /* offset of its struct rota_release, 0 = none */
    uint8_t count;    /* of fields */
    uint8_t type;     /* in the journal */
};

#define LAYOUT(name, number, release_at)                                       \
    static const struct layout name = {                                        \
        name##_fields, sizeof(struct rota_##name), release_at,                 \
        sizeof name##_fields / sizeof *name##_fields, number}

LAYOUT(install, 1, offsetof(struct rota_install, release));
LAYOUT(found, 2, offsetof(struct rota_found, release));
LAYOUT(schedule, 3, 0);
LAYOUT(bad, 4, 0);
LAYOUT(checkpoint, 5, 0);
LAYOUT(past, 6, 0);

_Static_assert(sizeof(struct rota_install) <= ROTA_JOURNAL_RECORD
                   && sizeof(struct rota_found) <= ROTA_JOURNAL_RECORD,
               "these limits make records longer than the journal takes");

/* --- One field -------------------------------------------------------------
 */

struct coder {
    uint8_t buf[ROTA_JOURNAL_RECORD];
    size_t at, len; /* len: bytes there are, or there is room for */
    bool reading, bad;
};

/* The next n bytes, or NULL, and bad, when there are no more. */
static uint8_t *take(struct coder *c, size_t n)
{
    if (n > c->len - c->at) {
        c->bad = true;
        return NULL;
    }
    c->at += n;
    return c->buf + c->at - n;
}

static void number(struct coder *c, uint8_t *v, size_t size)
{
    const uint16_t one = 1;
    bool little = *(const uint8_t *)&one;
    uint8_t *p = take(c, size);

    for (size_t i = 0; p && i < size; i++) {
        uint8_t *byte = v + (little ? i : size - 1 - i);
        if (c->reading)
            *byte = p[i];
        else
            p[i] = *byte;
    }
}

static void raw(struct coder *c, void *v, size_t size)
{
    uint8_t *p = take(c, size);

    if (p && c->reading)
        memcpy(v, p, size);
    else if (p)
        memcpy(p, v, size);
}

/* When reading, v is zeroed: the NUL is there. */
static void text(struct coder *c, uint8_t *v, size_t size)
{
    uint8_t len = c->reading ? 0 : (uint8_t)strlen((char *)v);

    number(c, &len, 1);
    if (len < size)
        raw(c, v, len);
    else
        c->bad = true;
}

/* --- A record --------------------------------------------------------------
 */

static void fields(struct coder *c, const struct field *f, size_t count,
                   uint8_t *record)
{
    for (; count-- && !c->bad; f++) {
        uint8_t *v = record + f->off;
        switch ((enum kind)f->kind) {
        case NUMBER: number(c, v, f->size); break;
        case FLAG:
            number(c, v, 1);
            *v = *v != 0; /* no other value may stand in a bool */
            break;
        case TEXT: text(c, v, f->size); break;
        case RAW: raw(c, v, f->size); break;
        }
    }
}

static void code(struct coder *c, const struct layout *l, uint8_t *record)
{
    fields(c, l->fields, l->count, record);
    if (l->release)
        fields(c, release_fields,
               sizeof release_fields / sizeof *release_fields,
               record + l->release);
}

/* What was not kept or is damaged is nothing known; only flash that cannot be
 * read is an error. */
static int load(const struct rota_journal *j, const struct layout *l,
                void *record)
{
    struct coder c = {.reading = true};
    uint8_t format = 0;

    memset(record, 0, l->size);
    int len = rota_journal_get(j, l->type, c.buf, sizeof c.buf);
    if (len <= 0)
        return len == ROTA_ECORRUPT ? ROTA_OK : len;
    c.len = (size_t)len;
    number(&c, &format, 1);
    if (format == FORMAT)
        code(&c, l, record);
    if (format != FORMAT || c.bad)
        memset(record, 0, l->size);
    return ROTA_OK;
}

static int save(struct rota_journal *j, const struct layout *l,
                const void *record)
{
    struct coder c = {.len = sizeof c.buf};
    uint8_t format = FORMAT;

    number(&c, &format, 1);
    code(&c, l, (uint8_t *)record); /* only read while writing */
    return c.bad ? ROTA_EINVAL : rota_journal_put(j, l->type, c.buf, c.at);
}

/* --- The records -----------------------------------------------------------
 */

/* Numbers that index something are bounded here, since the bytes come from
 * flash. */

static void check_release(struct rota_release *r)
{
    if (r->version_at > strlen(r->tag))
        memset(r, 0, sizeof *r);
}

void rota_load_install(const struct rota_journal *j, struct rota_install *i)
{
    (void)load(j, &install, i);
    check_release(&i->release);
    if (i->phase > ROTA_PHASE_ROLLED_BACK)
        memset(i, 0, sizeof *i);
}

int rota_save_install(struct rota_journal *j, const struct rota_install *i)
{
    return save(j, &install, i);
}

void rota_load_found(const struct rota_journal *j, struct rota_found *f)
{
    (void)load(j, &found, f);
    check_release(&f->release);
}

int rota_save_found(struct rota_journal *j, const struct rota_found *f)
{
    return save(j, &found, f);
}

int rota_load_past(const struct rota_journal *j, struct rota_past *p)
{
    return load(j, &past, p);
}

int rota_save_past(struct rota_journal *j, const struct rota_past *p)
{
    return save(j, &past, p);
}

bool rota_past_revoked(const struct rota_past *p, const uint8_t id[8])
{
    for (int i = 0; i < ROTA_REVOKED_MAX; i++)
        if (memcmp(p->revoked[i], id, sizeof *p->revoked) == 0)
            return true;
    return false;
}

/* Put id where it is, or where there is room. */
static void revoke(struct rota_past *p, const uint8_t *id)
{
    static const uint8_t none[sizeof *p->revoked];

    for (int i = 0; i < ROTA_REVOKED_MAX; i++) {
        uint8_t *at = p->revoked[i];
        if (memcmp(at, none, sizeof none) == 0)
            memcpy(at, id, sizeof none);
        if (memcmp(at, id, sizeof none) == 0)
            return;
    }
}

void rota_past_commit(struct rota_past *p)
{
    if (p->security < p->security_next)
        p->security = p->security_next;
    for (int i = 0; i < ROTA_REVOKED_MAX; i++)
        revoke(p, p->revoked_next[i]);
    p->security_next = 0;
    memset(p->revoked_next, 0, sizeof p->revoked_next);
}

void rota_load_schedule(const struct rota_journal *j, struct rota_schedule *s)
{
    (void)load(j, &schedule, s);
}

int rota_save_schedule(struct rota_journal *j, const struct rota_schedule *s)
{
    return save(j, &schedule, s);
}

void rota_load_checkpoint(const struct rota_journal *j,
                          struct rota_checkpoint *c)
{
    (void)load(j, &checkpoint, c);
}

int rota_save_checkpoint(struct rota_journal *j,
                         const struct rota_checkpoint *c)
{
    return save(j, &checkpoint, c);
}

int rota_load_bad(const struct rota_journal *j, struct rota_bad *b)
{
    int err = load(j, &bad, b);

    if (b->count > ROTA_BAD_MAX || b->newest >= ROTA_BAD_MAX)
        memset(b, 0, sizeof *b);
    return err;
}

int rota_save_bad(struct rota_journal *j, const struct rota_bad *b)
{
    return save(j, &bad, b);
}

bool rota_bad_has(const struct rota_bad *b, uint64_t asset_id,
                  const uint8_t *sha256)
{
    for (int i = 0; i < b->count; i++)
        if ((asset_id && b->image[i].asset_id == asset_id)
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
