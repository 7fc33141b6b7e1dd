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

enum { ATTEMPTS = 6, PATH_SIZE = 4096 };

static struct pub_api api;
static struct pub_hub_assets assets;
static const char *out;

static struct part {
    const struct pub_hub_asset *asset;
    char path[PATH_SIZE];
    int fd;
    uint64_t have;
    struct rota_hash hash; /* of what is there */
    char etag[ROTA_ETAG_SIZE];
    bool started; /* the reply that comes now was looked at */
    FILE *terminal;
    struct rota_progress progress;
} part;

/* --- The part ------------------------------------------------------------ */

static int failed(const struct pub_say *s)
{
    return pub_say_failure(s, PUB_EXIT_FILE, part.path, "%s", strerror(errno));
}

static int empty_part(void)
{
    rota_hash_drop(&part.hash);
    part.have = 0;
    return ftruncate(part.fd, 0) || lseek(part.fd, 0, SEEK_SET)
                || rota_hash_begin(&part.hash)
             ? ROTA_EIO
             : ROTA_OK;
}

/* Hash what an earlier run has left. */
static int hash_part(void)
{
    static uint8_t buf[64 << 10];
    ssize_t n;

    if (rota_hash_begin(&part.hash))
        return ROTA_EIO;
    while ((n = read(part.fd, buf, sizeof(buf))) > 0) {
        part.have += (uint64_t)n;
        if (rota_hash_add(&part.hash, buf, (size_t)n))
            return ROTA_EIO;
    }
    if (n < 0)
        return ROTA_EIO;
    return part.have > part.asset->size || !part.asset->has_digest
             ? empty_part()
             : ROTA_OK;
}

static int open_part(const struct pub_say *s)
{
    struct stat st;

    part.have = 0;
    part.fd = open(part.path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (part.fd < 0 || fstat(part.fd, &st) || !S_ISREG(st.st_mode)
        || hash_part())
        return failed(s);
    return 0;
}

/* --- Its bytes ----------------------------------------------------------- */

static void show(void)
{
    char bar[160];

    if (part.terminal
        && rota_progress_at(&part.progress, pub_link_now_ms(),
                            (uint32_t)part.have, (uint32_t)part.asset->size,
                            true, bar, sizeof(bar))) {
        fprintf(part.terminal, "\r%s\033[K", bar);
        fflush(part.terminal);
    }
}

/* The first bytes of a reply: the rest that was asked for, or all of it. */
static int begin(const struct rota_reply *r)
{
    part.started = true;
    if (r->status == 200 && part.have)
        return empty_part();
    if (r->status == 206
        && (r->range_first != (int64_t)part.have
            || (r->range_total >= 0
                && r->range_total != (int64_t)part.asset->size)))
        return ROTA_ERANGE;
    if (!r->weak)
        memcpy(part.etag, r->etag, sizeof(part.etag));
    return ROTA_OK;
}

static int take(void *ctx, const struct rota_reply *r, const void *p,
                size_t len)
{
    int err = part.started ? ROTA_OK : begin(r);
    const char *at = p;

    (void)ctx;
    if (!err && len > part.asset->size - part.have)
        err = ROTA_ELENGTH;
    if (!err)
        err = rota_hash_add(&part.hash, p, len);
    while (!err && len > 0) {
        ssize_t n = write(part.fd, at, len);

        if (n < 0 && errno != EINTR)
            return errno == ENOSPC ? ROTA_ENOSPC : ROTA_EIO;
        if (n > 0) {
            at += n;
            len -= (size_t)n;
            part.have += (uint64_t)n;
        }
    }
    show();
    return err;
}

/* What is worth another try: a link that broke or expired, a server that has
 * counted otherwise than was asked. */
static bool may_pass(void)
{
    int status = pub_api_status(&api);

    if (!status)
        return rota_err_passes(api.err) || api.err == ROTA_ERANGE;
    return status / 100 == 2 || status == 416 || status == 400 || status == 403
        || status >= 500;
}

/* Where it has nothing to tell by that the rest is of the same asset, or has
 * lost count with the server. */
static bool must_restart(void)
{
    bool blind = !part.asset->has_digest && !part.etag[0];

    return blind || pub_api_status(&api) == 416 || api.err == ROTA_ERANGE;
}

static int fetch(void)
{
    unsigned failures = 0;

    while (part.have < part.asset->size) {
        uint64_t before = part.have;

        part.started = false;
        if (pub_get_asset_bytes(&api, part.asset->id, (uint32_t)part.have,
                                part.asset->has_digest ? NULL : part.etag, take,
                                NULL)
            && part.have == part.asset->size)
            return 0;
        failures = part.have > before ? 1 : failures + 1;
        if (!pub_api_status(&api)
                ? !may_pass()
                : api.answer.reply.status / 100 != 2 && !may_pass())
            return pub_api_explain(&api, part.asset->name);
        if (failures >= ATTEMPTS)
            return pub_api_explain(&api, part.asset->name);
        if (must_restart() && empty_part())
            return failed(api.say);
        pub_link_sleep_ms(500u << failures);
    }
    return 0;
}

/* --- All of it ----------------------------------------------------------- */

/* Is it what the service says it is? A part of something else is started
 * again, once. */
static int judge(const struct pub_say *s, bool again, bool *wrong)
{
    uint8_t sum[ROTA_SHA256_LEN];

    *wrong = rota_hash_end(&part.hash, sum)
          || (part.asset->has_digest
              && memcmp(sum, part.asset->digest, sizeof(sum)) != 0);
    if (!*wrong)
        return 0;
    if (again)
        return rota_hash_begin(&part.hash) || empty_part() ? failed(s) : 0;
    unlink(part.path);
    return pub_say_failure(s, ROTA_EXIT_MISMATCH, part.asset->name,
                           "has another SHA-256 than the service tells; "
                           "nothing is kept");
}

static int save(const struct pub_say *s, const char *path)
{
    char size[ROTA_EMIT_SIZE], hex[2 * ROTA_SHA256_LEN + 1];

    if (fsync(part.fd) || rename(part.path, path))
        return failed(s);
    pub_report_hex(hex, part.asset->digest);
    if (s->json) {
        rota_emit_begin(s->out, "downloaded");
        rota_emit_text(s->out, "file", path);
        rota_emit_number(s->out, "size", part.asset->size);
        rota_emit_text(s->out, "sha256", part.asset->has_digest ? hex : NULL);
        rota_emit_end(s->out);
    }
    pub_say_line(s, "%s: %s%s", path, rota_emit_size(size, part.asset->size),
                 part.asset->has_digest ? ", SHA-256 as the service tells"
                                        : ", no SHA-256 to check it with");
    return 0;
}

static int get(const struct pub_say *s, const char *path)
{
    bool wrong = false, resumed;
    int code = open_part(s);

    resumed = !code && part.have > 0;
    if (!code)
        code = fetch();
    if (!code)
        code = judge(s, resumed, &wrong);
    if (!code && wrong) {
        pub_say_note(s, "%s was of something else: starting again", part.path);
        code = fetch();
        if (!code)
            code = judge(s, false, &wrong);
    }
    if (part.terminal)
        fputs("\r\033[K", part.terminal);
    if (!code)
        code = save(s, path);
    if (part.fd >= 0)
        close(part.fd);
    return code;
}

static int find(const struct pub_say *s, const char *tag, const char *name)
{
    struct pub_hub_release r;
    int code = pub_hub_need(&api, tag, &r);

    if (!code)
        code = pub_hub_assets(&api, r.id, &assets);
    if (code)
        return code;
    part.asset = pub_hub_asset_named(&assets, name);
    if (!part.asset)
        return pub_say_failure(s, ROTA_EXIT_ASSET, name,
                               "%s has no such asset; \"show %s\" tells which "
                               "there are",
                               tag, tag);
    if (!part.asset->uploaded)
        return pub_say_failure(s, ROTA_EXIT_ASSET, name,
                               "was never uploaded whole");
    return 0;
}

static int run(const struct pub_say *s, const struct pub_words *words)
{
    const char *path;
    int code;

    if (words->count != 2)
        return pub_say_failure(s, ROTA_EXIT_USAGE, "usage",
                               "download takes a TAG and the NAME of an "
                               "asset");
    path = out ? out : words->word[1];
    if (!out && strchr(path, '/'))
        return pub_say_failure(s, ROTA_EXIT_USAGE, "usage",
                               "no asset has a '/' in its name");
    if (strlen(path) + sizeof(".part") > sizeof(part.path))
        return pub_say_failure(s, ROTA_EXIT_USAGE, "usage", "-o is too long");
    snprintf(part.path, sizeof(part.path), "%s.part", path);
    part.fd = -1;
    part.terminal = isatty(STDERR_FILENO) && !s->json ? s->err : NULL;
    code = pub_remote_open(s, &api);
    if (!code)
        code = find(s, words->word[0], words->word[1]);
    if (!code)
        code = get(s, path);
    pub_hub_assets_free(&assets);
    pub_remote_close(&api);
    return code;
}

static const struct pub_arg options[] = {
    {"-o", "FILE", "default the asset's name", pub_arg_text, &out},
    PUB_REMOTE_OPTIONS,
    {.name = NULL},
};

const struct pub_command pub_cmd_download = {
    .name = "download",
    .usage = "[options] TAG NAME",
    .about = "fetch an asset, resumable and checked",
    .more = "Comes to FILE.part and becomes FILE when it is whole and right. "
            "Run again, it\ngoes on.\n",
    .options = options,
    .run = run,
};
