/* SPDX-License-Identifier: Apache-2.0 */
#include "update/config_check.h"

#include <string.h>

#include "base/text.h"
#include "flash/flash.h"
#include "http/url.h"
#include "release/semver.h"
#include "update/client.h"

/* Two words for each field: its name, and what it must be. */
struct wrong {
    const char *field, *want;
};

static const struct wrong none = {NULL, NULL};

/* --- Texts --------------------------------------------------------------- */

/* Of the name of an owner, a repository or a host. */
static size_t config_check_name_len(const char *s)
{
    return rota_text_word(s, "-._");
}

static bool config_check_api(const char *s)
{
    struct rota_url u;

    return rota_url_parse(&u, s) == ROTA_OK && s[strcspn(s, "?#")] == '\0'
        && !strstr(s, "/.");
}

/* Neither part may lead to another path (RFC 3986, 5.2.4). */
static bool config_check_repo(const char *s)
{
    size_t owner = config_check_name_len(s);
    const char *name = s + owner + (s[owner] == '/');
    size_t len = config_check_name_len(name);

    return owner > 0 && len > 0 && name[len] == '\0' && !strstr(s, "..")
        && !rota_text_same(s, owner, ".") && !rota_text_same(name, len, ".");
}

static bool config_check_tag(const char *s)
{
    return strlen(s) <= ROTA_TAG_MAX;
}

static bool config_check_version(const char *s)
{
    struct rota_semver v;

    return rota_semver_parse(&v, s) == ROTA_OK && config_check_tag(s);
}

/* ".example.com, .example.org" */
static bool config_check_asset_hosts(const char *s)
{
    if (!*s)
        return true;
    for (;; s++) {
        s += strspn(s, " ");
        size_t len = config_check_name_len(s);
        if (s[0] != '.' || len < 2 || s[1] == '.')
            return false;
        s += len;
        s += strspn(s, " ");
        if (*s != ',')
            return *s == '\0';
    }
}

static bool config_check_any(const char *s)
{
    (void)s;
    return true;
}

static bool config_check_file(const char *s)
{
    return !strchr(s, '/');
}

enum { REQUIRED = 1, FULL = 2, BLANKS = 4 };

/* All text goes into headers, URLs or comparisons and is printable ASCII,
 * without blanks unless BLANKS is set, and not empty if FULL is. */
struct text {
    const char *value;
    uint8_t rules;
    bool (*ok)(const char *s);
    struct wrong wrong;
};

static bool config_check_passes(const struct text *t)
{
    if (!t->value)
        return !(t->rules & REQUIRED);
    return (*t->value || !(t->rules & FULL))
        && rota_text_printable(t->value, t->rules & BLANKS) && t->ok(t->value);
}

static struct wrong config_check_texts(const struct rota_config *c)
{
    const struct text texts[] = {
        {c->api,
         0,
         config_check_api,
         {"api", "an https URL without a query, such as " ROTA_API_DEFAULT}},
        {c->repo, REQUIRED, config_check_repo, {"repo", "OWNER/NAME"}},
        {c->tag,
         FULL,
         config_check_tag,
         {"tag", "a tag, not longer than ROTA_TAG_MAX, without blanks"}},
        {c->tag_prefix,
         0,
         config_check_any,
         {"tag_prefix", "printable ASCII without blanks"}},
        {c->board, BLANKS, config_check_any, {"board", "printable ASCII"}},
        {c->asset,
         FULL | BLANKS,
         config_check_file,
         {"asset", "a pattern of names, without a slash"}},
        {c->version,
         REQUIRED,
         config_check_version,
         {"version", "a version of Semantic Versioning, such as 1.2.3"}},
        {c->token,
         FULL,
         config_check_any,
         {"token", "printable ASCII without blanks"}},
        {c->asset_hosts,
         BLANKS,
         config_check_asset_hosts,
         {"asset_hosts", "suffixes with a leading dot, between commas"}},
        {c->user_agent,
         FULL | BLANKS,
         config_check_any,
         {"user_agent", "printable ASCII"}},
        {c->api_version,
         0,
         config_check_any,
         {"api_version", "printable ASCII without blanks"}},
        {c->trust ? c->trust->project : NULL,
         FULL | BLANKS,
         config_check_any,
         {"project", "printable ASCII"}},
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!config_check_passes(&texts[i]))
            return texts[i].wrong;
    return none;
}

static struct wrong config_check_choice(const struct rota_config *c)
{
    if (!c->asset && !c->trust)
        return (struct wrong){"asset", "a pattern of names: there are no keys"};
    if (c->choose == &rota_by_tag && !c->tag)
        return (struct wrong){"tag", "the tag to take, for rota_by_tag"};
    return none;
}

/* --- Everything else ----------------------------------------------------- */

static struct wrong config_check_platform(const struct rota_config *c)
{
    if (!c->net || !c->sys)
        return (struct wrong){"net, sys", "the platform: see rota_port.h"};
    if (rota_flash_check(c->slot) != ROTA_OK)
        return (struct wrong){"slot", "flash of valid sizes: see rota_port.h"};
    if (!c->buffer || c->buffer_size < 512)
        return (struct wrong){"buffer", "at least 512 bytes"};
    if (!c->anchors || !c->anchor_count)
        return (struct wrong){"anchors", "at least one root certificate"};
    if (c->store && (!c->store->ops || !c->store->get || !c->store->put))
        return (struct wrong){"store", "ops, get and put"};
    return none;
}

static bool config_check_more_slots(const struct rota_trust *t)
{
    bool ok = t->more_slot_count < ROTA_IMAGES_MAX
           && (t->more_slots || !t->more_slot_count);

    for (size_t i = 0; ok && i < t->more_slot_count; i++)
        ok = rota_flash_check(t->more_slots[i]) == ROTA_OK;
    return ok;
}

static struct wrong config_check_trust(const struct rota_config *c)
{
    const struct rota_trust *t = c->trust;

    if (!t->ops || !t->keys || t->count < 1 || t->count > 32)
        return (struct wrong){"keys", "1 to 32 keys, and &rota_manifest_ops"};
    if (t->threshold > t->count)
        return (struct wrong){"threshold", "at most the number of keys"};
    if (!config_check_more_slots(t))
        return (struct wrong){"more_slots",
                              "flash, fewer than ROTA_IMAGES_MAX"};
    if (!c->board || !*c->board)
        return (struct wrong){"board", "given, with keys"};
    if (!c->store)
        return (struct wrong){"store", "given, with keys"};
    if ((uintptr_t)c->buffer % _Alignof(int) != 0
        || c->buffer_size < ROTA_MANIFEST_WORK)
        return (struct wrong){
            "buffer", "aligned for int, and of ROTA_MANIFEST_WORK, with keys"};
    return none;
}

static bool config_check_key_twice(const struct rota_trust *t, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (memcmp(t->keys[i].der, t->keys[at].der, t->keys[at].len) == 0)
            return true;
    return false;
}

/* A key that is not one, or the same one twice, would be noticed when it is
 * needed, and that may be years later. */
static int config_check_keys(const struct rota_trust *t, struct wrong *w)
{
    for (size_t i = 0; i < t->count; i++) {
        int err = t->ops->check_key(&t->keys[i]);
        if (err) {
            *w = (struct wrong){"keys",
                                "P-256 public keys in DER, 91 bytes each"};
            return err;
        }
        if (config_check_key_twice(t, i))
            *w = (struct wrong){"keys", "keys of which no two are the same"};
    }
    return ROTA_OK;
}

int rota_config_check(const struct rota_config *c, const char **field,
                      const char **want)
{
    struct wrong w = config_check_platform(c);
    int err = ROTA_OK;

    if (!w.field)
        w = config_check_texts(c);
    if (!w.field)
        w = config_check_choice(c);
    if (!w.field && c->trust)
        w = config_check_trust(c);
    if (!w.field && c->trust)
        err = config_check_keys(c->trust, &w);
    *field = w.field;
    *want = w.want;
    return w.field && !err ? ROTA_EINVAL : err;
}
