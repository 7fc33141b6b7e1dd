/* SPDX-License-Identifier: Apache-2.0 */
/* rota verify: what this device would do with a manifest, and why. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "compare.h"
#include "emit.h"
#include "trust.h"

static struct rota_device device;
static struct rota_job job;
static struct rota_status status;
static struct rota_inspection v;

/* --- Lines ---------------------------------------------------------------- */

static void line(FILE *f, const char *name, const char *value, bool same,
                 const char *ours)
{
    char plain[200];

    fprintf(f, "%-12s %s", name, rota_emit_plain(plain, sizeof(plain), value));
    if (!same)
        fprintf(f, "; this device is %s",
                rota_emit_plain(plain, sizeof(plain), ours));
    fputc('\n', f);
}

static void show_keys(FILE *f)
{
    char id[ROTA_TRUST_ID];

    for (size_t i = 0; i < device.keys.count; i++)
        fprintf(f, "%-12s %s %s\n", "key", rota_trust_id(id, device.keys.id[i]),
                v.signers >> i & 1 ? "has signed" : "has not signed");
}

static void show_for_whom(FILE *f)
{
    const struct rota_config *c = &device.config;
    const struct rota_trust *t = &device.trust;
    const char *project = t->project ? t->project : c->repo;

    line(f, "project", v.project, strcmp(v.project, project) == 0, project);
    line(f, "board", v.board, strcmp(v.board, c->board) == 0, c->board);
    if (v.hw_min == 0 && v.hw_max == UINT32_MAX)
        fprintf(f, "%-12s any\n", "hw");
    else
        fprintf(
            f, "%-12s %" PRIu32 " to %" PRIu32 "; this device is %" PRIu32 "\n",
            "hw", v.hw_min, v.hw_max, t->hw);
}

static void show_order(FILE *f)
{
    fprintf(f, "%-12s %s; this device runs %s\n", "version", v.version,
            status.running);
    if (v.min_version[0])
        fprintf(f, "%-12s %s\n", "min_version", v.min_version);
    fprintf(f, "%-12s %" PRIu32 "; accepted so far: %" PRIu32 "\n", "seq",
            v.seq, status.seq);
    fprintf(f, "%-12s %" PRIu32 "; confirmed so far: %" PRIu32 "\n", "security",
            v.security, status.security);
}

static void show_times(FILE *f)
{
    char time[ROTA_EMIT_SIZE];

    fprintf(f, "%-12s %s\n", "issued",
            v.issued ? rota_emit_time(time, v.issued) : "not told");
    fprintf(f, "%-12s %s\n", "expires",
            v.expires ? rota_emit_time(time, v.expires) : "never");
    fprintf(f, "%-12s %u percent of the devices, %s\n", "rollout", v.percent,
            v.elected ? "this one too" : "not yet this one");
}

static void show_lists(FILE *f)
{
    char size[ROTA_EMIT_SIZE], name[ROTA_NAME_MAX + 1], id[ROTA_TRUST_ID];

    for (int i = 0; i < v.image_count; i++)
        fprintf(f, "image %-6u %s, %s\n", v.image[i].id,
                rota_emit_plain(name, sizeof(name), v.image[i].name),
                rota_emit_size(size, v.image[i].size));
    for (int i = 0; i < v.revoke_count; i++)
        fprintf(f, "%-12s key %s\n", "revokes", rota_trust_id(id, v.revoke[i]));
}

static void show_lines(FILE *f)
{
    show_keys(f);
    show_for_whom(f);
    show_order(f);
    show_times(f);
    show_lists(f);
}

/* --- Objects -------------------------------------------------------------- */

static void show_ids(FILE *f)
{
    char id[ROTA_KEYS_PEM_MAX][ROTA_TRUST_ID];
    const char *list[ROTA_KEYS_PEM_MAX];
    size_t n = 0;

    for (size_t i = 0; i < device.keys.count; i++)
        if (v.signers >> i & 1) {
            list[n] = rota_trust_id(id[n], device.keys.id[i]);
            n++;
        }
    rota_emit_texts(f, "signers", list, n);
    for (n = 0; n < v.revoke_count; n++)
        list[n] = rota_trust_id(id[n], v.revoke[n]);
    rota_emit_texts(f, "revoke", list, n);
}

static void show_images(FILE *f)
{
    char hex[65];

    for (int i = 0; i < v.image_count; i++) {
        for (int k = 0; k < 32; k++)
            snprintf(hex + 2 * k, 3, "%02x", v.image[i].sha256[k]);
        rota_emit_begin(f, "image");
        rota_emit_number(f, "id", v.image[i].id);
        rota_emit_text(f, "name", v.image[i].name);
        rota_emit_number(f, "size", v.image[i].size);
        rota_emit_text(f, "sha256", hex);
        rota_emit_end(f);
    }
}

static void show_objects(FILE *f)
{
    rota_emit_begin(f, "verify");
    rota_emit_bool(f, "accepted", v.err == ROTA_OK);
    rota_emit_text(f, "error", v.err ? rota_err_name(v.err) : NULL);
    rota_emit_text(f, "project", v.project);
    rota_emit_text(f, "board", v.board);
    rota_emit_number(f, "hw_min", v.hw_min);
    rota_emit_number(f, "hw_max", v.hw_max);
    rota_emit_text(f, "version", v.version);
    rota_emit_text(f, "min_version", v.min_version[0] ? v.min_version : NULL);
    rota_emit_bool(f, "newer", v.newer);
    rota_emit_number(f, "seq", v.seq);
    rota_emit_number(f, "security", v.security);
    rota_emit_number(f, "issued", v.issued);
    rota_emit_number(f, "expires", v.expires);
    rota_emit_number(f, "percent", v.percent);
    rota_emit_bool(f, "elected", v.elected);
    show_ids(f);
    rota_emit_end(f);
    show_images(f);
}

/* --- The command ---------------------------------------------------------- */

/* What an update would make of it, in a sentence. */
static void conclude(struct rota_show *s)
{
    char text[200];

    if (!v.newer)
        snprintf(text, sizeof(text), "ok, but %s is not newer than %s",
                 v.version, status.running);
    else
        snprintf(text, sizeof(text), "ok: this device %s %s",
                 v.elected ? "would install" : "may have, but not yet,",
                 v.version);
    rota_show_line(s, "accepted", text);
}

/* All of a file that is no longer than a manifest can be. One byte more tells
 * that it is. */
static int read_manifest(struct rota_show *s, const char *path, char *buf,
                         size_t size, size_t *len)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = 1;

    for (*len = 0; fd >= 0 && n > 0 && *len < size; *len += (size_t)n)
        if ((n = read(fd, buf + *len, size - *len)) < 0)
            break;
    if (fd < 0 || n < 0) {
        const char *why = strerror(errno);

        if (fd >= 0)
            close(fd);
        return rota_show_failure(s, ROTA_EXIT_USAGE, path, why);
    }
    close(fd);
    return 0;
}

static int verify(struct rota_options *o, struct rota_show *s)
{
    static char buf[ROTA_MANIFEST_MAX + 1];
    size_t len;
    int code = read_manifest(s, o->file[0], buf, sizeof(buf), &len);
    int err;

    if (code)
        return code;
    err = rota_inspect(&job.rota, buf, len, &v);
    if (v.is_signed && s->json)
        show_objects(s->out);
    else if (v.is_signed)
        show_lines(s->out);
    if (err)
        return rota_show_error(s, o->file[0], err, v.why);
    for (int i = 1; i < o->files && !code; i++)
        code = rota_compare(s, &v, o->file[i]);
    if (!code)
        conclude(s);
    return code;
}

int rota_cmd_verify(struct rota_options *o, struct rota_show *s)
{
    int code;

    if (o->files < 1)
        return rota_show_failure(s, ROTA_EXIT_USAGE, "verify",
                                 "the name of a manifest is missing");
    code = rota_device_peek(&device, o, s);
    if (!code && !device.keys.count)
        code = rota_show_failure(s, ROTA_EXIT_USAGE, "verify",
                                 "there is no key to verify it with; see keys "
                                 "in rota.conf(5)");
    if (!code)
        code = rota_device_measure(&device);
    job.quiet = true;
    if (!code)
        code = rota_job_init(&job, &device);
    if (code)
        return code;
    rota_get_status(&job.rota, &status);
    return verify(o, s);
}
