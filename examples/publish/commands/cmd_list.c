/* SPDX-License-Identifier: Apache-2.0 */
/* list: the releases that there are. */
#include "commands/commands.h"
#include "emit.h"
#include "transport/hub.h"
#include "commands/remote.h"
#include "plan/report.h"
#include "words/view.h"
#include "base/bytes.h"

struct list {
    const struct pub_say *say;
    struct pub_remote_options remote;
    struct pub_api api;
    struct pub_number limit;
};

#define FIELD(name) offsetof(struct list, name)

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

static int run(void *context, const struct pub_say *s,
               const struct pub_words *words)
{
    struct list *cmd = context;
    struct shown k = {s, 0, cmd->limit.given ? cmd->limit.value : UINT32_MAX};
    int code;

    cmd->say = s;
    if (words->count)
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage",
                               "list takes no words");
    code = pub_remote_open(cmd->say, &cmd->remote, &cmd->api);
    if (!code)
        code = pub_hub_each(&cmd->api, show, &k);
    if (!code && !k.count)
        pub_say_line(cmd->say, "%s has no releases", cmd->api.repo);
    pub_remote_close(&cmd->api);
    return code;
}

static const struct pub_arg options[] = {
    {"--limit", "N", "no more than the N newest; default all", pub_arg_number,
     FIELD(limit)},
    PUB_REMOTE_OPTIONS(struct list),
    {.name = NULL},
};

const struct pub_command pub_cmd_list = {
    .name = "list",
    .usage = "[options]",
    .about = "tell which releases there are",
    .more = "The newest first. Drafts are among them when the token may see "
            "them.\n",
    .options = options,
    .size = sizeof(struct list),
    .run = run,
};
