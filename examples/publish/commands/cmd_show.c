/* SPDX-License-Identifier: Apache-2.0 */
/* show: one release and its assets. */
#include <string.h>

#include "commands/commands.h"
#include "transport/hub.h"
#include "commands/remote.h"
#include "plan/report.h"
#include "transport/refusal.h"

struct show {
    const struct pub_say *say;
    struct pub_remote_options remote;
    struct pub_api api;
    struct pub_hub_assets assets;
};

static int find(struct show *cmd, const struct pub_words *words,
                struct pub_hub_release *r)
{
    (void)cmd->say;
    if (words->count)
        return pub_hub_need(&cmd->api, words->word[0], r);
    if (!pub_get_latest_release(&cmd->api))
        return pub_refusal_explain(&cmd->api, "latest");
    return pub_hub_release_of(&cmd->api, "latest", r);
}

static void show(struct show *cmd, const struct pub_hub_release *r)
{
    pub_report_release(cmd->say, r, cmd->assets.count);
    pub_say_line(cmd->say, "%s%s", r->html_url,
                 r->immutable ? " (immutable)" : "");
    for (size_t i = 0; i < cmd->assets.count; i++)
        pub_report_asset(cmd->say, &cmd->assets.list[i]);
}

static int run(void *context, const struct pub_say *s,
               const struct pub_words *words)
{
    struct show *cmd = context;
    struct pub_hub_release r;
    int code;

    cmd->say = s;
    if (words->count > 1)
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage",
                               "show takes one TAG, or none for the latest");
    code = pub_remote_open(cmd->say, &cmd->remote, &cmd->api);
    if (!code)
        code = find(cmd, words, &r);
    if (!code)
        code = pub_hub_assets(&cmd->api, r.id, &cmd->assets);
    if (!code)
        show(cmd, &r);
    pub_hub_assets_free(&cmd->assets);
    pub_remote_close(&cmd->api);
    return code;
}

static const struct pub_arg options[] = {
    PUB_REMOTE_OPTIONS(struct show),
    {.name = NULL},
};

const struct pub_command pub_cmd_show = {
    .name = "show",
    .usage = "[options] [TAG]",
    .about = "tell what a release consists of",
    .more = "Without TAG that which devices get as the latest.\n",
    .options = options,
    .size = sizeof(struct show),
    .run = run,
};
