/* SPDX-License-Identifier: Apache-2.0 */
/* edit: what is said of a release, or of one asset of it. */
#include <string.h>

#include "commands/commands.h"
#include "transport/hub.h"
#include "plan/notes.h"
#include "plan/plan.h"
#include "commands/remote.h"
#include "plan/report.h"
#include "transport/refusal.h"

struct edit {
    const struct pub_say *say;
    struct pub_remote_options remote;
    struct pub_api api;
    struct pub_hub_assets assets;
    const char *title, *notes, *tag, *target, *asset, *name, *label;
    const char *prerelease, *draft, *latest;
};

#define FIELD(name) offsetof(struct edit, name)

static bool is_one_of(const char *value, const char *a, const char *b,
                      const char *c)
{
    return !value || strcmp(value, a) == 0 || strcmp(value, b) == 0
        || (c && strcmp(value, c) == 0);
}

static const char *usage(struct edit *cmd, const struct pub_words *words)
{
    bool release = cmd->title || cmd->notes || cmd->tag || cmd->target
                || cmd->prerelease || cmd->draft || cmd->latest;

    if (words->count != 1)
        return "edit takes one TAG";
    if (!is_one_of(cmd->prerelease, "yes", "no", NULL)
        || !is_one_of(cmd->draft, "yes", "no", NULL))
        return "--prerelease and --draft must be yes or no";
    if (!is_one_of(cmd->latest, "yes", "no", "legacy"))
        return "--latest must be yes, no or legacy";
    if (cmd->asset ? release || (!cmd->name && !cmd->label) : !release)
        return cmd->asset ? "--asset goes with --name and --label"
                          : "there is nothing to change";
    return cmd->name ? pub_plan_bad_name(cmd->name) : NULL;
}

static void add_flag(struct pub_heap *json, const char *name, const char *value)
{
    if (value)
        pub_heap_bool(json, name, strcmp(value, "yes") == 0);
}

static int edit_release(struct edit *cmd, struct pub_hub_release *r)
{
    struct pub_heap json = {0}, notes = {0};
    int code =
        pub_notes_make(&cmd->api, cmd->notes, false, r->tag, NULL, &notes);
    bool good;

    pub_heap_text(&json, "tag_name", cmd->tag);
    pub_heap_text(&json, "target_commitish", cmd->target);
    pub_heap_text(&json, "name", cmd->title);
    if (cmd->notes)
        pub_heap_text_n(&json, "body", notes.p ? notes.p : "", notes.len);
    add_flag(&json, "prerelease", cmd->prerelease);
    add_flag(&json, "draft", cmd->draft);
    if (cmd->latest)
        pub_heap_text(&json, "make_latest",
                      strcmp(cmd->latest, "yes") == 0  ? "true"
                      : strcmp(cmd->latest, "no") == 0 ? "false"
                                                       : "legacy");
    good = !code && pub_heap_end(&json)
        && pub_update_release(&cmd->api, r->id, &json);
    pub_heap_free(&json);
    pub_heap_free(&notes);
    if (code)
        return code;
    code = good ? pub_hub_release_of(&cmd->api, r->tag, r)
                : pub_refusal_explain(&cmd->api, r->tag);
    if (!code)
        pub_report_release(cmd->say, r,
                           pub_report_count(pub_heap_span(&cmd->api.text)));
    return code;
}

static int edit_asset(struct edit *cmd, const struct pub_hub_release *r)
{
    const struct pub_hub_asset *found;
    struct pub_hub_asset now;
    struct pub_heap json = {0};
    int code = pub_hub_assets(&cmd->api, r->id, &cmd->assets);
    bool good;

    if (code)
        return code;
    found = pub_hub_asset_named(&cmd->assets, cmd->asset);
    if (!found)
        return pub_say_failure(cmd->say, ROTA_EXIT_ASSET, cmd->asset,
                               "%s has no such asset", r->tag);
    pub_heap_text(&json, "name", cmd->name);
    pub_heap_text(&json, "label", cmd->label);
    good = pub_heap_end(&json) && pub_update_asset(&cmd->api, found->id, &json);
    pub_heap_free(&json);
    if (!good || !pub_asset_read(&now, pub_heap_span(&cmd->api.text)))
        return pub_refusal_explain(&cmd->api, cmd->asset);
    pub_report_asset(cmd->say, &now);
    return 0;
}

static int run(void *context, const struct pub_say *s,
               const struct pub_words *words)
{
    struct edit *cmd = context;
    struct pub_hub_release r;
    const char *why = usage(cmd, words);
    int code;

    cmd->say = s;
    if (why)
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage", "%s", why);
    code = pub_remote_open_to_write(cmd->say, &cmd->remote, &cmd->api);
    if (!code)
        code = pub_hub_need(&cmd->api, words->word[0], &r);
    if (!code)
        code = cmd->asset ? edit_asset(cmd, &r) : edit_release(cmd, &r);
    pub_hub_assets_free(&cmd->assets);
    pub_remote_close(&cmd->api);
    return code;
}

static const struct pub_arg options[] = {
    {"--title", "TEXT", "what it is called", pub_arg_text, FIELD(title)},
    {"--notes", "FILE", "what people read of it", pub_arg_text, FIELD(notes)},
    {"--prerelease", "yes|no", "for devices that ask for such", pub_arg_text,
     FIELD(prerelease)},
    {"--draft", "yes|no", "is it hidden?", pub_arg_text, FIELD(draft)},
    {"--latest", "yes|no|legacy", "do devices get it?", pub_arg_text,
     FIELD(latest)},
    {"--tag", "TAG", "another tag", pub_arg_text, FIELD(tag)},
    {"--target", "COMMIT", "what a new tag is put on", pub_arg_text,
     FIELD(target)},
    {"--asset", "NAME", "an asset of it, and of that:", pub_arg_text,
     FIELD(asset)},
    {"--name", "NAME", "another name", pub_arg_text, FIELD(name)},
    {"--label", "TEXT", "what the web page shows", pub_arg_text, FIELD(label)},
    PUB_REMOTE_OPTIONS(struct edit),
    {.name = NULL},
};

const struct pub_command pub_cmd_edit = {
    .name = "edit",
    .usage = "[options] TAG",
    .about = "change what is said of a release",
    .more = "What is not given stays as it is.\n",
    .options = options,
    .size = sizeof(struct edit),
    .run = run,
};
