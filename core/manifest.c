/* SPDX-License-Identifier: Apache-2.0 */
#include "manifest.h"

#include <string.h>

#include "scan.h"
#include "semver.h"
#include "tokens.h"
#include "util.h"

#define TIME_MAX (1ull << 53) /* a number that every JSON library keeps */
#define SIZE_MAX_ 0x7fffffff

/* What is said when a member is wrong begins with its name. */
#define WRONG(name) name ": not valid"

_Static_assert(sizeof(jsmntok_t) * ROTA_MANIFEST_TOKENS <= ROTA_MANIFEST_WORK,
               "ROTA_MANIFEST_WORK is too small for jsmn's tokens");
_Static_assert(ROTA_IMAGES_MAX >= 1 && ROTA_IMAGES_MAX <= 16,
               "ROTA_IMAGES_MAX is out of its range");

/* The first fault counts. Reading goes on behind one, harmlessly. */
static void fault(struct rota_manifest *m, const char *why)
{
    if (!m->why)
        m->why = why;
}

/* --- Tokens --- */

/* The first token after v and what v holds. */
static const jsmntok_t *behind(const struct rota_manifest *m,
                               const jsmntok_t *v)
{
    const jsmntok_t *end = (const jsmntok_t *)m->tokens + m->count;
    int stop = v->end;

    do
        v++;
    while (v < end && v->start < stop);
    return v;
}

/* Is t a token, and within the container in? */
static bool within(const struct rota_manifest *m, const jsmntok_t *t,
                   const jsmntok_t *in)
{
    return t < (const jsmntok_t *)m->tokens + m->count && t->start < in->end;
}

static size_t length(const jsmntok_t *t)
{
    return (size_t)(t->end - t->start);
}

/* The value of a member of object, NULL when there is none. Its name ends at a
 * colon or with the text. */
static const jsmntok_t *find(const struct rota_manifest *m,
                             const jsmntok_t *object, const char *name)
{
    size_t len = strcspn(name, ":");

    if (!object || object->type != JSMN_OBJECT)
        return NULL;
    for (const jsmntok_t *k = object + 1; within(m, k, object);
         k = behind(m, k + 1))
        if (length(k) == len && memcmp(m->text + k->start, name, len) == 0)
            return k + 1;
    return NULL;
}

static const jsmntok_t *need(struct rota_manifest *m, const jsmntok_t *object,
                             const char *what)
{
    const jsmntok_t *v = find(m, object, what);

    if (!v)
        fault(m, what);
    return v;
}

/* Element at of an array. */
static const jsmntok_t *element(const struct rota_manifest *m,
                                const jsmntok_t *array, int at)
{
    const jsmntok_t *v = array + 1;

    while (at-- > 0)
        v = behind(m, v);
    return v;
}

/* --- Values --- */

/* Printable ASCII and no escape: what rota reads has one spelling. */
static bool is_plain(const struct rota_manifest *m, const jsmntok_t *t)
{
    for (int i = t->start; i < t->end; i++)
        if (m->text[i] < ' ' || m->text[i] > '~' || m->text[i] == '\\')
            return false;
    return true;
}

/* 0 when v is absent. */
static uint64_t number(struct rota_manifest *m, const jsmntok_t *v,
                       const char *what, uint64_t max)
{
    uint64_t n = 0;

    if (v
        && (v->type != JSMN_PRIMITIVE
            || !rota_decimal(m->text + v->start, length(v), max, &n)))
        fault(m, what);
    return n;
}

static uint64_t positive(struct rota_manifest *m, const jsmntok_t *object,
                         const char *what, uint64_t max)
{
    uint64_t n = number(m, find(m, object, what), what, max);

    if (n == 0)
        fault(m, what);
    return n;
}

/* A string of 1..max bytes. */
static void string(struct rota_manifest *m, const jsmntok_t *v,
                   const char *what, size_t max)
{
    if (v
        && (v->type != JSMN_STRING || length(v) == 0 || length(v) > max
            || !is_plain(m, v)))
        fault(m, what);
}

static void hex(struct rota_manifest *m, const jsmntok_t *v, const char *what,
                uint8_t *out, size_t len)
{
    if (v
        && (v->type != JSMN_STRING
            || !rota_unhex_lower(m->text + v->start, length(v), out, len)))
        fault(m, what);
}

/* How many elements v has, which must be an array of min..max; 0 without. */
static int array(struct rota_manifest *m, const jsmntok_t *v, const char *what,
                 int min, int max)
{
    if (!v)
        return 0;
    if (v->type == JSMN_ARRAY && v->size >= min && v->size <= max)
        return v->size;
    fault(m, what);
    return 0;
}

static void copy(const struct rota_manifest *m, const jsmntok_t *v, char *out,
                 size_t size)
{
    size_t len = v ? length(v) : 0;

    if (len > size - 1)
        len = size - 1;
    if (len)
        memcpy(out, m->text + v->start, len);
    out[len] = '\0';
}

/* --- The form --- */

static int drop(void *ctx, const struct rota_piece *p)
{
    (void)ctx, (void)p;
    return ROTA_OK;
}

/* jsmn takes much that is not JSON; the scanner, which is to find nothing
 * here, does not. */
static bool is_json(const struct rota_manifest *m)
{
    static const char *const none[] = {NULL};
    static const struct rota_json_shape shape = {none, NULL, NULL};
    struct rota_scan s;
    char window[4]; /* {} */

    rota_scan_init(&s, &shape, window, sizeof window, drop, NULL);
    return rota_scan_feed(&s, m->text, m->len) == ROTA_OK
        && rota_scan_end(&s) == ROTA_OK;
}

static bool same(const struct rota_manifest *m, const jsmntok_t *a,
                 const jsmntok_t *b)
{
    return length(a) == length(b)
        && memcmp(m->text + a->start, m->text + b->start, length(a)) == 0;
}

/* The names of an object's members, known or not. */
static void check_names(struct rota_manifest *m, const jsmntok_t *object)
{
    for (const jsmntok_t *k = object + 1; within(m, k, object);
         k = behind(m, k + 1)) {
        if (!is_plain(m, k))
            fault(m, "a key is not plain ASCII");
        if (m->text[k->start] == '!')
            fault(m, "a key with ! asks for what this build does not know");
        for (const jsmntok_t *o = object + 1; o < k; o = behind(m, o + 1))
            if (same(m, k, o))
                fault(m, "a key occurs twice in an object");
    }
}

static void cut(struct rota_manifest *m, void *work)
{
    const jsmntok_t *t = m->tokens = work;

    if (!is_json(m) || m->text[0] != '{') {
        fault(m, "the signed text is no JSON object");
        return;
    }
    m->count = rota_tokens_cut(work, ROTA_MANIFEST_TOKENS, m->text, m->len);
    if (m->count < 1)
        fault(m, "more keys and values than this build takes");
    for (int i = 0; i < m->count; i++)
        if (t[i].type == JSMN_OBJECT)
            check_names(m, &t[i]);
}

/* --- The members --- */

static void read_version(struct rota_manifest *m, const jsmntok_t *v,
                         const char *what)
{
    char text[ROTA_TAG_MAX + 1];
    struct rota_semver version;

    string(m, v, what, ROTA_TAG_MAX);
    copy(m, v, text, sizeof text);
    if (v && rota_semver_parse(&version, text) != ROTA_OK)
        fault(m, what);
}

static void read_hw(struct rota_manifest *m, const jsmntok_t *top)
{
    static const char what[] = WRONG("hw");
    const jsmntok_t *v = find(m, top, what);

    m->hw_max = UINT32_MAX;
    if (array(m, v, what, 2, 2)) {
        m->hw_min = (uint32_t)number(m, element(m, v, 0), what, UINT32_MAX);
        m->hw_max = (uint32_t)number(m, element(m, v, 1), what, UINT32_MAX);
    }
}

static void read_rollout(struct rota_manifest *m, const jsmntok_t *top)
{
    static const char what[] = WRONG("rollout");
    const jsmntok_t *v = find(m, top, what);

    m->percent = 100;
    if (!v)
        return;
    m->percent = (uint8_t)number(m, need(m, v, WRONG("percent")), what, 100);
    string(m, find(m, v, WRONG("salt")), what, ROTA_SALT_MAX);
}

static void read_image(struct rota_manifest *m, const jsmntok_t *v,
                       struct rota_manifest_image *image)
{
    static const char name[] = WRONG("name"), format[] = WRONG("format");
    const jsmntok_t *t;

    image->id = (uint8_t)number(m, need(m, v, WRONG("id")), WRONG("id"),
                                ROTA_IMAGES_MAX - 1);
    image->size = (uint32_t)positive(m, v, WRONG("size"), SIZE_MAX_);
    hex(m, need(m, v, WRONG("sha256")), WRONG("sha256"), image->sha256,
        ROTA_SHA256_LEN);
    t = need(m, v, format);
    if (t && !rota_same(m->text + t->start, length(t), "raw"))
        fault(m, format);
    t = need(m, v, name);
    string(m, t, name, ROTA_NAME_MAX);
    copy(m, t, image->name, sizeof image->name);
    if (strchr(image->name, '/'))
        fault(m, name);
}

static void read_images(struct rota_manifest *m, const jsmntok_t *top)
{
    static const char what[] = WRONG("images");
    const jsmntok_t *v = need(m, top, what);
    struct rota_manifest_image image = {0};
    unsigned seen = 0;

    m->images = (uint8_t)array(m, v, what, 1, ROTA_IMAGES_MAX);
    for (int i = 0; i < m->images; i++) {
        read_image(m, element(m, v, i), &image);
        if (seen & 1u << image.id)
            fault(m, "two images have one id");
        seen |= 1u << image.id;
    }
    if (!(seen & 1))
        fault(m, "no image has the id 0");
}

static void read_revoked(struct rota_manifest *m, const jsmntok_t *top)
{
    static const char what[] = WRONG("revoke");
    const jsmntok_t *v = find(m, top, what);
    uint8_t id[ROTA_KEY_ID_LEN];

    m->revoked = (uint8_t)array(m, v, what, 0, ROTA_REVOKED_MAX);
    for (int i = 0; i < m->revoked; i++)
        hex(m, element(m, v, i), what, id, sizeof id);
}

static void read_all(struct rota_manifest *m)
{
    const jsmntok_t *top = m->tokens;

    (void)positive(m, top, WRONG("rota"), 1);
    string(m, need(m, top, WRONG("project")), WRONG("project"), m->len);
    string(m, need(m, top, WRONG("board")), WRONG("board"), m->len);
    read_version(m, need(m, top, WRONG("version")), WRONG("version"));
    read_version(m, find(m, top, "min_version"), WRONG("min_version"));
    m->seq = (uint32_t)positive(m, top, WRONG("seq"), UINT32_MAX);
    m->security = (uint32_t)number(m, find(m, top, "security"),
                                   WRONG("security"), UINT32_MAX);
    m->issued = number(m, find(m, top, "issued"), WRONG("issued"), TIME_MAX);
    m->expires = number(m, find(m, top, "expires"), WRONG("expires"), TIME_MAX);
    read_hw(m, top);
    read_rollout(m, top);
    read_images(m, top);
    read_revoked(m, top);
}

/* --- see manifest.h --- */

int rota_manifest_parse(struct rota_manifest *m, void *work)
{
    m->why = NULL;
    cut(m, work);
    if (!m->why)
        read_all(m);
    return m->why ? ROTA_EMANIFEST : ROTA_OK;
}

int rota_manifest_open(struct rota_manifest *m, const struct rota_config *c,
                       const struct rota_past *past, const void *buf,
                       size_t len, void *work)
{
    int err = rota_manifest_verify(m, c, past, buf, len);

    return err ? err : rota_manifest_parse(m, work);
}

void rota_manifest_image(const struct rota_manifest *m, int at,
                         struct rota_manifest_image *image)
{
    struct rota_manifest again = *m; /* no fault will be found */

    read_image(&again, element(m, find(m, m->tokens, "images"), at), image);
}

void rota_manifest_revoked(const struct rota_manifest *m, int at,
                           uint8_t id[ROTA_KEY_ID_LEN])
{
    const jsmntok_t *v = element(m, find(m, m->tokens, "revoke"), at);

    (void)rota_unhex_lower(m->text + v->start, length(v), id, ROTA_KEY_ID_LEN);
}

static const jsmntok_t *text(const struct rota_manifest *m, const char *name)
{
    const jsmntok_t *in = m->tokens;

    return find(m, strcmp(name, "salt") == 0 ? find(m, in, "rollout") : in,
                name);
}

void rota_manifest_text(const struct rota_manifest *m, const char *name,
                        char *out, size_t size)
{
    copy(m, text(m, name), out, size);
}

bool rota_manifest_is(const struct rota_manifest *m, const char *name,
                      const char *value)
{
    const jsmntok_t *v = text(m, name);

    return v && rota_same(m->text + v->start, length(v), value);
}
