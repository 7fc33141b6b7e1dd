/* SPDX-License-Identifier: Apache-2.0 */
#include "manifest/manifest.h"

#include <string.h>

#include "base/text.h"
#include "json/scan.h"
#include "manifest/tokens.h"
#include "release/semver.h"

#define TIME_MAX (1ull << 53) /* a number that every JSON library keeps */

_Static_assert(sizeof(jsmntok_t) * ROTA_MANIFEST_TOKENS <= ROTA_MANIFEST_WORK,
               "ROTA_MANIFEST_WORK is too small for jsmn's tokens");
_Static_assert(ROTA_IMAGES_MAX >= 1 && ROTA_IMAGES_MAX <= 16,
               "ROTA_IMAGES_MAX is out of its range");

/* --- The form --- */

/* Printable ASCII and no escape: what rota reads has one spelling. */
static bool manifest_is_plain(const char *s, size_t len)
{
    for (; len; s++, len--)
        if (*s < ' ' || *s > '~' || *s == '\\')
            return false;
    return true;
}

/* The names of an object's members, known or not. */
static int manifest_check_names(const struct rota_manifest *m,
                                const jsmntok_t *object)
{
    for (const jsmntok_t *k = object + 1; k->start < object->end;
         k = rota_tokens_behind(k + 1)) {
        const char *name = m->text + k->start;
        if (!manifest_is_plain(name, rota_tokens_length(k)))
            return ROTA_WHY_KEY;
        if (*name == '!')
            return ROTA_WHY_CRITICAL;
        if (rota_tokens_find(object, m->text, name, rota_tokens_length(k))
            != k + 1)
            return ROTA_WHY_KEY_TWICE;
    }
    return ROTA_WHY_NONE;
}

static int manifest_cut(struct rota_manifest *m, jsmntok_t *t)
{
    int why = ROTA_WHY_NONE;

    m->tokens = t;
    /* jsmn takes much that is not. */
    if (!rota_scan_is_json(m->text, m->len) || m->text[0] != '{')
        return ROTA_WHY_JSON;
    int count = rota_tokens_cut(t, ROTA_MANIFEST_TOKENS, m->text, m->len);
    if (count < 1)
        return ROTA_WHY_TOKENS;
    for (int i = 0; i < count && !why; i++)
        if (t[i].type == JSMN_OBJECT)
            why = manifest_check_names(m, &t[i]);
    return why;
}

/* --- Values --- */

/* What a value may be: jsmn's type, and what else holds. */
enum kind {
    TYPE = 0x0f,
    BYTE = JSMN_PRIMITIVE,        /* 0..limit, into a uint8_t */
    WORD = JSMN_PRIMITIVE | 0x10, /* UINT32_MAX >> limit, into a uint32_t */
    TIME = JSMN_PRIMITIVE | 0x20, /* into a uint64_t */
    TEXT =
        JSMN_STRING, /* 1..limit bytes, limit 0: any number; into its place */
    VERSION = JSMN_STRING | 0x10,
    FILENAME = JSMN_STRING | 0x20, /* into a string */
    FORMAT = JSMN_STRING | 0x30,
    HEX = JSMN_STRING | 0x40, /* limit bytes, into as many */
    LIST = JSMN_ARRAY,        /* of 0..limit values */
    SOME = JSMN_ARRAY | 0x10, /* of 1..limit */
    PAIR = JSMN_ARRAY | 0x20, /* of 2 */
    OBJECT = JSMN_OBJECT,
    NOT_0 = 0x40, /* of a number */
    NEEDED = 0x80
};

struct rule {
    uint8_t kind;
    uint8_t limit;
    uint8_t at; /* offset of what it goes into */
};

#define IN(field) offsetof(struct rota_manifest, field)
#define OF(field) offsetof(struct rota_image, field)

/* In the order of ROTA_WHY_MEMBERS. */
static const struct rule rules[] = {
    {BYTE | NEEDED | NOT_0, 1, IN(format)},
    {TEXT | NEEDED, 0, IN(project)},
    {TEXT | NEEDED, 0, IN(board)},
    {VERSION | NEEDED, ROTA_TAG_MAX, IN(version)},
    {VERSION, ROTA_TAG_MAX, IN(min_version)},
    {WORD | NEEDED | NOT_0, 0, IN(seq)},
    {WORD, 0, IN(security)},
    {TIME, 0, IN(issued)},
    {TIME, 0, IN(expires)},
    {PAIR, 2, IN(hws)},
    {OBJECT, 0, 0},
    {SOME | NEEDED, ROTA_IMAGES_MAX, IN(images)},
    {LIST, ROTA_REVOKED_MAX, IN(revoked)},
    {BYTE | NEEDED, 100, IN(percent)},
    {TEXT, ROTA_SALT_MAX, IN(salt)},
    {BYTE | NEEDED, ROTA_IMAGES_MAX - 1, OF(id)},
    {WORD | NEEDED | NOT_0, 1, OF(size)},
    {HEX | NEEDED, ROTA_SHA256_LEN, OF(sha256)},
    {FORMAT | NEEDED, 3, 0},
    {FILENAME | NEEDED, ROTA_NAME_MAX, OF(name)},
};

/* Of the elements of LIST, SOME and PAIR. A list goes into the byte that counts
 * it; each of its elements, "at" bytes behind the one before. */
static const struct rule elements[] = {
    {HEX, ROTA_KEY_ID_LEN, ROTA_KEY_ID_LEN},
    {OBJECT, 0, 0},
    {WORD, 0, sizeof(uint32_t)},
};
_Static_assert(IN(revoke) == IN(revoked) + ROTA_KEY_ID_LEN, "see elements");
_Static_assert(IN(hw_min) == IN(hws) + sizeof(uint32_t), "see elements");
_Static_assert(IN(hw_max) == IN(hw_min) + sizeof(uint32_t), "see elements");

#define NAME(name, text) text "\0"
static const char names[] = ROTA_WHY_MEMBERS(NAME);

static bool manifest_number(const char *s, size_t len, const struct rule *r,
                            void *out)
{
    int size = r->kind & ~(NEEDED | NOT_0);
    uint64_t n, max = size == TIME ? TIME_MAX
                    : size == WORD ? UINT32_MAX >> r->limit
                                   : r->limit;

    if (!rota_text_decimal(s, len, max, &n) || (n == 0 && r->kind & NOT_0))
        return false;
    if (size == TIME)
        *(uint64_t *)out = n;
    else if (size == WORD)
        *(uint32_t *)out = (uint32_t)n;
    else
        *(uint8_t *)out = (uint8_t)n;
    return true;
}

static bool manifest_is_version(const char *s, size_t len)
{
    char text[ROTA_TAG_MAX + 1];
    struct rota_semver version;

    memcpy(text, s, len);
    text[len] = '\0';
    return rota_semver_parse(&version, text) == ROTA_OK;
}

static bool manifest_string(const char *s, const jsmntok_t *v,
                            const struct rule *r, void *out)
{
    size_t len = rota_tokens_length(v);
    int kind = r->kind & ~NEEDED;

    if (kind == HEX)
        return rota_text_unhex_lower(s, len, out, r->limit);
    if (len == 0 || (r->limit && len > r->limit) || !manifest_is_plain(s, len))
        return false;
    if (kind == FORMAT)
        return rota_text_same(s, len, "raw");
    if (kind == FILENAME) {
        memcpy(out, s, len);
        ((char *)out)[len] = '\0';
        return !memchr(s, '/', len);
    }
    *(struct rota_manifest_text *)out =
        (struct rota_manifest_text){(uint16_t)v->start, (uint16_t)len};
    return kind != VERSION || manifest_is_version(s, len);
}

static bool manifest_value(const struct rota_manifest *m, const jsmntok_t *v,
                           const struct rule *r, void *out);

static bool manifest_list(const struct rota_manifest *m, const jsmntok_t *v,
                          const struct rule *r, uint8_t *out)
{
    int least = r->kind >> 4 & 3, left = v->size;
    const struct rule *each = &elements[least];

    if (left < least || left > r->limit)
        return false;
    *out = (uint8_t)left;
    for (v++; left > 0; left--, v = rota_tokens_behind(v)) {
        out += each->at;
        if (!manifest_value(m, v, each, out))
            return false;
    }
    return true;
}

/* Is v what the rule wants? Then it is in *out. */
static bool manifest_value(const struct rota_manifest *m, const jsmntok_t *v,
                           const struct rule *r, void *out)
{
    int type = r->kind & TYPE;

    if ((int)v->type != type)
        return false;
    if (type == JSMN_PRIMITIVE)
        return manifest_number(m->text + v->start, rota_tokens_length(v), r,
                               out);
    if (type == JSMN_STRING)
        return manifest_string(m->text + v->start, v, r, out);
    return type == JSMN_OBJECT || manifest_list(m, v, r, out);
}

/* --- The members --- */

static const jsmntok_t *manifest_member(const struct rota_manifest *m,
                                        const jsmntok_t *object, int which)
{
    const char *name = names;

    while (--which)
        name += strlen(name) + 1;
    return rota_tokens_find(object, m->text, name, strlen(name));
}

/* Take an object's members from..to, of enum rota_why, into out. Returns the
 * first that is wrong, or ROTA_WHY_NONE. */
static int manifest_take(const struct rota_manifest *m, const jsmntok_t *object,
                         int from, int to, void *out)
{
    for (int i = from; i <= to; i++) {
        const jsmntok_t *v = manifest_member(m, object, i);
        const struct rule *r = &rules[i - 1];
        if (v ? !manifest_value(m, v, r, (uint8_t *)out + r->at)
              : r->kind & NEEDED)
            return i;
    }
    return ROTA_WHY_NONE;
}

static int manifest_take_image(const struct rota_manifest *m, int at,
                               struct rota_image *image)
{
    const jsmntok_t *images = manifest_member(m, m->tokens, ROTA_WHY_IMAGES);

    return manifest_take(m, rota_tokens_element(images, at), ROTA_WHY_ID,
                         ROTA_WHY_NAME, image);
}

static int manifest_take_images(struct rota_manifest *m)
{
    struct rota_image image;
    unsigned seen = 0;

    for (int i = 0; i < m->images; i++) {
        int why = manifest_take_image(m, i, &image);
        if (why)
            return why;
        if (seen & 1u << image.id)
            return ROTA_WHY_ID_TWICE;
        seen |= 1u << image.id;
    }
    return seen & 1 ? ROTA_WHY_NONE : ROTA_WHY_NO_ID_0;
}

static int manifest_take_all(struct rota_manifest *m)
{
    m->hw_max = UINT32_MAX;
    m->percent = 100;
    int why = manifest_take(m, m->tokens, ROTA_WHY_ROTA, ROTA_WHY_REVOKE, m);
    const jsmntok_t *rollout = manifest_member(m, m->tokens, ROTA_WHY_ROLLOUT);
    if (!why && rollout)
        why = manifest_take(m, rollout, ROTA_WHY_PERCENT, ROTA_WHY_SALT, m);
    return why ? why : manifest_take_images(m);
}

/* --- see manifest.h --- */

int rota_manifest_parse(struct rota_manifest *m, void *work)
{
    int why = manifest_cut(m, work);

    if (!why)
        why = manifest_take_all(m);
    m->why = (uint8_t)why;
    return why ? ROTA_EMANIFEST : ROTA_OK;
}

void rota_manifest_image(const struct rota_manifest *m, int at,
                         struct rota_image *image)
{
    *image = (struct rota_image){.has_digest = true};
    (void)manifest_take_image(m, at, image);
}

void rota_manifest_text(const struct rota_manifest *m,
                        struct rota_manifest_text t, char *out, size_t size)
{
    if (t.len > size - 1)
        t.len = (uint16_t)(size - 1);
    memcpy(out, m->text + t.at, t.len);
    out[t.len] = '\0';
}

bool rota_manifest_is(const struct rota_manifest *m,
                      struct rota_manifest_text t, const char *text)
{
    return rota_text_same(m->text + t.at, t.len, text);
}

int rota_manifest_digest(const struct rota_manifest *m,
                         uint8_t out[ROTA_SHA256_LEN])
{
    uint8_t all[ROTA_IMAGES_MAX][ROTA_SHA256_LEN];
    struct rota_image image;

    for (int i = 0; i < m->images; i++) {
        rota_manifest_image(m, i, &image);
        memcpy(all[i], image.sha256, sizeof *all);
    }
    return rota_hash_sums(all, m->images, out);
}
