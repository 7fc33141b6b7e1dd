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
#include "transport/refusal.h"

#define OTA ".ota"
#define NEW ".new"

struct rollout {
    const struct pub_say *say;
    struct pub_remote_options remote;
    struct pub_api api;
    struct pub_list keys;
    const char *passphrase_file, *manifest;
    struct pub_number percent, seq;
    struct pub_hub_release release;
    struct pub_upload up;
};

#define FIELD(name) offsetof(struct rollout, name)

/* --- The manifest that is there ------------------------------------------ */

static bool ends_in(const char *name, const char *end)
{
    size_t len = strlen(name), n = strlen(end);

    return len > n && strcmp(name + len - n, end) == 0;
}

/* How many there are that end so, or are called so; *found is the last. */
static size_t count(struct rollout *cmd, const char *end,
                    const struct pub_hub_asset **found)
{
    size_t n = 0;

    for (size_t i = 0; i < cmd->up.have.count; i++) {
        const struct pub_hub_asset *a = &cmd->up.have.list[i];

        if (!a->uploaded || !ends_in(a->name, end))
            continue;
        if (cmd->manifest
            && (strncmp(a->name, cmd->manifest, strlen(cmd->manifest)) != 0
                || strlen(a->name) - strlen(cmd->manifest) != strlen(end) - 4))
            continue;
        *found = a;
        n++;
    }
    return n;
}

static int rename_to(struct rollout *cmd, const struct pub_hub_asset *a,
                     const char *name)
{
    struct pub_heap json = {0};
    bool good;

    pub_heap_text(&json, "name", name);
    good = pub_heap_end(&json) && pub_update_asset(&cmd->api, a->id, &json);
    pub_heap_free(&json);
    return good ? pub_upload_look(&cmd->up)
                : pub_refusal_explain(&cmd->api, a->name);
}

/* The old one was deleted, and then something broke. */
static int finish_earlier(struct rollout *cmd, const struct pub_hub_asset *a)
{
    char name[PUB_RELEASE_NAME_SIZE];

    memcpy(name, a->name, sizeof(name));
    name[strlen(name) - strlen(NEW)] = '\0';
    return rename_to(cmd, a, name);
}

static int find(struct rollout *cmd, const struct pub_hub_asset **found)
{
    size_t n = count(cmd, OTA, found);
    int code;

    if (!n && count(cmd, OTA NEW, found) == 1) {
        code = finish_earlier(cmd, *found);
        if (code)
            return code;
        n = count(cmd, OTA, found);
    }
    if (n == 1)
        return 0;
    return pub_say_failure(cmd->say, ROTA_EXIT_ASSET, cmd->release.tag,
                           n ? "has several manifests: --manifest says which"
                             : "has no manifest that could be changed");
}

/* --- The new one --------------------------------------------------------- */

static void put_number(struct pub_heap *t, const char *name, uint64_t v)
{
    char text[64];

    snprintf(text, sizeof(text), ",\"%s\":%llu", name, (unsigned long long)v);
    pub_heap_put(t, text);
}

static void put_rollout(struct rollout *cmd, struct pub_heap *t,
                        struct rota_span old)
{
    struct rota_span salt;
    char text[48];

    if (cmd->percent.value == 100)
        return;
    snprintf(text, sizeof(text), ",\"rollout\":{\"percent\":%u",
             (unsigned)cmd->percent.value);
    pub_heap_put(t, text);
    if (old.len && pub_view_member(old, "salt", &salt)) {
        pub_heap_put(t, ",\"salt\":");
        pub_heap_add(t, salt.p, salt.len);
    }
    pub_heap_put(t, "}");
}

static bool is_name(struct rota_span name, const char *text)
{
    return name.len == strlen(text) + 2
        && memcmp(name.p + 1, text, name.len - 2) == 0;
}

/* Its members in their order, but for the three that change. */
static void rewrite(struct rollout *cmd, struct pub_heap *t,
                    struct rota_span old, uint32_t seq, uint64_t issued)
{
    struct rota_span name, value, rollout = {NULL, 0};
    bool had = pub_view_member(old, "rollout", &rollout);

    pub_heap_put(t, "{");
    for (size_t at = 0; pub_view_next(old, &at, &name, &value);) {
        if (is_name(name, "seq")) {
            put_number(t, "seq", seq);
        } else if (is_name(name, "issued")) {
            put_number(t, "issued", issued);
        } else if (is_name(name, "rollout")) {
            put_rollout(cmd, t, rollout);
        } else {
            pub_heap_put(t, t->len > 1 ? "," : "");
            pub_heap_add(t, name.p, name.len);
            pub_heap_put(t, ":");
            pub_heap_add(t, value.p, value.len);
        }
    }
    if (!had)
        put_rollout(cmd, t, rollout);
    pub_heap_put(t, "}");
}

static int make(struct rollout *cmd, const struct pub_hub_asset *old,
                char out[PUB_ENVELOPE_MAX], size_t *len)
{
    struct pub_asdevice d;
    char buf[PUB_ENVELOPE_MAX + 1];
    struct pub_heap text = {0};
    struct pub_envelope e;
    const char *why;
    uint64_t now;
    int code = pub_hub_small_asset(&cmd->api, old, buf, sizeof(buf), len);

    if (!code)
        code = pub_when_now(cmd->say, &now);
    if (code)
        return code;
    why = pub_envelope_read(&e, buf, *len);
    why = why ? why : pub_asdevice_parse(&d, e.text, e.len);
    if (!why)
        rewrite(cmd, &text, (struct rota_span){(const uint8_t *)e.text, e.len},
                cmd->seq.given ? cmd->seq.value : d.m.seq + 1, now);
    if (!why)
        why = pub_asdevice_parse(&d, text.p, text.len);
    code = why ? pub_say_failure(cmd->say, PUB_EXIT_INPUT, old->name, "%s", why)
               : pub_ota_sign(cmd->say, &cmd->keys, cmd->passphrase_file,
                              text.p, text.len, out, len);
    pub_heap_free(&text);
    return code;
}

/* --- Putting it there ---------------------------------------------------- */

static int settle(struct rollout *cmd, const char *name, const char *bytes,
                  size_t len)
{
    struct pub_plan plan = {0};
    int code = pub_plan_add_bytes(cmd->say, &plan, name, bytes, len);

    if (!code)
        code = pub_upload_settle(&cmd->up, &plan.file[0]);
    if (!code)
        code = pub_upload_verify(&cmd->up, &plan);
    pub_plan_free(&plan);
    return code;
}

static int take_place(struct rollout *cmd, const char *new_name,
                      const char *name)
{
    const struct pub_hub_asset *old = pub_hub_asset_named(&cmd->up.have, name);
    const struct pub_hub_asset *now =
        pub_hub_asset_named(&cmd->up.have, new_name);

    if (!pub_delete_asset(&cmd->api, old->id)
        && pub_api_status(&cmd->api) != 404)
        return pub_refusal_explain(&cmd->api, name);
    return rename_to(cmd, now, name);
}

static void tell(struct rollout *cmd)
{
    if (cmd->say->json) {
        rota_emit_begin(cmd->say->out, "rollout");
        rota_emit_text(cmd->say->out, "tag", cmd->release.tag);
        rota_emit_number(cmd->say->out, "percent", cmd->percent.value);
        rota_emit_end(cmd->say->out);
    }
    pub_say_line(cmd->say, "%s: %u%% of the devices may have it",
                 cmd->release.tag, (unsigned)cmd->percent.value);
}

static int put(struct rollout *cmd, const struct pub_hub_asset *old)
{
    char bytes[PUB_ENVELOPE_MAX];
    char name[PUB_RELEASE_NAME_SIZE],
        new_name[PUB_RELEASE_NAME_SIZE + sizeof(NEW)];
    size_t len;
    int code;

    memcpy(name, old->name, sizeof(name));
    snprintf(new_name, sizeof(new_name), "%s" NEW, name);
    code = make(cmd, old, bytes, &len);
    if (!code)
        code = settle(cmd, new_name, bytes, len);
    if (!code)
        code = take_place(cmd, new_name, name);
    if (!code) /* there already, unless somebody meddled */
        code = settle(cmd, name, bytes, len);
    if (!code)
        tell(cmd);
    return code;
}

static int change(struct rollout *cmd, const char *tag)
{
    const struct pub_hub_asset *old = NULL;
    int code = pub_hub_need(&cmd->api, tag, &cmd->release);

    if (!code && cmd->release.immutable)
        return pub_say_failure(cmd->say, PUB_EXIT_CONFLICT, tag,
                               "is immutable, and so is its manifest: release "
                               "again under another tag");
    cmd->up = (struct pub_upload){
        .api = &cmd->api, .release = &cmd->release, .replace = true};
    if (!code)
        code = pub_upload_look(&cmd->up);
    if (!code)
        code = find(cmd, &old);
    return code ? code : put(cmd, old);
}

static int run(void *context, const struct pub_say *s,
               const struct pub_words *words)
{
    struct rollout *cmd = context;
    const char *form;
    int code;

    cmd->say = s;
    if (words->count != 2)
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage",
                               "rollout takes a TAG and a PERCENT");
    form = pub_arg_percent(&cmd->percent, words->word[1]);
    if (form)
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage",
                               "PERCENT must be %s", form);
    if (!cmd->keys.count)
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage",
                               "--key must sign the new manifest");
    code = pub_remote_open_to_write(cmd->say, &cmd->remote, &cmd->api);
    if (!code)
        code = change(cmd, words->word[0]);
    pub_hub_assets_free(&cmd->up.have);
    pub_remote_close(&cmd->api);
    return code;
}

static const struct pub_arg options[] = {
    {"--key", "FILE", "that signs it; repeat", pub_arg_list, FIELD(keys)},
    {"--passphrase-file", "FILE", "whose first line is the passphrase",
     pub_arg_text, FIELD(passphrase_file)},
    {"--manifest", "NAME", "when there are several", pub_arg_text,
     FIELD(manifest)},
    {"--seq", "N", "default one more than it has", pub_arg_number, FIELD(seq)},
    PUB_REMOTE_OPTIONS(struct rollout),
    {.name = NULL},
};

const struct pub_command pub_cmd_rollout = {
    .name = "rollout",
    .usage = "[options] TAG PERCENT",
    .about = "let more, or fewer, devices have a release",
    .more = "Puts a new manifest, signed again, in the place of the old one. "
            "Between the two\nis a moment without: a device that looks then "
            "tries again later.\n",
    .options = options,
    .size = sizeof(struct rollout),
    .run = run,
};
