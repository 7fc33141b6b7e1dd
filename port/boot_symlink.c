/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "boot_symlink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "boot_record.h"
#include "durable.h"

#define LIMIT 3

struct situation {
    int active; /* 0 or 1 */
    int state;  /* enum rota_boot_state */
    struct rota_boot_record record;
};

/* --- Errors and paths ----------------------------------------------------- */

static int fail(struct rota_boot_symlink *b, int err, const char *why)
{
    b->why = why;
    b->sys_err = 0;
    return err;
}

static int fail_errno(struct rota_boot_symlink *b, int err, const char *why)
{
    int saved = errno;

    fail(b, err, why);
    b->sys_err = saved;
    return err;
}

/* Ports say EBOOT of what is not plainly a full or a read-only disk. */
static int fail_change(struct rota_boot_symlink *b, const char *why)
{
    return fail_errno(b, rota_durable_err(ROTA_EBOOT), why);
}

static int join(struct rota_boot_symlink *b, char out[PATH_MAX],
                const char *dir, size_t dir_len, const char *name)
{
    if (dir_len + strlen(name) + 2 > PATH_MAX)
        return fail(b, ROTA_EINVAL, "a path is too long");
    snprintf(out, PATH_MAX, "%.*s/%s", (int)dir_len, dir, name);
    return ROTA_OK;
}

static int state_path(struct rota_boot_symlink *b, char out[PATH_MAX],
                      const char *name)
{
    return join(b, out, b->state_dir, strlen(b->state_dir), name);
}

/* Where a link with this text leads. */
static int resolve(struct rota_boot_symlink *b, char out[PATH_MAX],
                   const char *text)
{
    const char *slash = strrchr(b->link, '/');

    if (text[0] == '/')
        return join(b, out, "", 0, text + 1);
    if (!slash)
        return join(b, out, ".", 1, text);
    return join(b, out, b->link, (size_t)(slash - b->link), text);
}

/* --- The record and the link ---------------------------------------------- */

static int read_record(struct rota_boot_symlink *b, struct rota_boot_record *r)
{
    char path[PATH_MAX];
    bool sense;
    int err = state_path(b, path, "boot");

    if (err)
        return err;
    if (rota_boot_record_read(path, r, &sense))
        return fail_errno(b, ROTA_EBOOT, "the boot record cannot be read");
    if (!sense)
        fail(b, 0, "the boot record makes no sense and is ignored");
    return ROTA_OK;
}

static int write_record(struct rota_boot_symlink *b,
                        const struct rota_boot_record *r)
{
    char path[PATH_MAX];
    int err = state_path(b, path, "boot");

    if (err)
        return err;
    if (rota_boot_record_write(path, r))
        return fail_change(b, "the boot record cannot be written");
    return ROTA_OK;
}

/* A link may be written in many ways: b, ./b, /opt/thermostat/b. */
static bool leads_to(struct rota_boot_symlink *b, const char *text,
                     const char *target)
{
    char path[2][PATH_MAX], real[2][PATH_MAX];

    if (!strcmp(text, target))
        return true;
    return !resolve(b, path[0], text) && !resolve(b, path[1], target)
        && realpath(path[0], real[0]) && realpath(path[1], real[1])
        && !strcmp(real[0], real[1]);
}

static bool is_same(const struct stat *a, const struct stat *b)
{
    if (S_ISBLK(a->st_mode) && S_ISBLK(b->st_mode))
        return a->st_rdev == b->st_rdev;
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* By two names of one place, what is written beside the active image would be
 * written over it. */
static int must_differ(struct rota_boot_symlink *b)
{
    char path[PATH_MAX];
    struct stat st[2];

    for (int i = 0; i < 2; i++) {
        int err = resolve(b, path, b->target[i]);
        if (err)
            return err;
        if (stat(path, &st[i]))
            return ROTA_OK; /* not there yet */
    }
    return is_same(&st[0], &st[1])
             ? fail(b, ROTA_EBOOT, "a and b are one and the same")
             : ROTA_OK;
}

static int read_link(struct rota_boot_symlink *b, int *active)
{
    char text[PATH_MAX];
    ssize_t n = readlink(b->link, text, sizeof(text) - 1);

    *active = 0;
    if (n < 0 && errno == ENOENT && b->link_optional)
        return ROTA_OK;
    if (n < 0 && errno == EINVAL)
        return fail(b, ROTA_EBOOT, "there is no link but something else");
    if (n < 0)
        return fail_errno(b, ROTA_EBOOT, "the link cannot be read");
    text[n] = '\0';
    for (*active = 0; *active < 2; ++*active)
        if (leads_to(b, text, b->target[*active]))
            return ROTA_OK;
    return fail(b, ROTA_EBOOT, "the link leads neither to a nor to b");
}

static int switch_to(struct rota_boot_symlink *b, int slot)
{
    char path[PATH_MAX];
    int err = resolve(b, path, b->target[slot]);

    if (err)
        return err;
    if (access(path, F_OK))
        return fail_errno(b, ROTA_EBOOT, "the image to switch to is missing");
    if (rota_durable_symlink(b->target[slot], b->link))
        return fail_change(b, "the link cannot be changed");
    return ROTA_OK;
}

/* The table in boot_symlink.h. */
static int state_of(int active, const struct rota_boot_record *r)
{
    if (r->candidate < 0)
        return ROTA_BOOT_CONFIRMED;
    if (r->candidate == active)
        return r->confirmed ? ROTA_BOOT_CONFIRMED : ROTA_BOOT_TRIAL;
    if (r->starts > 0 || r->confirmed)
        return ROTA_BOOT_ROLLED_BACK;
    return r->undone ? ROTA_BOOT_UNDONE : ROTA_BOOT_CONFIRMED;
}

static bool can_go_back(const struct situation *s)
{
    const struct rota_boot_record *r = &s->record;

    return r->candidate == s->active && (!r->confirmed || r->previous);
}

/* --- One step under the lock ---------------------------------------------- */

/* Readers do without the lock where they may not open it. */
static int lock(struct rota_boot_symlink *b, int how, int *fd)
{
    int flags = how == LOCK_SH ? O_RDONLY : O_RDWR | O_CREAT;
    char path[PATH_MAX];
    int err = state_path(b, path, "boot.lock");

    *fd = -1;
    if (err)
        return err;
    *fd = open(path, flags | O_CLOEXEC, 0644);
    if (*fd < 0)
        return how == LOCK_SH ? ROTA_OK
                              : fail_change(b, "the boot lock cannot be made");
    while (flock(*fd, how))
        if (errno != EINTR) {
            err = fail_errno(b, ROTA_EBOOT, "the boot lock cannot be taken");
            close(*fd);
            return err;
        }
    return ROTA_OK;
}

/* The link first: what a reader without the lock then sees of a change under
 * way is the state before it. */
static int look(struct rota_boot_symlink *b, struct situation *s)
{
    int err = read_link(b, &s->active);

    if (!err)
        err = read_record(b, &s->record);
    if (!err)
        s->state = state_of(s->active, &s->record);
    return err;
}

static int step(struct rota_boot_symlink *b, int how,
                int (*act)(struct rota_boot_symlink *b, struct situation *s),
                struct situation *s)
{
    int fd, err;

    fail(b, 0, NULL);
    err = lock(b, how, &fd);
    if (err)
        return err;
    err = look(b, s);
    if (!err)
        err = act(b, s);
    if (fd >= 0)
        close(fd);
    return err;
}

static int tell_state(struct rota_boot_symlink *b, struct situation *s)
{
    (void)b;
    return s->state;
}

static int part_path(struct rota_boot_symlink *b, int slot, char out[PATH_MAX],
                     const char *before, const char *after)
{
    char dir[PATH_MAX];
    int err = resolve(b, dir, b->target[slot]);

    if (!err
        && snprintf(out, PATH_MAX, "%s/%s%s%s", dir, before, b->install_as,
                    after)
               >= PATH_MAX)
        err = fail(b, ROTA_EINVAL, "a path is too long");
    return err;
}

static int install(struct rota_boot_symlink *b, int slot)
{
    char part[PATH_MAX], image[PATH_MAX];
    int err;

    if (!b->install_as)
        return ROTA_OK;
    err = part_path(b, slot, part, ".", ".part");
    if (!err)
        err = part_path(b, slot, image, "", "");
    if (err)
        return err;
    if (rota_durable_rename(part, image, 0755))
        return fail_change(b, "the downloaded image cannot be put in place");
    return ROTA_OK;
}

/* Recorded first: from then on the image before is no longer promised to be
 * there, which installing takes away. */
static int begin_trial(struct rota_boot_symlink *b, struct situation *s)
{
    int next = !s->active;
    int err = must_differ(b);

    if (s->state == ROTA_BOOT_TRIAL)
        return fail(b, ROTA_ETRIAL, "the other image is still needed");
    s->record = (struct rota_boot_record){.candidate = next, .limit = b->limit};
    if (!err)
        err = write_record(b, &s->record);
    if (!err)
        err = install(b, next);
    if (!err)
        err = switch_to(b, next);
    return err;
}

static int end_trial(struct rota_boot_symlink *b, struct situation *s)
{
    struct rota_boot_record *r = &s->record;

    if (s->state == ROTA_BOOT_CONFIRMED)
        return ROTA_OK;
    if (s->state == ROTA_BOOT_TRIAL)
        r->confirmed = r->previous = true;
    else
        r->candidate = -1;
    return write_record(b, r);
}

static unsigned limit_of(const struct rota_boot_symlink *b,
                         const struct rota_boot_record *r)
{
    return r->limit ? r->limit : b->limit;
}

static int count_start(struct rota_boot_symlink *b, struct situation *s)
{
    struct rota_boot_record *r = &s->record;
    int err;

    if (s->state != ROTA_BOOT_TRIAL)
        return ROTA_START_NORMAL;
    if (r->starts >= limit_of(b, r)) {
        err = switch_to(b, !s->active);
        return err ? err : ROTA_START_UNDONE;
    }
    r->starts++;
    err = write_record(b, r);
    return err ? err : ROTA_START_TRIAL;
}

static int go_back(struct rota_boot_symlink *b, struct situation *s)
{
    struct rota_boot_record *r = &s->record;
    int err = ROTA_OK;

    if (!can_go_back(s))
        return fail(b, ROTA_ENOTHING, "there is no image to go back to");
    if (s->state == ROTA_BOOT_TRIAL && r->starts == 0) {
        r->undone = true;
        err = write_record(b, r);
    }
    return err ? err : switch_to(b, !s->active);
}

static int forget_previous(struct rota_boot_symlink *b, struct situation *s)
{
    int err = must_differ(b);

    if (s->state == ROTA_BOOT_TRIAL)
        return fail(b, ROTA_ETRIAL, "the other image is still needed");
    if (err || !can_go_back(s))
        return err;
    s->record.previous = false;
    return write_record(b, &s->record);
}

/* --- The table and the rest: see boot_symlink.h --------------------------- */

static int boot_state(void *ctx)
{
    struct situation s;

    return step(ctx, LOCK_SH, tell_state, &s);
}

static int boot_try_next(void *ctx)
{
    struct situation s;

    return step(ctx, LOCK_EX, begin_trial, &s);
}

static int boot_confirm(void *ctx)
{
    struct situation s;

    return step(ctx, LOCK_EX, end_trial, &s);
}

struct rota_boot rota_boot_symlink_init(struct rota_boot_symlink *b,
                                        const char *link, const char *target_a,
                                        const char *target_b,
                                        const char *state_dir, unsigned limit)
{
    *b = (struct rota_boot_symlink){.link = link,
                                    .target = {target_a, target_b},
                                    .state_dir = state_dir,
                                    .limit = limit ? limit : LIMIT};
    return (struct rota_boot){b, boot_state, boot_try_next, boot_confirm};
}

int rota_boot_symlink_look(struct rota_boot_symlink *b,
                           struct rota_boot_symlink_view *v)
{
    struct situation s;
    int err = step(b, LOCK_SH, tell_state, &s);

    if (err < 0)
        return err;
    *v = (struct rota_boot_symlink_view){
        .state = s.state,
        .active = s.active,
        .starts = s.state == ROTA_BOOT_TRIAL || s.state == ROTA_BOOT_ROLLED_BACK
                    ? s.record.starts
                    : 0,
        .confirmed = s.state == ROTA_BOOT_ROLLED_BACK && s.record.confirmed,
        .limit = limit_of(b, &s.record),
        .previous = can_go_back(&s)};
    return ROTA_OK;
}

int rota_boot_symlink_starting(struct rota_boot_symlink *b)
{
    struct situation s;

    return step(b, LOCK_EX, count_start, &s);
}

int rota_boot_symlink_rollback(struct rota_boot_symlink *b)
{
    struct situation s;

    return step(b, LOCK_EX, go_back, &s);
}

int rota_boot_symlink_forget_previous(struct rota_boot_symlink *b)
{
    struct situation s;

    return step(b, LOCK_EX, forget_previous, &s);
}

/* A file begun by an earlier run may be gone on with, unless it has another
 * name: that could be the active image's. */
static int drop_shared(struct rota_boot_symlink *b, const char *part)
{
    struct stat st;

    if (lstat(part, &st) || (S_ISREG(st.st_mode) && st.st_nlink == 1))
        return ROTA_OK;
    return unlink(part) ? fail_change(b, "something is in the way") : ROTA_OK;
}

int rota_boot_symlink_part(struct rota_boot_symlink *b, char *path, size_t size)
{
    struct situation s;
    char dir[PATH_MAX], part[PATH_MAX];
    int err = step(b, LOCK_SH, tell_state, &s);

    if (err >= 0)
        err = must_differ(b);
    if (!err)
        err = resolve(b, dir, b->target[!s.active]);
    if (!err)
        err = part_path(b, !s.active, part, ".", ".part");
    if (err)
        return err;
    if (rota_durable_mkdir(dir))
        return fail_change(b, "the inactive folder cannot be made");
    if (strlen(part) >= size)
        return fail(b, ROTA_EINVAL, "a path is too long");
    strcpy(path, part);
    return drop_shared(b, part);
}
