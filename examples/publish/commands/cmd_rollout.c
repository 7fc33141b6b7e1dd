/* SPDX-License-Identifier: Apache-2.0 */
/* rollout: how many of the devices may have a release from now on.
 *
 * The manifest that is there gets another percentage, the next number and the
 * present time, and new signatures; everything else in it stays byte for byte.
 * Salt and version stay, so that those who had it may still have it.
 *
 * The new one is uploaded as NAME.new, read back, and only then takes the name
 * of the old one, which is deleted just before. Where that is interrupted, the
 * next rollout goes on.
 */
#include <string.h>

#include "signing/asdevice.h"
#include "commands/commands.h"
#include "emit.h"
#include "plan/ota.h"
#include "commands/remote.h"
#include "plan/upload.h"
#include "words/view.h"
#include "base/bytes.h"

#define OTA ".ota"
#define NEW ".new"

static struct rota_api api;
static struct rota_hub_release release;
static struct rota_upload up;

static struct {
    struct rota_list keys;
    const char *passphrase_file, *manifest;
    struct rota_number percent, seq;
} o;

/* --- The manifest that is there ------------------------------------------ */

static bool ends_in(const char *name, const char *end)
{
    size_t len = strlen(name), n = strlen(end);

    return len > n && strcmp(name + len - n, end) == 0;
}

/* How many there are that end so, or are called so; *found is the last. */
static size_t count(const char *end, const struct rota_hub_asset **found)
{
    size_t n = 0;

    for (size_t i = 0; i < up.have.count; i++) {
        const struct rota_hub_asset *a = &up.have.list[i];

        if (!a->uploaded || !ends_in(a->name, end))
            continue;
        if (o.manifest
            && (strncmp(a->name, o.manifest, strlen(o.manifest)) != 0
                || strlen(a->name) - strlen(o.manifest) != strlen(end) - 4))
            continue;
        *found = a;
        n++;
    }
    return n;
}

static int rename_to(const struct rota_hub_asset *a, const char *name)
{
    struct rota_heap json = {0};
    bool good;

    rota_heap_text(&json, "name", name);
    good = rota_heap_end(&json) && rota_update_asset(&api, a->id, &json);
    rota_heap_free(&json);
    return good ? rota_upload_look(&up) : rota_api_explain(&api, a->name);
}

/* The old one was deleted, and then something broke. */
static int finish_earlier(const struct rota_hub_asset *a)
{
    char name[ROTA_RELEASE_NAME_SIZE];

    memcpy(name, a->name, sizeof(name));
    name[strlen(name) - strlen(NEW)] = '\0';
    return rename_to(a, name);
}

static int find(const struct rota_say *s, const struct rota_hub_asset **found)
{
    size_t n = count(OTA, found);
    int code;

    if (!n && count(OTA NEW, found) == 1) {
        code = finish_earlier(*found);
        if (code)
            return code;
        n = count(OTA, found);
    }
    if (n == 1)
        return 0;
    return rota_say_failure(s, ROTA_EXIT_ASSET, release.tag,
                            n ? "has several manifests: --manifest says which"
                              : "has no manifest that could be changed");
}

/* --- The new one --------------------------------------------------------- */

static void put_number(struct rota_heap *t, const char *name, uint64_t v)
{
    char text[64];

    snprintf(text, sizeof(text), ",\"%s\":%llu", name, (unsigned long long)v);
    rota_heap_put(t, text);
}

static void put_rollout(struct rota_heap *t, struct rota_span old)
{
    struct rota_span salt;
    char text[48];

    if (o.percent.value == 100)
        return;
    snprintf(text, sizeof(text), ",\"rollout\":{\"percent\":%u",
             (unsigned)o.percent.value);
    rota_heap_put(t, text);
    if (old.len && rota_view_member(old, "salt", &salt)) {
        rota_heap_put(t, ",\"salt\":");
        rota_heap_add(t, salt.p, salt.len);
    }
    rota_heap_put(t, "}");
}

static bool is_name(struct rota_span name, const char *text)
{
    return name.len == strlen(text) + 2
        && memcmp(name.p + 1, text, name.len - 2) == 0;
}

/* Its members in their order, but for the three that change. */
static void rewrite(struct rota_heap *t, struct rota_span old, uint32_t seq,
                    uint64_t issued)
{
    struct rota_span name, value, rollout = {NULL, 0};
    bool had = rota_view_member(old, "rollout", &rollout);

    rota_heap_put(t, "{");
    for (size_t at = 0; rota_view_next(old, &at, &name, &value);) {
        if (is_name(name, "seq")) {
            put_number(t, "seq", seq);
        } else if (is_name(name, "issued")) {
            put_number(t, "issued", issued);
        } else if (is_name(name, "rollout")) {
            put_rollout(t, rollout);
        } else {
            rota_heap_put(t, t->len > 1 ? "," : "");
            rota_heap_add(t, name.p, name.len);
            rota_heap_put(t, ":");
            rota_heap_add(t, value.p, value.len);
        }
    }
    if (!had)
        put_rollout(t, rollout);
    rota_heap_put(t, "}");
}

static int make(const struct rota_say *s, const struct rota_hub_asset *old,
                char out[ROTA_ENVELOPE_MAX], size_t *len)
{
    static struct rota_asdevice d;
    char buf[ROTA_ENVELOPE_MAX + 1];
    struct rota_heap text = {0};
    struct rota_envelope e;
    const char *why;
    uint64_t now;
    int code = rota_hub_small_asset(&api, old, buf, sizeof(buf), len);

    if (!code)
        code = rota_when_now(s, &now);
    if (code)
        return code;
    why = rota_envelope_read(&e, buf, *len);
    why = why ? why : rota_asdevice_parse(&d, e.text, e.len);
    if (!why)
        rewrite(&text, (struct rota_span){(const uint8_t *)e.text, e.len},
                o.seq.given ? o.seq.value : d.m.seq + 1, now);
    if (!why)
        why = rota_asdevice_parse(&d, text.p, text.len);
    code = why ? rota_say_failure(s, ROTA_EXIT_INPUT, old->name, "%s", why)
               : rota_ota_sign(s, &o.keys, o.passphrase_file, text.p, text.len,
                               out, len);
    rota_heap_free(&text);
    return code;
}

/* --- Putting it there ---------------------------------------------------- */

static int settle(const struct rota_say *s, const char *name, const char *bytes,
                  size_t len)
{
    struct rota_plan plan = {0};
    int code = rota_plan_add_bytes(s, &plan, name, bytes, len);

    if (!code)
        code = rota_upload_settle(&up, &plan.file[0]);
    if (!code)
        code = rota_upload_verify(&up, &plan);
    rota_plan_free(&plan);
    return code;
}

static int take_place(const char *new_name, const char *name)
{
    const struct rota_hub_asset *old = rota_hub_asset_named(&up.have, name);
    const struct rota_hub_asset *now = rota_hub_asset_named(&up.have, new_name);

    if (!rota_delete_asset(&api, old->id) && rota_api_status(&api) != 404)
        return rota_api_explain(&api, name);
    return rename_to(now, name);
}

static void tell(const struct rota_say *s)
{
    if (s->json) {
        rota_emit_begin(s->out, "rollout");
        rota_emit_text(s->out, "tag", release.tag);
        rota_emit_number(s->out, "percent", o.percent.value);
        rota_emit_end(s->out);
    }
    rota_say_line(s, "%s: %u%% of the devices may have it", release.tag,
                  (unsigned)o.percent.value);
}

static int put(const struct rota_say *s, const struct rota_hub_asset *old)
{
    static char bytes[ROTA_ENVELOPE_MAX];
    char name[ROTA_RELEASE_NAME_SIZE],
        new_name[ROTA_RELEASE_NAME_SIZE + sizeof(NEW)];
    size_t len;
    int code;

    memcpy(name, old->name, sizeof(name));
    snprintf(new_name, sizeof(new_name), "%s" NEW, name);
    code = make(s, old, bytes, &len);
    if (!code)
        code = settle(s, new_name, bytes, len);
    if (!code)
        code = take_place(new_name, name);
    if (!code) /* there already, unless somebody meddled */
        code = settle(s, name, bytes, len);
    if (!code)
        tell(s);
    return code;
}

static int change(const struct rota_say *s, const char *tag)
{
    const struct rota_hub_asset *old = NULL;
    int code = rota_hub_need(&api, tag, &release);

    if (!code && release.immutable)
        return rota_say_failure(s, ROTA_EXIT_CONFLICT, tag,
                                "is immutable, and so is its manifest: release "
                                "again under another tag");
    up =
        (struct rota_upload){.api = &api, .release = &release, .replace = true};
    if (!code)
        code = rota_upload_look(&up);
    if (!code)
        code = find(s, &old);
    return code ? code : put(s, old);
}

static int run(const struct rota_say *s, const struct rota_words *words)
{
    const char *form;
    int code;

    if (words->count != 2)
        return rota_say_failure(s, ROTA_EXIT_USAGE, "usage",
                                "rollout takes a TAG and a PERCENT");
    form = rota_arg_percent(&o.percent, words->word[1]);
    if (form)
        return rota_say_failure(s, ROTA_EXIT_USAGE, "usage",
                                "PERCENT must be %s", form);
    if (!o.keys.count)
        return rota_say_failure(s, ROTA_EXIT_USAGE, "usage",
                                "--key must sign the new manifest");
    code = rota_remote_open_to_write(s, &api);
    if (!code)
        code = change(s, words->word[0]);
    rota_hub_assets_free(&up.have);
    rota_remote_close(&api);
    return code;
}

static const struct rota_arg options[] = {
    {"--key", "FILE", "that signs it; repeat", rota_arg_list, &o.keys},
    {"--passphrase-file", "FILE", "whose first line is the passphrase",
     rota_arg_text, &o.passphrase_file},
    {"--manifest", "NAME", "when there are several", rota_arg_text,
     &o.manifest},
    {"--seq", "N", "default one more than it has", rota_arg_number, &o.seq},
    ROTA_REMOTE_OPTIONS,
    {.name = NULL},
};

const struct rota_publish_command rota_publish_rollout = {
    .name = "rollout",
    .usage = "[options] TAG PERCENT",
    .about = "let more, or fewer, devices have a release",
    .more = "Puts a new manifest, signed again, in the place of the old one. "
            "Between the two\nis a moment without: a device that looks then "
            "tries again later.\n",
    .options = options,
    .run = run,
};
