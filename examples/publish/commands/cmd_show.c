/* SPDX-License-Identifier: Apache-2.0 */
/* show: one release and its assets. */
#include <string.h>

#include "commands/commands.h"
#include "transport/hub.h"
#include "commands/remote.h"
#include "plan/report.h"

static struct rota_api api;
static struct rota_hub_assets assets;

static int find(const struct rota_say *s, const struct rota_words *words,
                struct rota_hub_release *r)
{
    (void)s;
    if (words->count)
        return rota_hub_need(&api, words->word[0], r);
    if (!rota_get_latest_release(&api))
        return rota_api_explain(&api, "latest");
    return rota_hub_release_of(&api, "latest", r);
}

static void show(const struct rota_say *s, const struct rota_hub_release *r)
{
    rota_report_release(s, r, assets.count);
    rota_say_line(s, "%s%s", r->html_url, r->immutable ? " (immutable)" : "");
    for (size_t i = 0; i < assets.count; i++)
        rota_report_asset(s, &assets.list[i]);
}

static int run(const struct rota_say *s, const struct rota_words *words)
{
    struct rota_hub_release r;
    int code;

    if (words->count > 1)
        return rota_say_failure(s, ROTA_EXIT_USAGE, "usage",
                                "show takes one TAG, or none for the latest");
    code = rota_remote_open(s, &api);
    if (!code)
        code = find(s, words, &r);
    if (!code)
        code = rota_hub_assets(&api, r.id, &assets);
    if (!code)
        show(s, &r);
    rota_hub_assets_free(&assets);
    rota_remote_close(&api);
    return code;
}

static const struct rota_arg options[] = {
    ROTA_REMOTE_OPTIONS,
    {.name = NULL},
};

const struct rota_publish_command rota_publish_show = {
    .name = "show",
    .usage = "[options] [TAG]",
    .about = "tell what a release consists of",
    .more = "Without TAG that which devices get as the latest.\n",
    .options = options,
    .run = run,
};
