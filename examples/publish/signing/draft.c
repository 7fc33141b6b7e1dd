/* SPDX-License-Identifier: Apache-2.0 */
#include "signing/draft.h"

#include <ctype.h>
#include <string.h>

#include "manifest/manifest.h"
#include "release/semver.h"
#include "base/text.h"

/* --- Is it right? -------------------------------------------------------- */

/* What an asset may be called: other characters GitHub replaces, and a dot
 * at either end it adds to. */
static bool is_name(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)s[i]) && !strchr("._-", s[i]))
            return false;
    return len > 0 && s[0] != '.' && s[len - 1] != '.';
}

static bool is_project(const char *s)
{
    size_t owner = strcspn(s, "/");

    return is_name(s, owner)
        && (!s[owner] || is_name(s + owner + 1, strlen(s + owner + 1)));
}

static bool is_version(const char *s)
{
    struct rota_semver v;

    return strlen(s) <= ROTA_TAG_MAX && rota_semver_parse(&v, s) == 0;
}

static bool is_key_id(const char *s)
{
    return strlen(s) == 16 && strspn(s, "0123456789abcdef") == 16
        && strcmp(s, "0000000000000000") != 0;
}

static const char *check_revoked(const struct pub_draft *d)
{
    if (d->revoke.count > PUB_ENVELOPE_SIGNATURES)
        return "no more than 4 keys can be revoked";
    for (size_t i = 0; i < d->revoke.count; i++) {
        if (!is_key_id(d->revoke.item[i]))
            return "--revoke must be a key's id: 16 hexadecimal digits, in "
                   "lower case";
        for (size_t k = 0; k < i; k++)
            if (strcmp(d->revoke.item[i], d->revoke.item[k]) == 0)
                return "--revoke names a key twice";
    }
    return NULL;
}

static const char *check_image(const struct pub_draft *d, size_t at)
{
    const struct pub_draft_image *i = &d->image[at];

    if (!is_name(i->name, strlen(i->name)) || strlen(i->name) > ROTA_NAME_MAX)
        return "an image's name must be made of letters, digits, '.', '_' and "
               "'-', as assets are called, and begin and end with none of the "
               "dots";
    if (i->size < 1 || i->size > INT32_MAX)
        return "an image must have 1 to 2147483647 bytes";
    for (size_t k = 0; k < at; k++)
        if (d->image[k].id == i->id)
            return "two images have one id; ID=IMAGE sets it";
        else if (strcmp(d->image[k].name, i->name) == 0)
            return "two images have one name";
    return NULL;
}

static const char *check_images(const struct pub_draft *d)
{
    const char *why = d->images ? NULL : "no image is given";

    /* A device has a slot for each, or does not take it. */
    for (size_t i = 0; i < d->images; i++)
        if (d->image[i].id >= d->images)
            return "the images' ids must be 0, 1, ... without a gap";
    for (size_t i = 0; i < d->images && !why; i++)
        why = check_image(d, i);
    return why;
}

static const char *check_numbers(const struct pub_draft *d)
{
    if (!d->seq.value)
        return "--seq must be given, and be 1 or more";
    if (d->hw[0].value > d->hw[1].value)
        return "--hw must name the lower revision first";
    if (d->percent.value > 100)
        return "--rollout must be a percentage from 0 to 100";
    if (d->salt && !d->percent.given)
        return "--salt without --rollout";
    if (d->salt
        && (!is_name(d->salt, strlen(d->salt))
            || strlen(d->salt) > ROTA_SALT_MAX))
        return "--salt must be up to 32 letters, digits, '.', '_' and '-'";
    if (d->expires && d->expires <= d->issued)
        return "--expires is not after --issued";
    return NULL;
}

const char *pub_draft_check(const struct pub_draft *d)
{
    const char *why;

    if (!d->project || !is_project(d->project))
        return "--project must be owner/name";
    if (!d->board || !is_name(d->board, strlen(d->board)))
        return "--board must be made of letters, digits, '.', '_' and '-'";
    if (!d->version || !is_version(d->version))
        return "--version must be a version such as 1.2.3";
    if (d->min_version && !is_version(d->min_version))
        return "--min-version must be a version such as 1.2.3";
    why = check_numbers(d);
    if (!why)
        why = check_revoked(d);
    return why ? why : check_images(d);
}

/* --- Writing ------------------------------------------------------------- */

static void name(struct rota_text *t, const char *name)
{
    rota_text_add(t, ",\"");
    rota_text_add(t, name);
    rota_text_add(t, "\":");
}

static void number(struct rota_text *t, const char *field, uint64_t v)
{
    name(t, field);
    rota_text_add_u64(t, v);
}

static void given(struct rota_text *t, const char *field,
                  const struct pub_number *n)
{
    if (n->given)
        number(t, field, n->value);
}

static void quoted(struct rota_text *t, const char *s)
{
    char escape[12];

    rota_text_add(t, "\"");
    for (; *s; s++)
        if (*s == '"' || *s == '\\' || (unsigned char)*s < ' ') {
            snprintf(escape, sizeof(escape), "\\u%04x", (unsigned char)*s);
            rota_text_add(t, escape);
        } else {
            rota_text_add_n(t, s, 1);
        }
    rota_text_add(t, "\"");
}

static void text(struct rota_text *t, const char *field, const char *s)
{
    if (!s)
        return;
    name(t, field);
    quoted(t, s);
}

static void image(struct rota_text *t, const struct pub_draft_image *i)
{
    char hex[2 * ROTA_SHA256_LEN + 1];

    for (size_t k = 0; k < ROTA_SHA256_LEN; k++)
        snprintf(hex + 2 * k, 3, "%02x", i->sha256[k]);
    rota_text_add(t, "{\"id\":");
    rota_text_add_u64(t, i->id);
    text(t, "name", i->name);
    text(t, "format", "raw");
    number(t, "size", i->size);
    text(t, "sha256", hex);
    rota_text_add(t, "}");
}

static void images(struct rota_text *t, const struct pub_draft *d)
{
    name(t, "images");
    for (size_t i = 0; i < d->images; i++) {
        rota_text_add(t, i ? "," : "[");
        image(t, &d->image[i]);
    }
    rota_text_add(t, "]");
}

static void ranges(struct rota_text *t, const struct pub_draft *d)
{
    if (!d->hw[0].given)
        return;
    name(t, "hw");
    rota_text_add(t, "[");
    rota_text_add_u64(t, d->hw[0].value);
    rota_text_add(t, ",");
    rota_text_add_u64(t, d->hw[1].value);
    rota_text_add(t, "]");
}

/* Without a salt of its own each version asks other devices first; with more
 * percent the same ones are among them. */
static void rollout(struct rota_text *t, const struct pub_draft *d)
{
    char salt[ROTA_SALT_MAX + 1];

    if (!d->percent.given)
        return;
    name(t, "rollout");
    rota_text_add(t, "{\"percent\":");
    rota_text_add_u64(t, d->percent.value);
    snprintf(salt, sizeof(salt), "%s", d->salt ? d->salt : d->version);
    text(t, "salt", salt);
    rota_text_add(t, "}");
}

static void revoke(struct rota_text *t, const struct pub_draft *d)
{
    if (!d->revoke.count)
        return;
    name(t, "revoke");
    for (size_t i = 0; i < d->revoke.count; i++) {
        rota_text_add(t, i ? "," : "[");
        quoted(t, d->revoke.item[i]);
    }
    rota_text_add(t, "]");
}

bool pub_draft_write(const struct pub_draft *d,
                     char out[PUB_ENVELOPE_TEXT_MAX + 1], size_t *len)
{
    struct rota_text t;

    rota_text_init(&t, out, PUB_ENVELOPE_TEXT_MAX + 1);
    rota_text_add(&t, "{\"rota\":1");
    text(&t, "project", d->project);
    text(&t, "board", d->board);
    ranges(&t, d);
    given(&t, "seq", &d->seq);
    text(&t, "version", d->version);
    given(&t, "security", &d->security);
    text(&t, "min_version", d->min_version);
    number(&t, "issued", d->issued);
    if (d->expires)
        number(&t, "expires", d->expires);
    rollout(&t, d);
    images(&t, d);
    revoke(&t, d);
    text(&t, "notes", d->notes);
    rota_text_add(&t, "}");
    *len = t.len;
    return !t.full;
}
