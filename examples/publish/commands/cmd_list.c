/* SPDX-License-Identifier: Apache-2.0 */
/* list: the releases that there are. */
#include "commands/commands.h"
#include "emit.h"
#include "transport/hub.h"
#include "commands/remote.h"
#include "plan/report.h"
#include "words/view.h"
#include "base/bytes.h"

static struct pub_api api;
static struct pub_number limit;

struct shown {
    const struct pub_say *say;
    uint32_t count, most;
};

static bool show(void *ctx, const struct pub_hub_release *r,
                 struct rota_span json)
{
    struct shown *k = ctx;

    if (k->count == k->most)
        return false;
    pub_report_release(k->say, r, pub_report_count(json));
    k->count++;
    return true;
}

static int run(const struct pub_say *s, const struct pub_words *words)
{
    struct shown k = {s, 0, limit.given ? limit.value : UINT32_MAX};
    int code;

    if (words->count)
        return pub_say_failure(s, ROTA_EXIT_USAGE, "usage",
                               "list takes no words");
    code = pub_remote_open(s, &api);
    if (!code)
        code = pub_hub_each(&api, show, &k);
    if (!code && !k.count)
        pub_say_line(s, "%s has no releases", api.repo);
    pub_remote_close(&api);
    return code;
}

static const struct pub_arg options[] = {
    {"--limit", "N", "no more than the N newest; default all", pub_arg_number,
     &limit},
    PUB_REMOTE_OPTIONS,
    {.name = NULL},
};

const struct pub_command pub_cmd_list = {
    .name = "list",
    .usage = "[options]",
    .about = "tell which releases there are",
    .more = "The newest first. Drafts are among them when the token may see "
            "them.\n",
    .options = options,
    .run = run,
};
