/* SPDX-License-Identifier: Apache-2.0 */
/* withdraw: devices shall no longer get this release. */
#include <string.h>

#include "commands/commands.h"
#include "emit.h"
#include "transport/hub.h"
#include "commands/remote.h"
#include "base/bytes.h"
#include "transport/refusal.h"

struct withdraw {
    const struct pub_say *say;
    struct pub_remote_options remote;
    struct pub_api api;
    struct pub_hub_release release, previous;
    bool past; /* the release was seen in the list */
    const char *to;
    bool prerelease;
};

#define FIELD(name) offsetof(struct withdraw, name)

static bool note_previous(void *ctx, const struct pub_hub_release *r,
                          struct rota_span json)
{
    struct withdraw *cmd = ctx;

    (void)json;
    if (r->id == cmd->release.id) {
        cmd->past = true;
        return true;
    }
    if (!cmd->past || r->draft || r->prerelease)
        return true;
    cmd->previous = *r;
    return false;
}

/* The full release that comes after it in the list, which is older. */
static int find_previous(struct withdraw *cmd)
{
    int code = cmd->to ? pub_hub_need(&cmd->api, cmd->to, &cmd->previous)
                       : pub_hub_each(&cmd->api, note_previous, cmd);

    if (code)
        return code;
    if (!cmd->previous.id)
        return pub_say_failure(cmd->say, PUB_EXIT_CONFLICT, cmd->release.tag,
                               "there is no older full release to go back to; "
                               "--to TAG names another, --prerelease needs "
                               "none");
    if (cmd->previous.id == cmd->release.id || cmd->previous.draft
        || cmd->previous.prerelease)
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage",
                               "--to must be another release, and neither "
                               "draft nor prerelease");
    return 0;
}

static int change(struct withdraw *cmd, const struct pub_hub_release *r,
                  bool make_prerelease)
{
    struct pub_heap json = {0};
    bool good;

    if (make_prerelease)
        pub_heap_bool(&json, "prerelease", true);
    else
        pub_heap_text(&json, "make_latest", "true");
    good = pub_heap_end(&json) && pub_update_release(&cmd->api, r->id, &json);
    pub_heap_free(&json);
    return good ? 0 : pub_refusal_explain(&cmd->api, r->tag);
}

/* What devices get now is what counts. */
static int look(struct withdraw *cmd)
{
    struct pub_hub_release now = {.tag = ""};
    int code = 0;

    if (pub_get_latest_release(&cmd->api))
        code = pub_hub_release_of(&cmd->api, "latest", &now);
    else if (pub_api_status(&cmd->api) != 404)
        code = pub_refusal_explain(&cmd->api, "latest");
    if (!code && now.id == cmd->release.id)
        code = pub_say_failure(cmd->say, ROTA_EXIT_MISMATCH, cmd->release.tag,
                               "is still what the service calls the latest");
    if (code)
        return code;
    if (cmd->say->json) {
        rota_emit_begin(cmd->say->out, "withdrawn");
        rota_emit_text(cmd->say->out, "tag", cmd->release.tag);
        rota_emit_text(cmd->say->out, "latest", now.tag[0] ? now.tag : NULL);
        rota_emit_end(cmd->say->out);
    }
    pub_say_line(cmd->say, "%s is withdrawn; the latest is %s",
                 cmd->release.tag, now.tag[0] ? now.tag : "none");
    return 0;
}

static int withdraw(struct withdraw *cmd, const char *tag)
{
    int code = pub_hub_need(&cmd->api, tag, &cmd->release);

    if (!code && cmd->release.draft)
        return pub_say_failure(cmd->say, PUB_EXIT_CONFLICT, tag,
                               "is a draft: no device sees it");
    if (!code && cmd->prerelease)
        code = change(cmd, &cmd->release, true);
    else if (!code) {
        code = find_previous(cmd);
        if (!code)
            code = change(cmd, &cmd->previous, false);
    }
    return code ? code : look(cmd);
}

static int run(void *context, const struct pub_say *s,
               const struct pub_words *words)
{
    struct withdraw *cmd = context;
    int code;

    cmd->say = s;
    if (words->count != 1 || (cmd->to && cmd->prerelease))
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage",
                               "withdraw takes one TAG, and --to or "
                               "--prerelease but not both");
    code = pub_remote_open_to_write(cmd->say, &cmd->remote, &cmd->api);
    if (!code)
        code = withdraw(cmd, words->word[0]);
    pub_remote_close(&cmd->api);
    return code;
}

static const struct pub_arg options[] = {
    {"--to", "TAG", "what becomes the latest; default the one before",
     pub_arg_text, FIELD(to)},
    {"--prerelease", NULL, "make it a prerelease instead", NULL,
     FIELD(prerelease)},
    PUB_REMOTE_OPTIONS(struct withdraw),
    {.name = NULL},
};

const struct pub_command pub_cmd_withdraw = {
    .name = "withdraw",
    .usage = "[options] TAG",
    .about = "let devices no longer get a release",
    .more =
        "Makes the release before it the latest, and looks whether it is. "
        "Devices that\nhave installed it stay as they are: they do not "
        "go back. Devices that follow\nprereleases still see it: \"delete\" "
        "takes it away from them too.\n",
    .options = options,
    .size = sizeof(struct withdraw),
    .run = run,
};
