/* SPDX-License-Identifier: Apache-2.0 */
/* withdraw: devices shall no longer get this release. */
#include <string.h>

#include "commands/commands.h"
#include "emit.h"
#include "transport/hub.h"
#include "commands/remote.h"
#include "base/bytes.h"

static struct pub_api api;
static struct pub_hub_release release, previous;
static const char *to;
static bool prerelease;

static bool note_previous(void *ctx, const struct pub_hub_release *r,
                          struct rota_span json)
{
    bool *past = ctx;

    (void)json;
    if (r->id == release.id) {
        *past = true;
        return true;
    }
    if (!*past || r->draft || r->prerelease)
        return true;
    previous = *r;
    return false;
}

/* The full release that comes after it in the list, which is older. */
static int find_previous(const struct pub_say *s)
{
    bool past = false;
    int code = to ? pub_hub_need(&api, to, &previous)
                  : pub_hub_each(&api, note_previous, &past);

    if (code)
        return code;
    if (!previous.id)
        return pub_say_failure(s, PUB_EXIT_CONFLICT, release.tag,
                               "there is no older full release to go back to; "
                               "--to TAG names another, --prerelease needs "
                               "none");
    if (previous.id == release.id || previous.draft || previous.prerelease)
        return pub_say_failure(s, ROTA_EXIT_USAGE, "usage",
                               "--to must be another release, and neither "
                               "draft nor prerelease");
    return 0;
}

static int change(const struct pub_hub_release *r, bool make_prerelease)
{
    struct pub_heap json = {0};
    bool good;

    if (make_prerelease)
        pub_heap_bool(&json, "prerelease", true);
    else
        pub_heap_text(&json, "make_latest", "true");
    good = pub_heap_end(&json) && pub_update_release(&api, r->id, &json);
    pub_heap_free(&json);
    return good ? 0 : pub_api_explain(&api, r->tag);
}

/* What devices get now is what counts. */
static int look(const struct pub_say *s)
{
    struct pub_hub_release now = {.tag = ""};
    int code = 0;

    if (pub_get_latest_release(&api))
        code = pub_hub_release_of(&api, "latest", &now);
    else if (pub_api_status(&api) != 404)
        code = pub_api_explain(&api, "latest");
    if (!code && now.id == release.id)
        code = pub_say_failure(s, ROTA_EXIT_MISMATCH, release.tag,
                               "is still what the service calls the latest");
    if (code)
        return code;
    if (s->json) {
        rota_emit_begin(s->out, "withdrawn");
        rota_emit_text(s->out, "tag", release.tag);
        rota_emit_text(s->out, "latest", now.tag[0] ? now.tag : NULL);
        rota_emit_end(s->out);
    }
    pub_say_line(s, "%s is withdrawn; the latest is %s", release.tag,
                 now.tag[0] ? now.tag : "none");
    return 0;
}

static int withdraw(const struct pub_say *s, const char *tag)
{
    int code = pub_hub_need(&api, tag, &release);

    if (!code && release.draft)
        return pub_say_failure(s, PUB_EXIT_CONFLICT, tag,
                               "is a draft: no device sees it");
    if (!code && prerelease)
        code = change(&release, true);
    else if (!code) {
        code = find_previous(s);
        if (!code)
            code = change(&previous, false);
    }
    return code ? code : look(s);
}

static int run(const struct pub_say *s, const struct pub_words *words)
{
    int code;

    if (words->count != 1 || (to && prerelease))
        return pub_say_failure(s, ROTA_EXIT_USAGE, "usage",
                               "withdraw takes one TAG, and --to or "
                               "--prerelease but not both");
    code = pub_remote_open_to_write(s, &api);
    if (!code)
        code = withdraw(s, words->word[0]);
    pub_remote_close(&api);
    return code;
}

static const struct pub_arg options[] = {
    {"--to", "TAG", "what becomes the latest; default the one before",
     pub_arg_text, &to},
    {"--prerelease", NULL, "make it a prerelease instead", NULL, &prerelease},
    PUB_REMOTE_OPTIONS,
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
    .run = run,
};
