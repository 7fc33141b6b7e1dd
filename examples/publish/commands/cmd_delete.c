/* SPDX-License-Identifier: Apache-2.0 */
/* delete: a release, or one asset of it. */
#include <stdio.h>
#include <string.h>

#include "words/ask.h"
#include "commands/commands.h"
#include "emit.h"
#include "transport/hub.h"
#include "commands/remote.h"
#include "plan/report.h"

static struct pub_api api;
static struct pub_hub_assets assets;
static bool yes;
static const char *asset;

static int done(const struct pub_say *s, const char *tag, bool good)
{
    if (!good && pub_api_status(&api) != 404)
        return pub_api_explain(&api, tag);
    if (s->json) {
        rota_emit_begin(s->out, "deleted");
        rota_emit_text(s->out, "tag", tag);
        rota_emit_text(s->out, "asset", asset);
        rota_emit_end(s->out);
    }
    pub_say_line(s, "%s%s%s is deleted", tag, asset ? ": " : "",
                 asset ? asset : "");
    return 0;
}

static int delete_asset(const struct pub_say *s,
                        const struct pub_hub_release *r)
{
    const struct pub_hub_asset *found;
    int code = pub_hub_assets(&api, r->id, &assets);

    if (code)
        return code;
    found = pub_hub_asset_named(&assets, asset);
    if (!found)
        return pub_say_failure(s, ROTA_EXIT_ASSET, asset,
                               "%s has no such asset", r->tag);
    return done(s, r->tag, pub_delete_asset(&api, found->id));
}

static int confirm(const struct pub_say *s, const struct pub_hub_release *r)
{
    char what[400];

    if (yes)
        return 0;
    snprintf(what, sizeof(what), "delete %s%sthe %s of %s", asset ? asset : "",
             asset ? " of " : "", pub_report_state(r), r->tag);
    return pub_ask(s, what);
}

static int run(const struct pub_say *s, const struct pub_words *words)
{
    struct pub_hub_release r;
    int code;

    if (words->count != 1)
        return pub_say_failure(s, ROTA_EXIT_USAGE, "usage",
                               "delete takes one TAG");
    code = pub_remote_open_to_write(s, &api);
    if (!code)
        code = pub_hub_need(&api, words->word[0], &r);
    if (!code)
        code = confirm(s, &r);
    if (!code && asset)
        code = delete_asset(s, &r);
    else if (!code)
        code = done(s, r.tag, pub_delete_release(&api, r.id));
    pub_hub_assets_free(&assets);
    pub_remote_close(&api);
    return code;
}

static const struct pub_arg options[] = {
    {"--yes", NULL, "do not ask", NULL, &yes},
    {"--asset", "NAME", "this asset alone", pub_arg_text, &asset},
    PUB_REMOTE_OPTIONS,
    {.name = NULL},
};

const struct pub_command pub_cmd_delete = {
    .name = "delete",
    .usage = "[options] TAG",
    .about = "delete a release, its assets with it",
    .more = "The tag itself stays in the repository. Of an immutable release "
            "it can never be\nused again.\n",
    .options = options,
    .run = run,
};
