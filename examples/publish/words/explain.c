/* SPDX-License-Identifier: Apache-2.0 */
#include "words/explain.h"

#include <string.h>

#include "emit.h"
#include "words/view.h"
#include "base/bytes.h"

enum { TEXT = ROTA_MANIFEST_MAX, HEX = 2 * ROTA_SHA256_LEN + 1 };

const char *pub_explain_hex(char *out, const uint8_t *in, size_t len)
{
    for (size_t i = 0; i < len; i++)
        snprintf(out + 2 * i, 3, "%02x", in[i]);
    return out;
}

static void text(const struct pub_say *s, const struct rota_manifest *m,
                 const char *name, struct rota_manifest_text t)
{
    char value[TEXT];

    rota_manifest_text(m, t, value, sizeof(value));
    pub_say_line(s, "%-12s%s", name, value);
}

static void hardware(const struct pub_say *s, const struct rota_manifest *m)
{
    if (m->hw_min == 0 && m->hw_max == UINT32_MAX)
        pub_say_line(s, "hardware    any revision");
    else
        pub_say_line(s, "hardware    revisions %u to %u", m->hw_min, m->hw_max);
}

static void numbers(const struct pub_say *s, const struct rota_manifest *m)
{
    char least[ROTA_TAG_MAX + 1];

    pub_say_line(s, "seq         %u; refused where a higher one was accepted",
                 m->seq);
    pub_say_line(s, "security    %u; refused where a higher one was confirmed",
                 m->security);
    rota_manifest_text(m, m->min_version, least, sizeof(least));
    pub_say_line(s, "updates     %s%s", least[0] ? least : "any version",
                 least[0] ? " and newer" : "");
}

static void times(const struct pub_say *s, const struct rota_manifest *m)
{
    char when[ROTA_EMIT_SIZE];

    pub_say_line(s, "issued      %s",
                 m->issued ? rota_emit_time(when, m->issued) : "not told");
    pub_say_line(s, "expires     %s",
                 m->expires ? rota_emit_time(when, m->expires) : "never");
}

static void rollout(const struct pub_say *s, const struct rota_manifest *m)
{
    char salt[ROTA_SALT_MAX + 1];

    rota_manifest_text(m, m->salt, salt, sizeof(salt));
    if (m->percent == 100)
        pub_say_line(s, "rollout     all devices");
    else
        pub_say_line(s, "rollout     %u%% of the devices, chosen by \"%s\"",
                     m->percent, salt);
}

static void images(const struct pub_say *s, const struct rota_manifest *m)
{
    struct rota_image image;
    char hex[HEX];

    for (int i = 0; i < m->images; i++) {
        rota_manifest_image(m, i, &image);
        pub_say_line(s, "image %-5u %s, %u bytes, SHA-256", image.id,
                     image.name, image.size);
        pub_say_line(s, "            %s",
                     pub_explain_hex(hex, image.sha256, ROTA_SHA256_LEN));
    }
}

static void revoked(const struct pub_say *s, const struct rota_manifest *m)
{
    char hex[HEX];

    for (int i = 0; i < m->revoked; i++)
        pub_say_line(s, "revokes     key %s, if another one has signed",
                     pub_explain_hex(hex, m->revoke[i], ROTA_KEY_ID_LEN));
}

/* What devices do not look at: notes, and what later versions have. */
static void others(const struct pub_say *s, const struct rota_manifest *m)
{
    static const char known[] =
        "rota project board hw seq version security min_version issued "
        "expires rollout images revoke ";
    const struct rota_span all = {(const uint8_t *)m->text, m->len};
    struct rota_span name, value;
    char key[40], look[44], what[400];
    size_t at = 0;

    while (pub_view_next(all, &at, &name, &value)) {
        pub_view_copy(name, key, sizeof(key));
        snprintf(look, sizeof(look), "%s ", key);
        if (!strstr(known, look))
            pub_say_line(s, "%-11s %s", key,
                         pub_view_copy(value, what, sizeof(what)));
    }
}

void pub_explain(const struct pub_say *s, const struct rota_manifest *m)
{
    text(s, m, "project", m->project);
    text(s, m, "board", m->board);
    hardware(s, m);
    text(s, m, "version", m->version);
    numbers(s, m);
    times(s, m);
    rollout(s, m);
    images(s, m);
    revoked(s, m);
    others(s, m);
}

/* --- JSON ---------------------------------------------------------------- */

static void member(const struct pub_say *s, const struct rota_manifest *m,
                   const char *name, struct rota_manifest_text t)
{
    char value[TEXT];

    rota_manifest_text(m, t, value, sizeof(value));
    rota_emit_text(s->out, name, value[0] ? value : NULL);
}

void pub_explain_members(const struct pub_say *s, const struct rota_manifest *m)
{
    member(s, m, "project", m->project);
    member(s, m, "board", m->board);
    member(s, m, "version", m->version);
    member(s, m, "min_version", m->min_version);
    member(s, m, "salt", m->salt);
    rota_emit_number(s->out, "hw_min", m->hw_min);
    rota_emit_number(s->out, "hw_max", m->hw_max);
    rota_emit_number(s->out, "seq", m->seq);
    rota_emit_number(s->out, "security", m->security);
    rota_emit_number(s->out, "issued", m->issued);
    rota_emit_number(s->out, "expires", m->expires);
    rota_emit_number(s->out, "percent", m->percent);
}

void pub_explain_objects(const struct pub_say *s, const struct rota_manifest *m)
{
    struct rota_image image;
    char hex[HEX];

    for (int i = 0; i < m->images; i++) {
        rota_manifest_image(m, i, &image);
        rota_emit_begin(s->out, "image");
        rota_emit_number(s->out, "id", image.id);
        rota_emit_text(s->out, "name", image.name);
        rota_emit_number(s->out, "size", image.size);
        rota_emit_text(s->out, "sha256",
                       pub_explain_hex(hex, image.sha256, ROTA_SHA256_LEN));
        rota_emit_end(s->out);
    }
    for (int i = 0; i < m->revoked; i++) {
        rota_emit_begin(s->out, "revoke");
        rota_emit_text(s->out, "id",
                       pub_explain_hex(hex, m->revoke[i], ROTA_KEY_ID_LEN));
        rota_emit_end(s->out);
    }
}
