/* SPDX-License-Identifier: Apache-2.0 */
/* The calls by which a program changes files, covered so that a test can cut
 * or fail any of them. Include in one test program only: it defines open,
 * pwrite and others in place of the C library's. */
#ifndef CUTFS_H
#define CUTFS_H

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CUTFS_CUT = 77 }; /* exit status of a process that was cut */

static struct {
    bool on;       /* count, log, cut and fail */
    int steps;     /* taken so far */
    int cut;       /* the power fails before this step; 0 = never */
    bool torn;     /* if that is a write, half of it is done */
    int fail, err; /* this step fails with this errno; 0 = none */
    bool broken;   /* of any write, only left bytes get to the disk */
    size_t left;
    char log[1024];
} cutfs;

/* From now on, until the test clears on. */
static void cutfs_begin(void)
{
    memset(&cutfs, 0, sizeof(cutfs));
    cutfs.on = true;
}

/* False: the step must fail with errno as it is. */
static bool cutfs_step(const char *what, const char *path)
{
    const char *name = path ? strrchr(path, '/') : NULL;
    size_t len = strlen(cutfs.log);

    if (!cutfs.on)
        return true;
    snprintf(cutfs.log + len, sizeof(cutfs.log) - len, "%s %s; ", what,
             name   ? name + 1
             : path ? path
                    : "");
    cutfs.steps++;
    if (cutfs.steps == cutfs.cut)
        _exit(CUTFS_CUT);
    errno = cutfs.err;
    return cutfs.steps != cutfs.fail;
}

#define CUTFS_REAL(name, type)                                                 \
    type;                                                                      \
    *(void **)&real = dlsym(RTLD_NEXT, name)

int open(const char *path, int flags, ...)
{
    CUTFS_REAL("open", int (*real)(const char *, int, ...));
    mode_t mode = 0;

    if (flags & O_CREAT) {
        va_list args;
        va_start(args, flags);
        mode = va_arg(args, mode_t);
        va_end(args);
        if (!cutfs_step("create", path))
            return -1;
    }
    return real(path, flags, mode);
}

ssize_t pwrite(int fd, const void *buf, size_t len, off_t off)
{
    CUTFS_REAL("pwrite", ssize_t(*real)(int, const void *, size_t, off_t));

    if (cutfs.broken) {
        if (cutfs.left == 0 || real(fd, buf, cutfs.left, off) >= 0)
            errno = EIO;
        return -1;
    }
    if (cutfs.on && cutfs.torn && cutfs.steps + 1 == cutfs.cut)
        (void)!real(fd, buf, len / 2, off);
    return cutfs_step("write", NULL) ? real(fd, buf, len, off) : -1;
}

int fsync(int fd)
{
    CUTFS_REAL("fsync", int (*real)(int));
    struct stat st;
    bool folder = !fstat(fd, &st) && S_ISDIR(st.st_mode);

    return cutfs_step(folder ? "sync folder" : "sync", NULL) ? real(fd) : -1;
}

int fchmod(int fd, mode_t mode)
{
    CUTFS_REAL("fchmod", int (*real)(int, mode_t));
    return cutfs_step("chmod", NULL) ? real(fd, mode) : -1;
}

int rename(const char *from, const char *to)
{
    CUTFS_REAL("rename", int (*real)(const char *, const char *));
    return cutfs_step("rename to", to) ? real(from, to) : -1;
}

int unlink(const char *path)
{
    CUTFS_REAL("unlink", int (*real)(const char *));
    return cutfs_step("unlink", path) ? real(path) : -1;
}

int symlink(const char *target, const char *path)
{
    CUTFS_REAL("symlink", int (*real)(const char *, const char *));
    return cutfs_step("symlink", path) ? real(target, path) : -1;
}

int mkdir(const char *path, mode_t mode)
{
    CUTFS_REAL("mkdir", int (*real)(const char *, mode_t));
    return cutfs_step("mkdir", path) ? real(path, mode) : -1;
}

#endif
