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
#include "commands/remote.h"
#include "plan/report.h"
#include "plan/upload.h"

enum { ATTEMPTS = 3 }; /* to create it */

static struct {
    bool draft, prerelease, generate, replace;
    const char *latest, *notes, *target, *title, *manifest;
    struct pub_number timeout_s;
} o;

static struct pub_ota ota;
static struct pub_api api;
static struct pub_plan plan;
static struct pub_hub_release release;
static struct pub_upload up;
static struct pub_heap notes;

/* --- What is wanted ------------------------------------------------------ */

static int add_files(const struct pub_say *s, const struct pub_words *words)
{
    int code = 0;

    for (size_t i = 1; i < words->count && !code; i++)
        code = pub_plan_add(s, &plan, words->word[i]);
    if (!code && o.manifest)
        code = pub_plan_add(s, &plan, o.manifest);
    return code ? code : pub_ota_check(s, &plan, api.repo);
}

static const char *usage(const struct pub_words *words)
{
    if (words->count < 2)
        return "release takes a TAG and at least one FILE";
    if (o.latest && strcmp(o.latest, "yes") != 0 && strcmp(o.latest, "no") != 0
        && strcmp(o.latest, "legacy") != 0)
        return "--latest must be yes, no or legacy";
    if (o.prerelease && o.latest && strcmp(o.latest, "yes") == 0)
        return "a prerelease is never the latest";
    if (ota.keys.count && o.manifest)
        return "--key makes a manifest, and --manifest has one: which?";
    if (!ota.keys.count && ota.draft.board)
        return "--board is for a manifest, which needs --key";
    return NULL;
}

/* --- The draft ----------------------------------------------------------- */

static const char *make_latest(void)
{
    if (!o.latest)
        return NULL;
    return strcmp(o.latest, "yes") == 0 ? "true"
         : strcmp(o.latest, "no") == 0  ? "false"
                                        : "legacy";
}

/* Members that both creating and publishing say. */
static void describe(struct pub_heap *json, const char *tag, bool draft)
{
    pub_heap_text(json, "tag_name", tag);
    pub_heap_text(json, "target_commitish", o.target);
    pub_heap_text(json, "name", o.title);
    if (o.notes || o.generate)
        pub_heap_text_n(json, "body", notes.p ? notes.p : "", notes.len);
    pub_heap_bool(json, "draft", draft);
    if (draft || o.prerelease)
        pub_heap_bool(json, "prerelease", o.prerelease);
}

static bool ask_to_create(const char *tag)
{
    struct pub_heap json = {0};
    bool good;

    describe(&json, tag, true);
    good = pub_heap_end(&json);
    if (!good)
        api.err = ROTA_EJSON;
    good = good && pub_create_release(&api, &json);
    pub_heap_free(&json);
    return good;
}

static bool may_have_created(void)
{
    int status = pub_api_status(&api);

    return status ? status >= 500 : rota_err_passes(api.err);
}

/* Whoever does not hear the answer looks whether it was done. */
static int create(const char *tag)
{
    bool found;

    for (unsigned n = 0; n < ATTEMPTS; n++) {
        int code;

        if (ask_to_create(tag))
            return pub_hub_release_of(&api, tag, &release);
        if (!may_have_created())
            break;
        pub_link_sleep_ms(1000u << n);
        code = pub_hub_find(&api, tag, &release, &found);
        if (code || found)
            return code;
    }
    return pub_api_explain(&api, tag);
}

static void tell(const struct pub_say *s, const char *event, const char *text)
{
    if (s->json) {
        rota_emit_begin(s->out, event);
        rota_emit_text(s->out, "tag", release.tag);
        rota_emit_number(s->out, "id", release.id);
        rota_emit_text(s->out, "url", release.html_url);
        rota_emit_end(s->out);
    } else {
        pub_say_line(s, "%s %s%s", release.tag, text, release.html_url);
    }
}

static int find_or_create(const struct pub_say *s, const char *tag)
{
    bool found;
    int code = pub_hub_find(&api, tag, &release, &found);

    if (code || found)
        return code;
    code = pub_notes_make(&api, o.notes, o.generate, tag, o.target, &notes);
    if (!code)
        code = create(tag);
    if (!code)
        tell(s, "draft", "is a draft: ");
    return code;
}

/* --- Its files ----------------------------------------------------------- */

static int settle_from(size_t first)
{
    int code = 0;

    for (size_t i = first; i < plan.count && !code; i++)
        code = pub_upload_settle(&up, &plan.file[i]);
    return code;
}

/* What is published already can be seen by devices: it is looked at, and left
 * alone unless somebody says so. */
static int check_published(const struct pub_say *s)
{
    enum pub_upload_state state;
    int code = 0;

    for (size_t i = 0; i < plan.count && !code; i++) {
        code = pub_upload_judge(&up, &plan.file[i], &state);
        if (!code && state == PUB_UPLOAD_SAME)
            continue;
        if (!code && release.immutable)
            return pub_say_failure(s, PUB_EXIT_CONFLICT, release.tag,
                                   "is published and immutable, and %s is not "
                                   "there as it is here: release again under "
                                   "another tag",
                                   plan.file[i].name);
        if (!code && !o.replace)
            return pub_say_failure(s, PUB_EXIT_CONFLICT, release.tag,
                                   "is published, and %s is not there as it "
                                   "is here: --replace changes what devices "
                                   "see",
                                   plan.file[i].name);
    }
    return code;
}

/* A draft's own manifest may be made anew, whatever signed the last. */
static int add_manifest(const struct pub_say *s, const char *tag)
{
    bool replace = up.replace;
    size_t first = plan.count;
    int code;

    if (!ota.keys.count)
        return 0;
    code = pub_ota_make(&ota, &api, tag, &plan, &up.have);
    if (!code)
        code = pub_plan_add_bytes(s, &plan, ota.name, ota.bytes, ota.len);
    if (!code && !release.draft)
        code = check_published(s);
    up.replace = replace || release.draft;
    if (!code)
        code = settle_from(first);
    up.replace = replace;
    return code;
}

static void note_others(const struct pub_say *s)
{
    for (size_t i = 0; i < up.have.count; i++)
        if (!pub_plan_named(&plan, up.have.list[i].name))
            pub_say_note(s, "%s also has %s, which is none of the files",
                         release.tag, up.have.list[i].name);
}

static int bring_files(const struct pub_say *s, const char *tag)
{
    int code = pub_upload_look(&up);

    if (!code && !release.draft)
        code = check_published(s);
    if (!code)
        code = settle_from(0);
    if (!code)
        code = pub_upload_verify(&up, &plan);
    if (!code)
        code = add_manifest(s, tag);
    if (!code && ota.keys.count)
        code = pub_upload_verify(&up, &plan);
    if (!code)
        note_others(s);
    return code;
}

/* --- Publishing ---------------------------------------------------------- */

static int publish(const struct pub_say *s, const char *tag)
{
    struct pub_heap json = {0};
    int code = 0;
    bool good;

    if (!notes.len)
        code = pub_notes_make(&api, o.notes, o.generate, tag, o.target, &notes);
    if (code)
        return code;
    describe(&json, tag, false);
    pub_heap_text(&json, "make_latest", make_latest());
    good = pub_heap_end(&json) && pub_update_release(&api, release.id, &json);
    pub_heap_free(&json);
    if (!good)
        return pub_api_explain(&api, tag);
    code = pub_hub_release_of(&api, tag, &release);
    if (!code && release.draft)
        code = pub_say_failure(s, ROTA_EXIT_MISMATCH, tag,
                               "is still a draft, though the service took the "
                               "request to publish it");
    return code;
}

static int make(const struct pub_say *s, const char *tag)
{
    int code = find_or_create(s, tag);

    up = (struct pub_upload){
        .api = &api,
        .release = &release,
        .replace = o.replace,
        .timeout_s = o.timeout_s.value,
        .terminal = isatty(STDERR_FILENO) && !s->json ? s->err : NULL,
    };
    if (!code)
        code = bring_files(s, tag);
    if (code)
        return code;
    if (!release.draft) {
        tell(s, "published", "is published: ");
        return 0;
    }
    if (o.draft) {
        tell(s, "ready", "is complete, and still a draft: ");
        return 0;
    }
    code = publish(s, tag);
    if (!code)
        tell(s, "published", "is published: ");
    return code;
}

static int run(const struct pub_say *s, const struct pub_words *words)
{
    const char *why = usage(words);
    int code;

    if (why)
        return pub_say_failure(s, ROTA_EXIT_USAGE, "usage", "%s", why);
    code = pub_remote_open_to_write(s, &api);
    if (!code)
        code = add_files(s, words);
    if (!code)
        code = make(s, words->word[0]);
    pub_plan_free(&plan);
    pub_heap_free(&notes);
    pub_hub_assets_free(&up.have);
    pub_remote_close(&api);
    return code;
}

/* --- Options ------------------------------------------------------------- */

static const struct pub_arg options[] = {
    {"--draft", NULL, "stop before it is published", NULL, &o.draft},
    {"--prerelease", NULL, "for devices that ask for such", NULL,
     &o.prerelease},
    {"--latest", "yes|no|legacy", "do devices get it? default yes",
     pub_arg_text, &o.latest},
    {"--title", "TEXT", "default the tag", pub_arg_text, &o.title},
    {"--notes", "FILE", "what people read of it, Markdown", pub_arg_text,
     &o.notes},
    {"--generate-notes", NULL, "let the service write them, after those", NULL,
     &o.generate},
    {"--target", "COMMIT", "what a new tag is put on; default branch if not",
     pub_arg_text, &o.target},
    {"--replace", NULL, "put files in the place of others", NULL, &o.replace},
    {"--upload-timeout", "SECONDS", "for each file; default by its size",
     pub_arg_number, &o.timeout_s},
    {"--manifest", "FILE", "a signed one; also any FILE that ends in .ota",
     pub_arg_text, &o.manifest},
    {"--key", "FILE", "make a manifest, sign it with this; repeat",
     pub_arg_list, &ota.keys},
    {"--passphrase-file", "FILE", "whose first line is the passphrase",
     pub_arg_text, &ota.passphrase_file},
    {"--board", "BOARD", "it is for; with --key required", pub_arg_text,
     &ota.draft.board},
    {"--image", "[ID=]NAME", "what of the files is installed; repeat",
     pub_arg_list, &ota.images},
    {"--project", "OWNER/NAME", "whose devices; default --repo", pub_arg_text,
     &ota.draft.project},
    {"--version", "VERSION", "default the tag", pub_arg_text,
     &ota.draft.version},
    {"--seq", "N", "default one more than the newest releases'", pub_arg_number,
     &ota.draft.seq},
    {"--security", "N", "raised when older must never come back",
     pub_arg_number, &ota.draft.security},
    {"--min-version", "VERSION", "the oldest to be updated from", pub_arg_text,
     &ota.draft.min_version},
    {"--expires", "TIME", "90d, or a date, after which none takes it",
     pub_arg_date_or_span, &ota.expires},
    {"--rollout", "PERCENT", "of the devices that may have it", pub_arg_percent,
     &ota.draft.percent},
    PUB_REMOTE_OPTIONS,
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
    .run = run,
};
