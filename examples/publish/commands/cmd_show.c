/* SPDX-License-Identifier: Apache-2.0 */
/* show: one release and its assets. */
#include <string.h>

#include "commands/commands.h"
#include "transport/hub.h"
#include "commands/remote.h"
#include "plan/report.h"

static struct pub_api api;
static struct pub_hub_assets assets;

static int find(const struct pub_say *s, const struct pub_words *words,
                struct pub_hub_release *r)
{
    (void)s;
    if (words->count)
        return pub_hub_need(&api, words->word[0], r);
    if (!pub_get_latest_release(&api))
        return pub_api_explain(&api, "latest");
    return pub_hub_release_of(&api, "latest", r);
}

static void show(const struct pub_say *s, const struct pub_hub_release *r)
{
    pub_report_release(s, r, assets.count);
    pub_say_line(s, "%s%s", r->html_url, r->immutable ? " (immutable)" : "");
    for (size_t i = 0; i < assets.count; i++)
        pub_report_asset(s, &assets.list[i]);
}

static int run(const struct pub_say *s, const struct pub_words *words)
{
    struct pub_hub_release r;
    int code;

    if (words->count > 1)
        return pub_say_failure(s, ROTA_EXIT_USAGE, "usage",
                               "show takes one TAG, or none for the latest");
    code = pub_remote_open(s, &api);
    if (!code)
        code = find(s, words, &r);
    if (!code)
        code = pub_hub_assets(&api, r.id, &assets);
    if (!code)
        show(s, &r);
    pub_hub_assets_free(&assets);
    pub_remote_close(&api);
    return code;
}

static const struct pub_arg options[] = {
    PUB_REMOTE_OPTIONS,
    {.name = NULL},
};

const struct pub_command pub_cmd_show = {
    .name = "show",
    .usage = "[options] [TAG]",
    .about = "tell what a release consists of",
    .more = "Without TAG that which devices get as the latest.\n",
    .options = options,
    .run = run,
};
