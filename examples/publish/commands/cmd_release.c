/* SPDX-License-Identifier: Apache-2.0 */
/* release: from files to a release that devices take.
 *
 *     look -> draft -> files -> read back -> manifest -> publish
 *
 * Until the last step it is a draft, which no device sees. Each step finds out
 * what is there already, so that the same command goes on wherever it ended.
 */
#define _GNU_SOURCE
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "emit.h"
#include "words/files.h"
#include "plan/notes.h"
#include "plan/ota.h"
#include "plan/ota_check.h"
#include "commands/remote.h"
#include "plan/report.h"
#include "plan/upload.h"
#include "transport/refusal.h"

enum { ATTEMPTS = 3 }; /* to create it */

struct release {
    const struct pub_say *say;
    struct pub_remote_options remote;
    struct pub_api api;
    bool draft, prerelease, generate, replace;
    const char *latest, *notes, *target, *title, *manifest;
    struct pub_number timeout_s;
    struct pub_ota ota;
    struct pub_plan plan;
    struct pub_hub_release release;
    struct pub_upload up;
    struct pub_heap body; /* the text of notes */
};

#define FIELD(name) offsetof(struct release, name)

/* --- What is wanted ------------------------------------------------------ */

static int add_files(struct release *cmd, const struct pub_words *words)
{
    int code = 0;

    for (size_t i = 1; i < words->count && !code; i++)
        code = pub_plan_add(cmd->say, &cmd->plan, words->word[i]);
    if (!code && cmd->manifest)
        code = pub_plan_add(cmd->say, &cmd->plan, cmd->manifest);
    return code ? code : pub_ota_check(cmd->say, &cmd->plan, cmd->api.repo);
}

static const char *usage(struct release *cmd, const struct pub_words *words)
{
    if (words->count < 2)
        return "release takes a TAG and at least one FILE";
    if (cmd->latest && strcmp(cmd->latest, "yes") != 0
        && strcmp(cmd->latest, "no") != 0 && strcmp(cmd->latest, "legacy") != 0)
        return "--latest must be yes, no or legacy";
    if (cmd->prerelease && cmd->latest && strcmp(cmd->latest, "yes") == 0)
        return "a prerelease is never the latest";
    if (cmd->ota.keys.count && cmd->manifest)
        return "--key makes a manifest, and --manifest has one: which?";
    if (!cmd->ota.keys.count && cmd->ota.draft.board)
        return "--board is for a manifest, which needs --key";
    return NULL;
}

/* --- The draft ----------------------------------------------------------- */

static const char *make_latest(struct release *cmd)
{
    if (!cmd->latest)
        return NULL;
    return strcmp(cmd->latest, "yes") == 0 ? "true"
         : strcmp(cmd->latest, "no") == 0  ? "false"
                                           : "legacy";
}

/* Members that both creating and publishing say. */
static void describe(struct release *cmd, struct pub_heap *json,
                     const char *tag, bool draft)
{
    pub_heap_text(json, "tag_name", tag);
    pub_heap_text(json, "target_commitish", cmd->target);
    pub_heap_text(json, "name", cmd->title);
    if (cmd->notes || cmd->generate)
        pub_heap_text_n(json, "body", cmd->body.p ? cmd->body.p : "",
                        cmd->body.len);
    pub_heap_bool(json, "draft", draft);
    if (draft || cmd->prerelease)
        pub_heap_bool(json, "prerelease", cmd->prerelease);
}

static bool ask_to_create(struct release *cmd, const char *tag)
{
    struct pub_heap json = {0};
    bool good;

    describe(cmd, &json, tag, true);
    good = pub_heap_end(&json);
    if (!good)
        cmd->api.err = ROTA_EJSON;
    good = good && pub_create_release(&cmd->api, &json);
    pub_heap_free(&json);
    return good;
}

static bool may_have_created(struct release *cmd)
{
    int status = pub_api_status(&cmd->api);

    return status ? status >= 500 : rota_err_passes(cmd->api.err);
}

/* Whoever does not hear the answer looks whether it was done. */
static int create(struct release *cmd, const char *tag)
{
    bool found;

    for (unsigned n = 0; n < ATTEMPTS; n++) {
        int code;

        if (ask_to_create(cmd, tag))
            return pub_hub_release_of(&cmd->api, tag, &cmd->release);
        if (!may_have_created(cmd))
            break;
        pub_link_sleep_ms(1000u << n);
        code = pub_hub_find(&cmd->api, tag, &cmd->release, &found);
        if (code || found)
            return code;
    }
    return pub_refusal_explain(&cmd->api, tag);
}

static void tell(struct release *cmd, const char *event, const char *text)
{
    if (cmd->say->json) {
        rota_emit_begin(cmd->say->out, event);
        rota_emit_text(cmd->say->out, "tag", cmd->release.tag);
        rota_emit_number(cmd->say->out, "id", cmd->release.id);
        rota_emit_text(cmd->say->out, "url", cmd->release.html_url);
        rota_emit_end(cmd->say->out);
    } else {
        pub_say_line(cmd->say, "%s %s%s", cmd->release.tag, text,
                     cmd->release.html_url);
    }
}

static int find_or_create(struct release *cmd, const char *tag)
{
    bool found;
    int code = pub_hub_find(&cmd->api, tag, &cmd->release, &found);

    if (code || found)
        return code;
    code = pub_notes_make(&cmd->api, cmd->notes, cmd->generate, tag,
                          cmd->target, &cmd->body);
    if (!code)
        code = create(cmd, tag);
    if (!code)
        tell(cmd, "draft", "is a draft: ");
    return code;
}

/* --- Its files ----------------------------------------------------------- */

static int settle_from(struct release *cmd, size_t first)
{
    int code = 0;

    for (size_t i = first; i < cmd->plan.count && !code; i++)
        code = pub_upload_settle(&cmd->up, &cmd->plan.file[i]);
    return code;
}

/* What is published already can be seen by devices: it is looked at, and left
 * alone unless somebody says so. */
static int check_published(struct release *cmd)
{
    enum pub_upload_state state;
    int code = 0;

    for (size_t i = 0; i < cmd->plan.count && !code; i++) {
        code = pub_upload_judge(&cmd->up, &cmd->plan.file[i], &state);
        if (!code && state == PUB_UPLOAD_SAME)
            continue;
        if (!code && cmd->release.immutable)
            return pub_say_failure(cmd->say, PUB_EXIT_CONFLICT,
                                   cmd->release.tag,
                                   "is published and immutable, and %s is not "
                                   "there as it is here: release again under "
                                   "another tag",
                                   cmd->plan.file[i].name);
        if (!code && !cmd->replace)
            return pub_say_failure(cmd->say, PUB_EXIT_CONFLICT,
                                   cmd->release.tag,
                                   "is published, and %s is not there as it "
                                   "is here: --replace changes what devices "
                                   "see",
                                   cmd->plan.file[i].name);
    }
    return code;
}

/* A draft's own manifest may be made anew, whatever signed the last. */
static int add_manifest(struct release *cmd, const char *tag)
{
    bool replace = cmd->up.replace;
    size_t first = cmd->plan.count;
    int code;

    if (!cmd->ota.keys.count)
        return 0;
    code = pub_ota_make(&cmd->ota, &cmd->api, tag, &cmd->plan, &cmd->up.have);
    if (!code)
        code = pub_plan_add_bytes(cmd->say, &cmd->plan, cmd->ota.name,
                                  cmd->ota.bytes, cmd->ota.len);
    if (!code && !cmd->release.draft)
        code = check_published(cmd);
    cmd->up.replace = replace || cmd->release.draft;
    if (!code)
        code = settle_from(cmd, first);
    cmd->up.replace = replace;
    return code;
}

static void note_others(struct release *cmd)
{
    for (size_t i = 0; i < cmd->up.have.count; i++)
        if (!pub_plan_named(&cmd->plan, cmd->up.have.list[i].name))
            pub_say_note(cmd->say, "%s also has %s, which is none of the files",
                         cmd->release.tag, cmd->up.have.list[i].name);
}

static int bring_files(struct release *cmd, const char *tag)
{
    int code = pub_upload_look(&cmd->up);

    if (!code && !cmd->release.draft)
        code = check_published(cmd);
    if (!code)
        code = settle_from(cmd, 0);
    if (!code)
        code = pub_upload_verify(&cmd->up, &cmd->plan);
    if (!code)
        code = add_manifest(cmd, tag);
    if (!code && cmd->ota.keys.count)
        code = pub_upload_verify(&cmd->up, &cmd->plan);
    if (!code)
        note_others(cmd);
    return code;
}

/* --- Publishing ---------------------------------------------------------- */

static int publish(struct release *cmd, const char *tag)
{
    struct pub_heap json = {0};
    int code = 0;
    bool good;

    if (!cmd->body.len)
        code = pub_notes_make(&cmd->api, cmd->notes, cmd->generate, tag,
                              cmd->target, &cmd->body);
    if (code)
        return code;
    describe(cmd, &json, tag, false);
    pub_heap_text(&json, "make_latest", make_latest(cmd));
    good = pub_heap_end(&json)
        && pub_update_release(&cmd->api, cmd->release.id, &json);
    pub_heap_free(&json);
    if (!good)
        return pub_refusal_explain(&cmd->api, tag);
    code = pub_hub_release_of(&cmd->api, tag, &cmd->release);
    if (!code && cmd->release.draft)
        code = pub_say_failure(cmd->say, ROTA_EXIT_MISMATCH, tag,
                               "is still a draft, though the service took the "
                               "request to publish it");
    return code;
}

static int make(struct release *cmd, const char *tag)
{
    int code = find_or_create(cmd, tag);

    cmd->up = (struct pub_upload){
        .api = &cmd->api,
        .release = &cmd->release,
        .replace = cmd->replace,
        .timeout_s = cmd->timeout_s.value,
        .terminal =
            isatty(STDERR_FILENO) && !cmd->say->json ? cmd->say->err : NULL,
    };
    if (!code)
        code = bring_files(cmd, tag);
    if (code)
        return code;
    if (!cmd->release.draft) {
        tell(cmd, "published", "is published: ");
        return 0;
    }
    if (cmd->draft) {
        tell(cmd, "ready", "is complete, and still a draft: ");
        return 0;
    }
    code = publish(cmd, tag);
    if (!code)
        tell(cmd, "published", "is published: ");
    return code;
}

static int run(void *context, const struct pub_say *s,
               const struct pub_words *words)
{
    struct release *cmd = context;
    const char *why = usage(cmd, words);
    int code;

    cmd->say = s;
    if (why)
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage", "%s", why);
    code = pub_remote_open_to_write(cmd->say, &cmd->remote, &cmd->api);
    if (!code)
        code = add_files(cmd, words);
    if (!code)
        code = make(cmd, words->word[0]);
    pub_plan_free(&cmd->plan);
    pub_heap_free(&cmd->body);
    pub_hub_assets_free(&cmd->up.have);
    pub_remote_close(&cmd->api);
    return code;
}

/* --- Options ------------------------------------------------------------- */

static const struct pub_arg options[] = {
    {"--draft", NULL, "stop before it is published", NULL, FIELD(draft)},
    {"--prerelease", NULL, "for devices that ask for such", NULL,
     FIELD(prerelease)},
    {"--latest", "yes|no|legacy", "do devices get it? default yes",
     pub_arg_text, FIELD(latest)},
    {"--title", "TEXT", "default the tag", pub_arg_text, FIELD(title)},
    {"--notes", "FILE", "what people read of it, Markdown", pub_arg_text,
     FIELD(notes)},
    {"--generate-notes", NULL, "let the service write them, after those", NULL,
     FIELD(generate)},
    {"--target", "COMMIT", "what a new tag is put on; default branch if not",
     pub_arg_text, FIELD(target)},
    {"--replace", NULL, "put files in the place of others", NULL,
     FIELD(replace)},
    {"--upload-timeout", "SECONDS", "for each file; default by its size",
     pub_arg_number, FIELD(timeout_s)},
    {"--manifest", "FILE", "a signed one; also any FILE that ends in .ota",
     pub_arg_text, FIELD(manifest)},
    {"--key", "FILE", "make a manifest, sign it with this; repeat",
     pub_arg_list, FIELD(ota.keys)},
    {"--passphrase-file", "FILE", "whose first line is the passphrase",
     pub_arg_text, FIELD(ota.passphrase_file)},
    {"--board", "BOARD", "it is for; with --key required", pub_arg_text,
     FIELD(ota.draft.board)},
    {"--image", "[ID=]NAME", "what of the files is installed; repeat",
     pub_arg_list, FIELD(ota.images)},
    {"--project", "OWNER/NAME", "whose devices; default --repo", pub_arg_text,
     FIELD(ota.draft.project)},
    {"--version", "VERSION", "default the tag", pub_arg_text,
     FIELD(ota.draft.version)},
    {"--seq", "N", "default one more than the newest releases'", pub_arg_number,
     FIELD(ota.draft.seq)},
    {"--security", "N", "raised when older must never come back",
     pub_arg_number, FIELD(ota.draft.security)},
    {"--min-version", "VERSION", "the oldest to be updated from", pub_arg_text,
     FIELD(ota.draft.min_version)},
    {"--expires", "TIME", "90d, or a date, after which none takes it",
     pub_arg_date_or_span, FIELD(ota.expires)},
    {"--rollout", "PERCENT", "of the devices that may have it", pub_arg_percent,
     FIELD(ota.draft.percent)},
    PUB_REMOTE_OPTIONS(struct release),
    {.name = NULL},
};

const struct pub_command pub_cmd_release = {
    .name = "release",
    .usage = "[options] TAG FILE...",
    .about = "publish files as a release, from draft to read-back",
    .more = "Makes a draft, uploads, reads back size and SHA-256 of each file, "
            "signs and\nuploads a manifest if --key is given, and only then "
            "publishes. Interrupted\nanywhere, the same command goes on.\n",
    .options = options,
    .size = sizeof(struct release),
    .run = run,
};
