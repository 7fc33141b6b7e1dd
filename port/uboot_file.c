/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "uboot_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "durable.h"

#define LOCK "/var/lock/fw_printenv.lock"
#define SIZE_MIN 16u
#define SIZE_MAX_ (1u << 20)
#define MTDBLOCK_MAJOR 31 /* Linux, Documentation/admin-guide/devices.txt */

int rota_uboot_file_fail(struct rota_uboot_file *f, int err, const char *why)
{
    f->why = why;
    f->sys_err = 0;
    return err;
}

static int fail_errno(struct rota_uboot_file *f, const char *why)
{
    f->why = why;
    f->sys_err = errno;
    return rota_durable_err(ROTA_EIO);
}

int rota_uboot_file_check(struct rota_uboot_file *f)
{
    if (!f->copy[0].path || !f->buf)
        return rota_uboot_file_fail(f, ROTA_EINVAL, "no path or no buffer");
    if (f->size < SIZE_MIN || f->size > SIZE_MAX_)
        return rota_uboot_file_fail(f, ROTA_EINVAL,
                                    "the environment's size cannot be");
    for (int i = 0; i < 2; i++)
        if (f->copy[i].off > INT64_MAX - SIZE_MAX_)
            return rota_uboot_file_fail(f, ROTA_EINVAL,
                                        "a copy's offset cannot be");
    return ROTA_OK;
}

/* --- One copy ------------------------------------------------------------- */

/* O_NONBLOCK, lest the name of a pipe keeps us. */
static int open_copy(struct rota_uboot_file *f, int which, int how, int *fd)
{
    struct stat st;

    *fd = open(f->copy[which].path, how | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0 || fstat(*fd, &st)) {
        int err = fail_errno(f, "a copy of the environment cannot be opened");
        if (*fd >= 0)
            close(*fd);
        return err;
    }
    if (S_ISREG(st.st_mode)
        || (S_ISBLK(st.st_mode) && major(st.st_rdev) != MTDBLOCK_MAJOR))
        return ROTA_OK;
    close(*fd);
    return rota_uboot_file_fail(f, ROTA_EINVAL,
                                "a copy is neither a file nor a block device");
}

/* How many bytes there were, or -1. */
static ssize_t read_all(int fd, uint64_t off, uint8_t *p, size_t len)
{
    size_t done = 0;

    while (done < len) {
        ssize_t n = pread(fd, p + done, len - done, (off_t)(off + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        done += (size_t)n;
    }
    return (ssize_t)done;
}

/* Is the copy, now in the buffer, valid? A part of one never is. */
static int read_copy(struct rota_uboot_file *f, int which,
                     const struct rota_uboot_env *e, bool *valid)
{
    int fd, err = open_copy(f, which, O_RDONLY, &fd);
    ssize_t n;

    if (err)
        return err;
    n = read_all(fd, f->copy[which].off, f->buf, f->size);
    if (n < 0)
        err = fail_errno(f, "a copy of the environment cannot be read");
    close(fd);
    *valid = n == (ssize_t)f->size && rota_uboot_env_valid(e);
    return err;
}

static int write_copy(struct rota_uboot_file *f, int which)
{
    int fd, err = open_copy(f, which, O_WRONLY, &fd);

    if (err)
        return err;
    if (rota_durable_put(fd, f->copy[which].off, f->buf, f->size) || fsync(fd))
        err = fail_errno(f, "the environment cannot be written");
    close(fd);
    return err;
}

/* The only copy. A link would be replaced itself, and U-Boot go on reading
 * what it led to. */
static int replace_copy(struct rota_uboot_file *f)
{
    const struct rota_uboot_copy *c = &f->copy[0];
    struct stat st;

    if (lstat(c->path, &st))
        return fail_errno(f, "a copy of the environment cannot be opened");
    if (S_ISREG(st.st_mode) && c->off == 0 && st.st_size == (off_t)f->size) {
        if (!rota_durable_write(c->path, f->buf, f->size))
            return ROTA_OK;
        return fail_errno(f, "the environment cannot be written");
    }
    if (f->in_place)
        return write_copy(f, 0);
    return rota_uboot_file_fail(
        f, ROTA_EREADONLY,
        "the only copy of the environment cannot be changed safely");
}

/* --- see uboot_file.h ----------------------------------------------------- */

int rota_uboot_file_lock(struct rota_uboot_file *f, bool to_write, int *fd)
{
    int flags = to_write ? O_WRONLY | O_CREAT : O_RDONLY;

    *fd = open(f->lock ? f->lock : LOCK, flags | O_CLOEXEC, 0666);
    if (*fd < 0 && !to_write)
        return ROTA_OK;
    if (*fd < 0)
        return fail_errno(f, "the environment's lock cannot be opened");
    while (flock(*fd, to_write ? LOCK_EX : LOCK_SH))
        if (errno != EINTR) {
            int err = fail_errno(f, "the environment's lock cannot be taken");
            close(*fd);
            return err;
        }
    return ROTA_OK;
}

/* The buffer holds one copy at a time, so the first may be read twice. */
int rota_uboot_file_load(struct rota_uboot_file *f, struct rota_uboot_env *e)
{
    bool two = f->copy[1].path, valid[2] = {false, false}, again = true;
    uint8_t flag0;
    int err;

    *e = (struct rota_uboot_env){f->buf, f->size, two};
    f->current = 0;
    err = read_copy(f, 0, e, &valid[0]);
    flag0 = f->buf[4];
    if (!err && two) {
        err = read_copy(f, 1, e, &valid[1]);
        f->current = valid[0] && valid[1]
                       ? rota_uboot_env_newer(flag0, f->buf[4])
                       : valid[1];
        if (!err && f->current == 0)
            err = read_copy(f, 0, e, &again);
    }
    if (err)
        return err;
    return valid[f->current] && again
             ? ROTA_OK
             : rota_uboot_file_fail(f, ROTA_ECORRUPT,
                                    "no copy of the environment is valid");
}

int rota_uboot_file_store(struct rota_uboot_file *f, struct rota_uboot_env *e)
{
    if (!rota_uboot_env_changed(e))
        return ROTA_OK;
    rota_uboot_env_seal(e, (uint8_t)(f->buf[4] + 1));
    return f->copy[1].path ? write_copy(f, !f->current) : replace_copy(f);
}
