/* SPDX-License-Identifier: Apache-2.0 */
/* list: the releases that there are. */
#include "commands/commands.h"
#include "emit.h"
#include "transport/hub.h"
#include "commands/remote.h"
#include "plan/report.h"
#include "words/view.h"
#include "base/bytes.h"

static struct rota_api api;
static struct rota_number limit;

struct shown {
    const struct rota_say *say;
    uint32_t count, most;
};

static bool show(void *ctx, const struct rota_hub_release *r,
                 struct rota_span json)
{
    struct shown *k = ctx;

    if (k->count == k->most)
        return false;
    rota_report_release(k->say, r, rota_report_count(json));
    k->count++;
    return true;
}

static int run(const struct rota_say *s, const struct rota_words *words)
{
    struct shown k = {s, 0, limit.given ? limit.value : UINT32_MAX};
    int code;

    if (words->count)
        return rota_say_failure(s, ROTA_EXIT_USAGE, "usage",
                                "list takes no words");
    code = rota_remote_open(s, &api);
    if (!code)
        code = rota_hub_each(&api, show, &k);
    if (!code && !k.count)
        rota_say_line(s, "%s has no releases", api.repo);
    rota_remote_close(&api);
    return code;
}

static const struct rota_arg options[] = {
    {"--limit", "N", "no more than the N newest; default all", rota_arg_number,
     &limit},
    ROTA_REMOTE_OPTIONS,
    {.name = NULL},
};

const struct rota_publish_command rota_publish_list = {
    .name = "list",
    .usage = "[options]",
    .about = "tell which releases there are",
    .more = "The newest first. Drafts are among them when the token may see "
            "them.\n",
    .options = options,
    .run = run,
};
