/* SPDX-License-Identifier: Apache-2.0 */
/* edit: what is said of a release, or of one asset of it. */
#include <string.h>

#include "commands/commands.h"
#include "transport/hub.h"
#include "plan/notes.h"
#include "plan/plan.h"
#include "commands/remote.h"
#include "plan/report.h"

static struct pub_api api;
static struct pub_hub_assets assets;

static struct {
    const char *title, *notes, *tag, *target, *asset, *name, *label;
    const char *prerelease, *draft, *latest;
} o;

static bool is_one_of(const char *value, const char *a, const char *b,
                      const char *c)
{
    return !value || strcmp(value, a) == 0 || strcmp(value, b) == 0
        || (c && strcmp(value, c) == 0);
}

static const char *usage(const struct pub_words *words)
{
    bool release = o.title || o.notes || o.tag || o.target || o.prerelease
                || o.draft || o.latest;

    if (words->count != 1)
        return "edit takes one TAG";
    if (!is_one_of(o.prerelease, "yes", "no", NULL)
        || !is_one_of(o.draft, "yes", "no", NULL))
        return "--prerelease and --draft must be yes or no";
    if (!is_one_of(o.latest, "yes", "no", "legacy"))
        return "--latest must be yes, no or legacy";
    if (o.asset ? release || (!o.name && !o.label) : !release)
        return o.asset ? "--asset goes with --name and --label"
                       : "there is nothing to change";
    return o.name ? pub_plan_bad_name(o.name) : NULL;
}

static void add_flag(struct pub_heap *json, const char *name, const char *value)
{
    if (value)
        pub_heap_bool(json, name, strcmp(value, "yes") == 0);
}

static int edit_release(const struct pub_say *s, struct pub_hub_release *r)
{
    struct pub_heap json = {0}, notes = {0};
    int code = pub_notes_make(&api, o.notes, false, r->tag, NULL, &notes);
    bool good;

    pub_heap_text(&json, "tag_name", o.tag);
    pub_heap_text(&json, "target_commitish", o.target);
    pub_heap_text(&json, "name", o.title);
    if (o.notes)
        pub_heap_text_n(&json, "body", notes.p ? notes.p : "", notes.len);
    add_flag(&json, "prerelease", o.prerelease);
    add_flag(&json, "draft", o.draft);
    if (o.latest)
        pub_heap_text(&json, "make_latest",
                      strcmp(o.latest, "yes") == 0  ? "true"
                      : strcmp(o.latest, "no") == 0 ? "false"
                                                    : "legacy");
    good =
        !code && pub_heap_end(&json) && pub_update_release(&api, r->id, &json);
    pub_heap_free(&json);
    pub_heap_free(&notes);
    if (code)
        return code;
    code = good ? pub_hub_release_of(&api, r->tag, r)
                : pub_api_explain(&api, r->tag);
    if (!code)
        pub_report_release(s, r, pub_report_count(pub_heap_span(&api.text)));
    return code;
}

static int edit_asset(const struct pub_say *s, const struct pub_hub_release *r)
{
    const struct pub_hub_asset *found;
    struct pub_hub_asset now;
    struct pub_heap json = {0};
    int code = pub_hub_assets(&api, r->id, &assets);
    bool good;

    if (code)
        return code;
    found = pub_hub_asset_named(&assets, o.asset);
    if (!found)
        return pub_say_failure(s, ROTA_EXIT_ASSET, o.asset,
                               "%s has no such asset", r->tag);
    pub_heap_text(&json, "name", o.name);
    pub_heap_text(&json, "label", o.label);
    good = pub_heap_end(&json) && pub_update_asset(&api, found->id, &json);
    pub_heap_free(&json);
    if (!good || !pub_asset_read(&now, pub_heap_span(&api.text)))
        return pub_api_explain(&api, o.asset);
    pub_report_asset(s, &now);
    return 0;
}

static int run(const struct pub_say *s, const struct pub_words *words)
{
    struct pub_hub_release r;
    const char *why = usage(words);
    int code;

    if (why)
        return pub_say_failure(s, ROTA_EXIT_USAGE, "usage", "%s", why);
    code = pub_remote_open_to_write(s, &api);
    if (!code)
        code = pub_hub_need(&api, words->word[0], &r);
    if (!code)
        code = o.asset ? edit_asset(s, &r) : edit_release(s, &r);
    pub_hub_assets_free(&assets);
    pub_remote_close(&api);
    return code;
}

static const struct pub_arg options[] = {
    {"--title", "TEXT", "what it is called", pub_arg_text, &o.title},
    {"--notes", "FILE", "what people read of it", pub_arg_text, &o.notes},
    {"--prerelease", "yes|no", "for devices that ask for such", pub_arg_text,
     &o.prerelease},
    {"--draft", "yes|no", "is it hidden?", pub_arg_text, &o.draft},
    {"--latest", "yes|no|legacy", "do devices get it?", pub_arg_text,
     &o.latest},
    {"--tag", "TAG", "another tag", pub_arg_text, &o.tag},
    {"--target", "COMMIT", "what a new tag is put on", pub_arg_text, &o.target},
    {"--asset", "NAME", "an asset of it, and of that:", pub_arg_text, &o.asset},
    {"--name", "NAME", "another name", pub_arg_text, &o.name},
    {"--label", "TEXT", "what the web page shows", pub_arg_text, &o.label},
    PUB_REMOTE_OPTIONS,
    {.name = NULL},
};

const struct pub_command pub_cmd_edit = {
    .name = "edit",
    .usage = "[options] TAG",
    .about = "change what is said of a release",
    .more = "What is not given stays as it is.\n",
    .options = options,
    .run = run,
};
