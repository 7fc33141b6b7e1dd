/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "words/files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "durable.h"
#include "flash/hash.h"

static int failed(const struct pub_say *s, const char *path)
{
    return pub_say_failure(s, PUB_EXIT_FILE, path, "%s", strerror(errno));
}

/* Up to size bytes, fewer only at the end of the file. */
static bool read_some(int fd, void *buf, size_t size, size_t *len)
{
    *len = 0;
    while (*len < size) {
        ssize_t n = read(fd, (char *)buf + *len, size - *len);

        if (n < 0 && errno != EINTR)
            return false;
        if (n == 0)
            return true;
        if (n > 0)
            *len += (size_t)n;
    }
    return true;
}

int pub_files_read(const struct pub_say *s, const char *path, void *buf,
                   size_t size, size_t *len)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t more = 0;
    bool good;
    char c;

    if (fd < 0)
        return failed(s, path);
    good = read_some(fd, buf, size, len)
        && (*len < size || read_some(fd, &c, 1, &more));
    if (!good) {
        int code = failed(s, path);

        close(fd);
        return code;
    }
    close(fd);
    if (more)
        return pub_say_failure(s, PUB_EXIT_INPUT, path,
                               "is longer than %zu bytes", size);
    return ROTA_EXIT_OK;
}

int pub_files_create(const struct pub_say *s, const char *path, const void *buf,
                     size_t len, unsigned mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                  (mode_t)mode);
    bool good;
    int code;

    if (fd < 0)
        return failed(s, path);
    good = !rota_durable_put(fd, 0, buf, len) && fsync(fd) == 0;
    if (good && close(fd) == 0)
        return ROTA_EXIT_OK;
    code = failed(s, path);
    if (!good)
        close(fd);
    unlink(path);
    return code;
}

int pub_files_write(const struct pub_say *s, const char *path, const void *buf,
                    size_t len)
{
    if (path)
        return rota_durable_write(path, buf, len) ? failed(s, path) : 0;
    if (fwrite(buf, 1, len, s->out) == len && fflush(s->out) == 0)
        return ROTA_EXIT_OK;
    return pub_say_failure(s, PUB_EXIT_FILE, "output", "cannot be written");
}

/* --- Hashing ------------------------------------------------------------- */

static int hash_bytes(int fd, uint64_t *size, uint8_t sha256[ROTA_SHA256_LEN])
{
    uint8_t buf[64 << 10];
    struct rota_hash h;
    size_t len;
    int err = rota_hash_begin(&h);

    if (err)
        return err;
    *size = 0;
    do {
        err = read_some(fd, buf, sizeof(buf), &len)
                ? rota_hash_add(&h, buf, len)
                : ROTA_EIO;
        *size += len;
    } while (!err && len == sizeof(buf));
    if (!err)
        return rota_hash_end(&h, sha256);
    rota_hash_drop(&h);
    return err;
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* A build that still writes the file would make a release that no device can
 * ever install. */
static bool unchanged(const struct stat *before, const char *path, int fd,
                      uint64_t size)
{
    struct stat now, named;

    return fstat(fd, &now) == 0 && stat(path, &named) == 0
        && named.st_dev == now.st_dev && named.st_ino == now.st_ino
        && (uint64_t)now.st_size == size && before->st_size == now.st_size
        && same_time(&before->st_mtim, &now.st_mtim)
        && same_time(&before->st_ctim, &now.st_ctim);
}

static int hash_open(const struct pub_say *s, const char *path, int fd,
                     uint64_t *size, uint8_t sha256[ROTA_SHA256_LEN])
{
    struct stat before;

    if (fstat(fd, &before))
        return failed(s, path);
    if (!S_ISREG(before.st_mode))
        return pub_say_failure(s, PUB_EXIT_FILE, path, "is no plain file");
    if (before.st_size > INT32_MAX)
        return pub_say_failure(s, PUB_EXIT_INPUT, path,
                               "is longer than an image can be");
    errno = EIO;
    if (hash_bytes(fd, size, sha256))
        return failed(s, path);
    if (!unchanged(&before, path, fd, *size))
        return pub_say_failure(s, PUB_EXIT_INPUT, path,
                               "has changed while it was read");
    return ROTA_EXIT_OK;
}

int pub_files_hash(const struct pub_say *s, const char *path, uint64_t *size,
                   uint8_t sha256[ROTA_SHA256_LEN])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), code;

    if (fd < 0)
        return failed(s, path);
    code = hash_open(s, path, fd, size, sha256);
    close(fd);
    return code;
}

const char *pub_files_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}
