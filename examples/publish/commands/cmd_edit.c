/* SPDX-License-Identifier: Apache-2.0 */
/* edit: what is said of a release, or of one asset of it. */
#include <string.h>

#include "commands/commands.h"
#include "transport/hub.h"
#include "plan/notes.h"
#include "plan/plan.h"
#include "commands/remote.h"
#include "plan/report.h"

static struct rota_api api;
static struct rota_hub_assets assets;

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

static const char *usage(const struct rota_words *words)
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
    return o.name ? rota_plan_bad_name(o.name) : NULL;
}

static void add_flag(struct rota_heap *json, const char *name,
                     const char *value)
{
    if (value)
        rota_heap_bool(json, name, strcmp(value, "yes") == 0);
}

static int edit_release(const struct rota_say *s, struct rota_hub_release *r)
{
    struct rota_heap json = {0}, notes = {0};
    int code = rota_notes_make(&api, o.notes, false, r->tag, NULL, &notes);
    bool good;

    rota_heap_text(&json, "tag_name", o.tag);
    rota_heap_text(&json, "target_commitish", o.target);
    rota_heap_text(&json, "name", o.title);
    if (o.notes)
        rota_heap_text_n(&json, "body", notes.p ? notes.p : "", notes.len);
    add_flag(&json, "prerelease", o.prerelease);
    add_flag(&json, "draft", o.draft);
    if (o.latest)
        rota_heap_text(&json, "make_latest",
                       strcmp(o.latest, "yes") == 0  ? "true"
                       : strcmp(o.latest, "no") == 0 ? "false"
                                                     : "legacy");
    good = !code && rota_heap_end(&json)
        && rota_update_release(&api, r->id, &json);
    rota_heap_free(&json);
    rota_heap_free(&notes);
    if (code)
        return code;
    code = good ? rota_hub_release_of(&api, r->tag, r)
                : rota_api_explain(&api, r->tag);
    if (!code)
        rota_report_release(s, r, rota_report_count(rota_heap_span(&api.text)));
    return code;
}

static int edit_asset(const struct rota_say *s,
                      const struct rota_hub_release *r)
{
    const struct rota_hub_asset *found;
    struct rota_hub_asset now;
    struct rota_heap json = {0};
    int code = rota_hub_assets(&api, r->id, &assets);
    bool good;

    if (code)
        return code;
    found = rota_hub_asset_named(&assets, o.asset);
    if (!found)
        return rota_say_failure(s, ROTA_EXIT_ASSET, o.asset,
                                "%s has no such asset", r->tag);
    rota_heap_text(&json, "name", o.name);
    rota_heap_text(&json, "label", o.label);
    good = rota_heap_end(&json) && rota_update_asset(&api, found->id, &json);
    rota_heap_free(&json);
    if (!good || !rota_asset_read(&now, rota_heap_span(&api.text)))
        return rota_api_explain(&api, o.asset);
    rota_report_asset(s, &now);
    return 0;
}

static int run(const struct rota_say *s, const struct rota_words *words)
{
    struct rota_hub_release r;
    const char *why = usage(words);
    int code;

    if (why)
        return rota_say_failure(s, ROTA_EXIT_USAGE, "usage", "%s", why);
    code = rota_remote_open_to_write(s, &api);
    if (!code)
        code = rota_hub_need(&api, words->word[0], &r);
    if (!code)
        code = o.asset ? edit_asset(s, &r) : edit_release(s, &r);
    rota_hub_assets_free(&assets);
    rota_remote_close(&api);
    return code;
}

static const struct rota_arg options[] = {
    {"--title", "TEXT", "what it is called", rota_arg_text, &o.title},
    {"--notes", "FILE", "what people read of it", rota_arg_text, &o.notes},
    {"--prerelease", "yes|no", "for devices that ask for such", rota_arg_text,
     &o.prerelease},
    {"--draft", "yes|no", "is it hidden?", rota_arg_text, &o.draft},
    {"--latest", "yes|no|legacy", "do devices get it?", rota_arg_text,
     &o.latest},
    {"--tag", "TAG", "another tag", rota_arg_text, &o.tag},
    {"--target", "COMMIT", "what a new tag is put on", rota_arg_text,
     &o.target},
    {"--asset", "NAME", "an asset of it, and of that:", rota_arg_text,
     &o.asset},
    {"--name", "NAME", "another name", rota_arg_text, &o.name},
    {"--label", "TEXT", "what the web page shows", rota_arg_text, &o.label},
    ROTA_REMOTE_OPTIONS,
    {.name = NULL},
};

const struct rota_publish_command rota_publish_edit = {
    .name = "edit",
    .usage = "[options] TAG",
    .about = "change what is said of a release",
    .more = "What is not given stays as it is.\n",
    .options = options,
    .run = run,
};
