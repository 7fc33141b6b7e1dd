/* SPDX-License-Identifier: Apache-2.0 */
#include "flash/record.h"

#include <string.h>

#include "base/text.h"

/* A record is the format of its type, one byte, and the fields of a struct
 * one after the other: numbers little-endian, texts behind a length byte and
 * without their NUL, anything else as it is. All of this is on flash: a change
 * of order, kind or size is another format. */
#define FORMAT 1

enum kind { NUMBER, FLAG, TEXT, RAW, RELEASE };

struct field {
    uint16_t off;
    uint8_t kind, size; /* of TEXT with its NUL; not of RELEASE */
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
    F(rota_install, phase, NUMBER),    F(rota_install, configured, TEXT),
    F(rota_install, from, TEXT),       F(rota_install, sha256, RAW),
    F(rota_install, release, RELEASE),
};

static const struct field found_fields[] = {
    F(rota_found, key, NUMBER),
    F(rota_found, last_modified, TEXT),
    F(rota_found, etag, TEXT),
    F(rota_found, release, RELEASE),
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

static const struct field accepted_fields[] = {
    F(rota_accepted, seq, NUMBER),
    F(rota_accepted, security, NUMBER),
    F(rota_accepted, security_next, NUMBER),
    F(rota_accepted, issued, NUMBER),
    F(rota_accepted, accepted, NUMBER),
    F(rota_accepted, asset_id, NUMBER),
    F(rota_accepted, held, FLAG),
    F(rota_accepted, revoked, RAW),
    F(rota_accepted, revoked_next, RAW),
};

static const struct field quarantine_fields[] = {
    F(rota_quarantine, count, NUMBER),
    F(rota_quarantine, newest, NUMBER),
    F(rota_quarantine, image[0].asset_id, NUMBER),
    F(rota_quarantine, image[0].sha256, RAW),
    F(rota_quarantine, image[1].asset_id, NUMBER),
    F(rota_quarantine, image[1].sha256, RAW),
    F(rota_quarantine, image[2].asset_id, NUMBER),
    F(rota_quarantine, image[2].sha256, RAW),
    F(rota_quarantine, image[3].asset_id, NUMBER),
    F(rota_quarantine, image[3].sha256, RAW),
};

#define COUNT(array) (sizeof array / sizeof *array)
#define LAYOUT(name)                                                           \
    {                                                                          \
        name##_fields, sizeof(struct rota_##name), COUNT(name##_fields)        \
    }

enum type { INSTALL = 1, FOUND, SCHEDULE, QUARANTINE, CHECKPOINT, ACCEPTED };

static const struct {
    const struct field *fields;
    uint16_t size, count; /* of the struct; of fields */
} layouts[] = {
    [INSTALL] = LAYOUT(install),       [FOUND] = LAYOUT(found),
    [SCHEDULE] = LAYOUT(schedule),     [QUARANTINE] = LAYOUT(quarantine),
    [CHECKPOINT] = LAYOUT(checkpoint), [ACCEPTED] = LAYOUT(accepted),
};

_Static_assert(sizeof(struct rota_install) <= ROTA_JOURNAL_RECORD
                   && sizeof(struct rota_found) <= ROTA_JOURNAL_RECORD,
               "these limits make records longer than the journal takes");

/* --- One field -------------------------------------------------------------
 */

struct coder {
    uint8_t *at;
    size_t left; /* bytes there are, or there is room for */
    bool reading, bad;
};

/* The next size bytes of the record, from v or to it. */
static void record_raw(struct coder *c, uint8_t *v, size_t size)
{
    if (size > c->left) {
        c->bad = true;
        return;
    }
    memcpy(c->reading ? v : c->at, c->reading ? c->at : v, size);
    c->at += size;
    c->left -= size;
}

static void record_number(struct coder *c, uint8_t *v, size_t size)
{
    const uint16_t one = 1;
    bool little = *(const uint8_t *)&one;

    if (little)
        record_raw(c, v, size);
    else
        while (size-- > 0)
            record_raw(c, v + size, 1);
}

/* When reading, v is zeroed: the NUL is there. */
static void record_text(struct coder *c, uint8_t *v, size_t size)
{
    uint8_t len = c->reading ? 0 : (uint8_t)strlen((char *)v);

    record_raw(c, &len, 1);
    if (len < size)
        record_raw(c, v, len);
    else
        c->bad = true;
}

/* No other value than these may stand in a bool. */
static void record_flag(struct coder *c, uint8_t *v)
{
    record_raw(c, v, 1);
    *v = *v != 0;
}

/* --- A record --------------------------------------------------------------
 */

/* Numbers that index something are bounded, since the bytes come from flash. */
static void record_check_release(struct rota_release *r)
{
    if (r->version_at > strlen(r->tag))
        memset(r, 0, sizeof *r);
}

static void record_fields(struct coder *c, const struct field *f, size_t count,
                          uint8_t *record)
{
    for (; count-- && !c->bad; f++) {
        uint8_t *v = record + f->off;
        switch ((enum kind)f->kind) {
        case NUMBER: record_number(c, v, f->size); break;
        case FLAG: record_flag(c, v); break;
        case TEXT: record_text(c, v, f->size); break;
        case RAW: record_raw(c, v, f->size); break;
        case RELEASE:
            record_fields(c, release_fields, COUNT(release_fields), v);
            if (c->reading)
                record_check_release((struct rota_release *)(void *)v);
            break;
        }
    }
}

static void record_code(struct coder *c, enum type type, uint8_t *record)
{
    uint8_t format = FORMAT;

    record_raw(c, &format, 1);
    if (format != FORMAT)
        c->bad = true;
    record_fields(c, layouts[type].fields, layouts[type].count, record);
}

/* What was not kept or is damaged is nothing known; only flash that cannot be
 * read is an error. */
static int record_load(const struct rota_journal *j, enum type type,
                       void *record)
{
    uint8_t buf[ROTA_JOURNAL_RECORD];
    struct coder c = {.at = buf, .reading = true};

    memset(record, 0, layouts[type].size);
    int len = rota_journal_get(j, (int)type, buf, sizeof buf);
    if (len <= 0)
        return len == ROTA_ECORRUPT ? ROTA_OK : len;
    c.left = (size_t)len;
    record_code(&c, type, record);
    if (c.bad)
        memset(record, 0, layouts[type].size);
    return ROTA_OK;
}

static int record_save(struct rota_journal *j, enum type type,
                       const void *record)
{
    uint8_t buf[ROTA_JOURNAL_RECORD];
    struct coder c = {.at = buf, .left = sizeof buf};

    record_code(&c, type, (uint8_t *)record); /* only read while writing */
    return c.bad ? ROTA_EINVAL
                 : rota_journal_put(j, (int)type, buf, (size_t)(c.at - buf));
}

/* --- The records -----------------------------------------------------------
 */

void rota_record_load_install(const struct rota_journal *j,
                              struct rota_install *i)
{
    (void)record_load(j, INSTALL, i);
    if (i->phase > ROTA_PHASE_ROLLED_BACK)
        memset(i, 0, sizeof *i);
}

int rota_record_save_install(struct rota_journal *j,
                             const struct rota_install *i)
{
    return record_save(j, INSTALL, i);
}

void rota_record_load_found(const struct rota_journal *j, struct rota_found *f)
{
    (void)record_load(j, FOUND, f);
}

int rota_record_save_found(struct rota_journal *j, const struct rota_found *f)
{
    return record_save(j, FOUND, f);
}

int rota_record_load_accepted(const struct rota_journal *j,
                              struct rota_accepted *p)
{
    return record_load(j, ACCEPTED, p);
}

int rota_record_save_accepted(struct rota_journal *j,
                              const struct rota_accepted *p)
{
    return record_save(j, ACCEPTED, p);
}

bool rota_accepted_revoked(const struct rota_accepted *p, const uint8_t id[8])
{
    for (int i = 0; i < ROTA_REVOKED_MAX; i++)
        if (memcmp(p->revoked[i], id, sizeof *p->revoked) == 0)
            return true;
    return false;
}

/* Put id where it is, or where there is room. */
static void record_revoke(struct rota_accepted *p, const uint8_t *id)
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

void rota_accepted_commit(struct rota_accepted *p)
{
    if (p->security < p->security_next)
        p->security = p->security_next;
    for (int i = 0; i < ROTA_REVOKED_MAX; i++)
        record_revoke(p, p->revoked_next[i]);
    p->security_next = 0;
    memset(p->revoked_next, 0, sizeof p->revoked_next);
}

void rota_record_load_schedule(const struct rota_journal *j,
                               struct rota_schedule *s)
{
    (void)record_load(j, SCHEDULE, s);
}

int rota_record_save_schedule(struct rota_journal *j,
                              const struct rota_schedule *s)
{
    return record_save(j, SCHEDULE, s);
}

void rota_record_load_checkpoint(const struct rota_journal *j,
                                 struct rota_checkpoint *c)
{
    (void)record_load(j, CHECKPOINT, c);
}

int rota_record_save_checkpoint(struct rota_journal *j,
                                const struct rota_checkpoint *c)
{
    return record_save(j, CHECKPOINT, c);
}

int rota_record_load_quarantine(const struct rota_journal *j,
                                struct rota_quarantine *b)
{
    int err = record_load(j, QUARANTINE, b);

    if (b->count > ROTA_QUARANTINE_MAX || b->newest >= ROTA_QUARANTINE_MAX)
        memset(b, 0, sizeof *b);
    return err;
}

int rota_record_save_quarantine(struct rota_journal *j,
                                const struct rota_quarantine *b)
{
    return record_save(j, QUARANTINE, b);
}

bool rota_quarantine_has(const struct rota_quarantine *b, uint64_t asset_id,
                         const uint8_t *sha256)
{
    for (int i = 0; i < b->count; i++)
        if ((asset_id && b->image[i].asset_id == asset_id)
            || (sha256
                && memcmp(b->image[i].sha256, sha256, ROTA_SHA256_LEN) == 0))
            return true;
    return false;
}

void rota_quarantine_add(struct rota_quarantine *b, uint64_t asset_id,
                         const uint8_t sha256[ROTA_SHA256_LEN])
{
    if (rota_quarantine_has(b, asset_id, sha256))
        return;
    b->newest = (uint8_t)(b->count ? (b->newest + 1) % ROTA_QUARANTINE_MAX : 0);
    if (b->count < ROTA_QUARANTINE_MAX)
        b->count++;
    b->image[b->newest].asset_id = asset_id;
    memcpy(b->image[b->newest].sha256, sha256, ROTA_SHA256_LEN);
}
