/* SPDX-License-Identifier: Apache-2.0 */
#include "flash/record.h"

#include <string.h>

#include "base/text.h"

/* A record is the format of its type, one byte, and the fields of a struct
 * one after the other: numbers little-endian, texts behind a length byte and
 * without their NUL, anything else as it is. All of this is on flash: a change
 * of order, kind or size is another format. */
#define FORMAT 1

enum kind { NUMBER, INDEX, FLAG, TEXT, VALIDATOR, RAW, RELEASE };

struct field {
    uint16_t off;
    uint8_t kind, size; /* of TEXT with its NUL; not of RELEASE. Of INDEX, which
                         * is one byte, the most that it may be */
};

#define F(type, member, kind)                                                  \
    {                                                                          \
        offsetof(struct type, member), kind,                                   \
            (uint8_t)sizeof(((struct type *)0)->member)                        \
    }

#define AT_MOST(type, member, most)                                            \
    {                                                                          \
        offsetof(struct type, member), INDEX, most                             \
    }

static const struct field release_fields[] = {
    F(rota_release, tag, TEXT),          F(rota_release, name, TEXT),
    F(rota_release, url, TEXT),          F(rota_release, release_id, NUMBER),
    F(rota_release, asset_id, NUMBER),   F(rota_release, size, NUMBER),
    F(rota_release, version_at, NUMBER), F(rota_release, prerelease, FLAG),
    F(rota_release, has_digest, FLAG),   F(rota_release, digest, RAW)};

static const struct field install_fields[] = {
    AT_MOST(rota_install, phase, ROTA_PHASE_ROLLED_BACK),
    F(rota_install, configured, TEXT), F(rota_install, from, TEXT),
    F(rota_install, sha256, RAW), F(rota_install, release, RELEASE)};

static const struct field answer_fields[] = {
    F(rota_answer, key, NUMBER), F(rota_answer, validator, VALIDATOR),
    F(rota_answer, release, RELEASE)};

static const struct field schedule_fields[] = {
    F(rota_schedule, not_before, NUMBER), F(rota_schedule, last_check, NUMBER),
    F(rota_schedule, last_err, NUMBER)};

static const struct field checkpoint_fields[] = {
    F(rota_checkpoint, asset_id, NUMBER), F(rota_checkpoint, digest, RAW),
    F(rota_checkpoint, size, NUMBER), F(rota_checkpoint, at, NUMBER),
    F(rota_checkpoint, etag, TEXT)};

static const struct field accepted_fields[] = {
    F(rota_accepted, seq, NUMBER),
    F(rota_accepted, security, NUMBER),
    F(rota_accepted, security_next, NUMBER),
    F(rota_accepted, issued, NUMBER),
    F(rota_accepted, accepted, NUMBER),
    F(rota_accepted, asset_id, NUMBER),
    F(rota_accepted, held, FLAG),
    F(rota_accepted, revoked, RAW),
    F(rota_accepted, revoked_next, RAW)};

static const struct field quarantine_fields[] = {
    AT_MOST(rota_quarantine, count, ROTA_QUARANTINE_MAX),
    AT_MOST(rota_quarantine, newest, ROTA_QUARANTINE_MAX - 1),
    F(rota_quarantine, image[0].asset_id, NUMBER),
    F(rota_quarantine, image[0].sha256, RAW),
    F(rota_quarantine, image[1].asset_id, NUMBER),
    F(rota_quarantine, image[1].sha256, RAW),
    F(rota_quarantine, image[2].asset_id, NUMBER),
    F(rota_quarantine, image[2].sha256, RAW),
    F(rota_quarantine, image[3].asset_id, NUMBER),
    F(rota_quarantine, image[3].sha256, RAW)};

#define COUNT(array) (sizeof array / sizeof *array)
#define LAYOUT(name)                                                           \
    {                                                                          \
        name##_fields, sizeof(struct rota_##name), COUNT(name##_fields)        \
    }

/* Of no record, but of the release that some records have. */
enum { ALL_RELEASES = 0 };

static const struct layout {
    const struct field *fields;
    uint16_t size, count; /* of the struct; of fields */
} layouts[] = {
    [ALL_RELEASES] = LAYOUT(release),
    [ROTA_RECORD_INSTALL] = LAYOUT(install),
    [ROTA_RECORD_ANSWER] = LAYOUT(answer),
    [ROTA_RECORD_SCHEDULE] = LAYOUT(schedule),
    [ROTA_RECORD_QUARANTINE] = LAYOUT(quarantine),
    [ROTA_RECORD_CHECKPOINT] = LAYOUT(checkpoint),
    [ROTA_RECORD_ACCEPTED] = LAYOUT(accepted),
};

_Static_assert(sizeof(struct rota_install) <= ROTA_JOURNAL_RECORD
                   && sizeof(struct rota_answer) <= ROTA_JOURNAL_RECORD,
               "these limits make records longer than the journal takes");

/* --- One field ----------------------------------------------------------- */

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

/* Two texts, a Last-Modified and an ETag, of which one is empty. */
static void record_validator(struct coder *c, uint8_t *v, size_t size)
{
    uint8_t empty = 0, *date = strchr((char *)v, '"') ? &empty : v;

    record_text(c, date, size);
    record_text(c, date == v && !c->reading ? &empty : v, size);
}

/* Numbers that index something are bounded, since the bytes come from flash. */
static void record_index(struct coder *c, uint8_t *v, uint8_t most)
{
    record_raw(c, v, 1);
    if (*v > most)
        c->bad = true;
}

/* No other value than these may stand in a bool. */
static void record_flag(struct coder *c, uint8_t *v)
{
    record_raw(c, v, 1);
    *v = *v != 0;
}

/* --- A record ------------------------------------------------------------ */

static void record_check_release(struct coder *c, const struct rota_release *r)
{
    if (c->reading && r->version_at > strlen(r->tag))
        c->bad = true;
}

static void record_fields(struct coder *c, const struct layout *l,
                          uint8_t *record)
{
    const struct field *f = l->fields;

    for (unsigned left = l->count; left && !c->bad; left--, f++) {
        uint8_t *v = record + f->off;
        switch ((enum kind)f->kind) {
        case NUMBER: record_number(c, v, f->size); break;
        case INDEX: record_index(c, v, f->size); break;
        case FLAG: record_flag(c, v); break;
        case TEXT: record_text(c, v, f->size); break;
        case VALIDATOR: record_validator(c, v, f->size); break;
        case RAW: record_raw(c, v, f->size); break;
        case RELEASE:
            record_fields(c, &layouts[ALL_RELEASES], v);
            record_check_release(c, (const struct rota_release *)(void *)v);
            break;
        }
    }
}

static void record_code(struct coder *c, enum rota_record_type type,
                        uint8_t *record)
{
    uint8_t format = FORMAT;

    record_raw(c, &format, 1);
    if (format != FORMAT)
        c->bad = true;
    record_fields(c, &layouts[type], record);
}

/* A record that was not kept or is damaged is nothing known; only a store that
 * cannot be read is an error. */
int rota_record_load(const struct rota_store *s, enum rota_record_type type,
                     void *record)
{
    uint8_t buf[ROTA_JOURNAL_RECORD];
    struct coder c = {.at = buf, .reading = true};

    memset(record, 0, layouts[type].size);
    if (!s)
        return ROTA_OK;
    int len = s->get(s->ctx, (int)type, buf, sizeof buf);
    if (len <= 0)
        return len == ROTA_ECORRUPT ? ROTA_OK : len;
    c.left = (size_t)len;
    record_code(&c, type, record);
    if (c.bad)
        memset(record, 0, layouts[type].size);
    return ROTA_OK;
}

void rota_record_recall(const struct rota_store *s, enum rota_record_type type,
                        void *record)
{
    int err = rota_record_load(s, type, record);
    (void)err;
}

int rota_record_save(const struct rota_store *s, enum rota_record_type type,
                     const void *record)
{
    uint8_t buf[ROTA_JOURNAL_RECORD];
    struct coder c = {.at = buf, .left = sizeof buf};

    if (!s)
        return ROTA_OK;
    record_code(&c, type, (uint8_t *)record); /* only read while writing */
    return c.bad ? ROTA_EINVAL
                 : s->put(s->ctx, (int)type, buf, (size_t)(c.at - buf));
}
