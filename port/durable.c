/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "durable.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int rota_durable_err(int other)
{
    switch (errno) {
    case ENOSPC:
    case EDQUOT: return ROTA_ENOSPC;
    case EROFS:
    case EACCES:
    case EPERM: return ROTA_EREADONLY;
    default: return other;
    }
}

/* errno of what went wrong first, not of the cleaning up. */
static bool close_after(int fd, bool ok)
{
    int saved = errno;

    if (close(fd) && ok)
        return false;
    if (!ok)
        errno = saved;
    return ok;
}

/* A name is safe when the folder that it is in has been synced. */
static bool sync_folder_of(const char *path)
{
    char dir[PATH_MAX];
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) + 1 : 1;
    int fd;

    if (len >= sizeof(dir)) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(dir, slash ? path : ".", len);
    dir[len] = '\0';
    fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    /* Some file systems have nothing to sync in a folder. */
    return close_after(fd, !fsync(fd) || errno == EINVAL);
}

static bool name_beside(char out[PATH_MAX], const char *path)
{
    if (snprintf(out, PATH_MAX, "%s.new", path) < PATH_MAX)
        return true;
    errno = ENAMETOOLONG;
    return false;
}

static bool put(const char *from, const char *to)
{
    return !rename(from, to) && sync_folder_of(to);
}

int rota_durable_put(int fd, uint64_t off, const void *buf, size_t len)
{
    const char *p = buf;

    while (len > 0) {
        ssize_t n = pwrite(fd, p, len, (off_t)off);
        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0)
            errno = ENOSPC;
        if (n <= 0)
            return rota_durable_err(ROTA_EIO);
        p += n;
        off += (uint64_t)n;
        len -= (size_t)n;
    }
    return ROTA_OK;
}

static bool write_file(const char *path, const void *buf, size_t len)
{
    int fd =
        open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);

    return fd >= 0
        && close_after(fd, !rota_durable_put(fd, 0, buf, len) && !fsync(fd));
}

int rota_durable_write(const char *path, const void *buf, size_t len)
{
    char beside[PATH_MAX];

    if (name_beside(beside, path) && write_file(beside, buf, len)
        && put(beside, path))
        return ROTA_OK;
    return rota_durable_err(ROTA_EIO);
}

int rota_durable_symlink(const char *target, const char *path)
{
    char beside[PATH_MAX];

    if (name_beside(beside, path) && (!unlink(beside) || errno == ENOENT)
        && !symlink(target, beside) && put(beside, path))
        return ROTA_OK;
    return rota_durable_err(ROTA_EIO);
}

int rota_durable_rename(const char *from, const char *to, unsigned mode)
{
    int fd = open(from, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

    if (fd >= 0 && close_after(fd, !fchmod(fd, (mode_t)mode) && !fsync(fd))
        && put(from, to))
        return ROTA_OK;
    return rota_durable_err(ROTA_EIO);
}

int rota_durable_sync_folder(const char *path)
{
    return sync_folder_of(path) ? ROTA_OK : rota_durable_err(ROTA_EIO);
}

int rota_durable_mkdir(const char *path)
{
    struct stat st;

    if (!stat(path, &st) && S_ISDIR(st.st_mode))
        return ROTA_OK;
    if (!mkdir(path, 0755) && sync_folder_of(path))
        return ROTA_OK;
    return rota_durable_err(ROTA_EIO);
}
