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
#include "transport/refusal.h"

struct delete
{
    const struct pub_say *say;
    struct pub_remote_options remote;
    struct pub_api api;
    struct pub_hub_assets assets;
    bool yes;
    const char *asset;
};

#define FIELD(name) offsetof(struct delete, name)

static int done(struct delete *cmd, const char *tag, bool good)
{
    if (!good && pub_api_status(&cmd->api) != 404)
        return pub_refusal_explain(&cmd->api, tag);
    if (cmd->say->json) {
        rota_emit_begin(cmd->say->out, "deleted");
        rota_emit_text(cmd->say->out, "tag", tag);
        rota_emit_text(cmd->say->out, "asset", cmd->asset);
        rota_emit_end(cmd->say->out);
    }
    pub_say_line(cmd->say, "%s%s%s is deleted", tag, cmd->asset ? ": " : "",
                 cmd->asset ? cmd->asset : "");
    return 0;
}

static int delete_asset(struct delete *cmd, const struct pub_hub_release *r)
{
    const struct pub_hub_asset *found;
    int code = pub_hub_assets(&cmd->api, r->id, &cmd->assets);

    if (code)
        return code;
    found = pub_hub_asset_named(&cmd->assets, cmd->asset);
    if (!found)
        return pub_say_failure(cmd->say, ROTA_EXIT_ASSET, cmd->asset,
                               "%s has no such asset", r->tag);
    return done(cmd, r->tag, pub_delete_asset(&cmd->api, found->id));
}

static int confirm(struct delete *cmd, const struct pub_hub_release *r)
{
    char what[400];

    if (cmd->yes)
        return 0;
    snprintf(what, sizeof(what), "delete %s%sthe %s of %s",
             cmd->asset ? cmd->asset : "", cmd->asset ? " of " : "",
             pub_report_state(r), r->tag);
    return pub_ask(cmd->say, what);
}

static int run(void *context, const struct pub_say *s,
               const struct pub_words *words)
{
    struct delete *cmd = context;
    struct pub_hub_release r;
    int code;

    cmd->say = s;
    if (words->count != 1)
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage",
                               "delete takes one TAG");
    code = pub_remote_open_to_write(cmd->say, &cmd->remote, &cmd->api);
    if (!code)
        code = pub_hub_need(&cmd->api, words->word[0], &r);
    if (!code)
        code = confirm(cmd, &r);
    if (!code && cmd->asset)
        code = delete_asset(cmd, &r);
    else if (!code)
        code = done(cmd, r.tag, pub_delete_release(&cmd->api, r.id));
    pub_hub_assets_free(&cmd->assets);
    pub_remote_close(&cmd->api);
    return code;
}

static const struct pub_arg options[] = {
    {"--yes", NULL, "do not ask", NULL, FIELD(yes)},
    {"--asset", "NAME", "this asset alone", pub_arg_text, FIELD(asset)},
    PUB_REMOTE_OPTIONS(struct delete),
    {.name = NULL},
};

const struct pub_command pub_cmd_delete = {
    .name = "delete",
    .usage = "[options] TAG",
    .about = "delete a release, its assets with it",
    .more = "The tag itself stays in the repository. Of an immutable release "
            "it can never be\nused again.\n",
    .options = options,
    .size = sizeof(struct delete),
    .run = run,
};
