/* SPDX-License-Identifier: Apache-2.0 */
/* download: an asset, whole and right or not at all.
 *
 * It comes to FILE.part, which a later run goes on with, and becomes FILE when
 * its size and SHA-256 are those that the service tells. Without a SHA-256, of
 * an old server, nothing could tell whether the part is still of the same
 * asset: then only this run goes on with it, and by the ETag.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/commands.h"
#include "emit.h"
#include "transport/hub.h"
#include "progress.h"
#include "commands/remote.h"
#include "plan/report.h"
#include "flash/hash.h"
#include "transport/refusal.h"

enum { ATTEMPTS = 6, PATH_SIZE = 4096 };

struct download {
    const struct pub_say *say;
    struct pub_remote_options remote;
    struct pub_api api;
    struct pub_hub_assets assets;
    const char *out;

    const struct pub_hub_asset *asset;
    FILE *terminal; /* for a bar; NULL: none */
    struct rota_progress progress;
    /* Of the file that it comes to first: */
    char path[PATH_SIZE];
    int fd;
    uint64_t have;
    struct rota_hash hash; /* of what is there */
    char etag[ROTA_ETAG_SIZE];
    bool started; /* the reply that comes now was looked at */
};

#define FIELD(name) offsetof(struct download, name)

/* --- The part ------------------------------------------------------------ */

static int failed(struct download *cmd)
{
    return pub_say_failure(cmd->say, PUB_EXIT_FILE, cmd->path, "%s",
                           strerror(errno));
}

static int empty_part(struct download *cmd)
{
    rota_hash_drop(&cmd->hash);
    cmd->have = 0;
    return ftruncate(cmd->fd, 0) || lseek(cmd->fd, 0, SEEK_SET)
                || rota_hash_begin(&cmd->hash)
             ? ROTA_EIO
             : ROTA_OK;
}

/* Hash what an earlier run has left. */
static int hash_part(struct download *cmd)
{
    uint8_t buf[64 << 10];
    ssize_t n;

    if (rota_hash_begin(&cmd->hash))
        return ROTA_EIO;
    while ((n = read(cmd->fd, buf, sizeof(buf))) > 0) {
        cmd->have += (uint64_t)n;
        if (rota_hash_add(&cmd->hash, buf, (size_t)n))
            return ROTA_EIO;
    }
    if (n < 0)
        return ROTA_EIO;
    return cmd->have > cmd->asset->size || !cmd->asset->has_digest
             ? empty_part(cmd)
             : ROTA_OK;
}

static int open_part(struct download *cmd)
{
    struct stat st;

    cmd->have = 0;
    cmd->fd = open(cmd->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (cmd->fd < 0 || fstat(cmd->fd, &st) || !S_ISREG(st.st_mode)
        || hash_part(cmd))
        return failed(cmd);
    return 0;
}

/* --- Its bytes ----------------------------------------------------------- */

static void show(struct download *cmd)
{
    char bar[160];

    if (cmd->terminal
        && rota_progress_at(&cmd->progress, pub_link_now_ms(),
                            (uint32_t)cmd->have, (uint32_t)cmd->asset->size,
                            true, bar, sizeof(bar))) {
        fprintf(cmd->terminal, "\r%s\033[K", bar);
        fflush(cmd->terminal);
    }
}

/* The first bytes of a reply: the rest that was asked for, or all of it. */
static int begin(struct download *cmd, const struct rota_reply *r)
{
    cmd->started = true;
    if (r->status == 200 && cmd->have)
        return empty_part(cmd);
    if (r->status == 206
        && (r->range_first != (int64_t)cmd->have
            || (r->range_total >= 0
                && r->range_total != (int64_t)cmd->asset->size)))
        return ROTA_ERANGE;
    if (!r->weak)
        memcpy(cmd->etag, r->etag, sizeof(cmd->etag));
    return ROTA_OK;
}

static int take(void *ctx, const struct rota_reply *r, const void *p,
                size_t len)
{
    struct download *cmd = ctx;
    int err = cmd->started ? ROTA_OK : begin(cmd, r);
    const char *at = p;

    if (!err && len > cmd->asset->size - cmd->have)
        err = ROTA_ELENGTH;
    if (!err)
        err = rota_hash_add(&cmd->hash, p, len);
    while (!err && len > 0) {
        ssize_t n = write(cmd->fd, at, len);

        if (n < 0 && errno != EINTR)
            return errno == ENOSPC ? ROTA_ENOSPC : ROTA_EIO;
        if (n > 0) {
            at += n;
            len -= (size_t)n;
            cmd->have += (uint64_t)n;
        }
    }
    show(cmd);
    return err;
}

/* What is worth another try: a link that broke or expired, a server that has
 * counted otherwise than was asked. */
static bool may_pass(struct download *cmd)
{
    int status = pub_api_status(&cmd->api);

    if (!status)
        return rota_err_passes(cmd->api.err) || cmd->api.err == ROTA_ERANGE;
    return status / 100 == 2 || status == 416 || status == 400 || status == 403
        || status >= 500;
}

/* Where it has nothing to tell by that the rest is of the same asset, or has
 * lost count with the server. */
static bool must_restart(struct download *cmd)
{
    bool blind = !cmd->asset->has_digest && !cmd->etag[0];

    return blind || pub_api_status(&cmd->api) == 416
        || cmd->api.err == ROTA_ERANGE;
}

static int fetch(struct download *cmd)
{
    unsigned failures = 0;

    while (cmd->have < cmd->asset->size) {
        uint64_t before = cmd->have;

        cmd->started = false;
        if (pub_get_asset_bytes(&cmd->api, cmd->asset->id, (uint32_t)cmd->have,
                                cmd->asset->has_digest ? NULL : cmd->etag, take,
                                cmd)
            && cmd->have == cmd->asset->size)
            return 0;
        failures = cmd->have > before ? 1 : failures + 1;
        if (!pub_api_status(&cmd->api)
                ? !may_pass(cmd)
                : cmd->api.answer.reply.status / 100 != 2 && !may_pass(cmd))
            return pub_refusal_explain(&cmd->api, cmd->asset->name);
        if (failures >= ATTEMPTS)
            return pub_refusal_explain(&cmd->api, cmd->asset->name);
        if (must_restart(cmd) && empty_part(cmd))
            return failed(cmd);
        pub_link_sleep_ms(500u << failures);
    }
    return 0;
}

/* --- All of it ----------------------------------------------------------- */

/* Is it what the service says it is? A part of something else is started
 * again, once. */
static int judge(struct download *cmd, bool again, bool *wrong)
{
    uint8_t sum[ROTA_SHA256_LEN];

    *wrong = rota_hash_end(&cmd->hash, sum)
          || (cmd->asset->has_digest
              && memcmp(sum, cmd->asset->digest, sizeof(sum)) != 0);
    if (!*wrong)
        return 0;
    if (again)
        return rota_hash_begin(&cmd->hash) || empty_part(cmd) ? failed(cmd) : 0;
    unlink(cmd->path);
    return pub_say_failure(cmd->say, ROTA_EXIT_MISMATCH, cmd->asset->name,
                           "has another SHA-256 than the service tells; "
                           "nothing is kept");
}

static int save(struct download *cmd, const char *path)
{
    char size[ROTA_EMIT_SIZE], hex[2 * ROTA_SHA256_LEN + 1];

    if (fsync(cmd->fd) || rename(cmd->path, path))
        return failed(cmd);
    pub_report_hex(hex, cmd->asset->digest);
    if (cmd->say->json) {
        rota_emit_begin(cmd->say->out, "downloaded");
        rota_emit_text(cmd->say->out, "file", path);
        rota_emit_number(cmd->say->out, "size", cmd->asset->size);
        rota_emit_text(cmd->say->out, "sha256",
                       cmd->asset->has_digest ? hex : NULL);
        rota_emit_end(cmd->say->out);
    }
    pub_say_line(cmd->say, "%s: %s%s", path,
                 rota_emit_size(size, cmd->asset->size),
                 cmd->asset->has_digest ? ", SHA-256 as the service tells"
                                        : ", no SHA-256 to check it with");
    return 0;
}

static int get(struct download *cmd, const char *path)
{
    bool wrong = false, resumed;
    int code = open_part(cmd);

    resumed = !code && cmd->have > 0;
    if (!code)
        code = fetch(cmd);
    if (!code)
        code = judge(cmd, resumed, &wrong);
    if (!code && wrong) {
        pub_say_note(cmd->say, "%s was of something else: starting again",
                     cmd->path);
        code = fetch(cmd);
        if (!code)
            code = judge(cmd, false, &wrong);
    }
    if (cmd->terminal)
        fputs("\r\033[K", cmd->terminal);
    if (!code)
        code = save(cmd, path);
    if (cmd->fd >= 0)
        close(cmd->fd);
    return code;
}

static int find(struct download *cmd, const char *tag, const char *name)
{
    struct pub_hub_release r;
    int code = pub_hub_need(&cmd->api, tag, &r);

    if (!code)
        code = pub_hub_assets(&cmd->api, r.id, &cmd->assets);
    if (code)
        return code;
    cmd->asset = pub_hub_asset_named(&cmd->assets, name);
    if (!cmd->asset)
        return pub_say_failure(cmd->say, ROTA_EXIT_ASSET, name,
                               "%s has no such asset; \"show %s\" tells which "
                               "there are",
                               tag, tag);
    if (!cmd->asset->uploaded)
        return pub_say_failure(cmd->say, ROTA_EXIT_ASSET, name,
                               "was never uploaded whole");
    return 0;
}

static int run(void *context, const struct pub_say *s,
               const struct pub_words *words)
{
    struct download *cmd = context;
    const char *path;
    int code;

    cmd->say = s;
    if (words->count != 2)
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage",
                               "download takes a TAG and the NAME of an "
                               "asset");
    path = cmd->out ? cmd->out : words->word[1];
    if (!cmd->out && strchr(path, '/'))
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage",
                               "no asset has a '/' in its name");
    if (strlen(path) + sizeof(".part") > sizeof(cmd->path))
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage",
                               "-o is too long");
    snprintf(cmd->path, sizeof(cmd->path), "%s.part", path);
    cmd->fd = -1;
    cmd->terminal =
        isatty(STDERR_FILENO) && !cmd->say->json ? cmd->say->err : NULL;
    code = pub_remote_open(cmd->say, &cmd->remote, &cmd->api);
    if (!code)
        code = find(cmd, words->word[0], words->word[1]);
    if (!code)
        code = get(cmd, path);
    pub_hub_assets_free(&cmd->assets);
    pub_remote_close(&cmd->api);
    return code;
}

static const struct pub_arg options[] = {
    {"-o", "FILE", "default the asset's name", pub_arg_text, FIELD(out)},
    PUB_REMOTE_OPTIONS(struct download),
    {.name = NULL},
};

const struct pub_command pub_cmd_download = {
    .name = "download",
    .usage = "[options] TAG NAME",
    .about = "fetch an asset, resumable and checked",
    .more = "Comes to FILE.part and becomes FILE when it is whole and right. "
            "Run again, it\ngoes on.\n",
    .options = options,
    .size = sizeof(struct download),
    .run = run,
};
