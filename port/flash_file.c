/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "flash_file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "durable.h"

#define ERASE_DEFAULT (1u << 20)
#define ERASE_MIN 512u
#define WRITE_BEHIND (8u << 20)

/* --- The functions of the table ------------------------------------------ */

static int do_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    const struct rota_flash_file *f = ctx;
    char *p = buf;

    while (len > 0) {
        ssize_t n = pread(f->fd, p, len, (off_t)off);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return rota_durable_err(ROTA_EIO);
        if (n == 0) { /* the end of the file: the rest was never programmed */
            memset(p, 0, len);
            return ROTA_OK;
        }
        p += n;
        off += (uint32_t)n;
        len -= (uint32_t)n;
    }
    return ROTA_OK;
}

/* A sync at the end of an image would wait for all of it: let the kernel
 * write while the image arrives. What goes wrong with that, sync will tell. */
static void begin_writing(const struct rota_flash_file *f, uint32_t off,
                          uint32_t len)
{
    uint32_t begin = off - off % WRITE_BEHIND;

    if (off + len - begin >= WRITE_BEHIND)
        (void)!sync_file_range(f->fd, (off_t)begin, WRITE_BEHIND,
                               SYNC_FILE_RANGE_WRITE);
}

static int do_prog(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    struct rota_flash_file *f = ctx;

    if (f->end < (uint64_t)off + len)
        f->end = (uint64_t)off + len; /* or a part, should this fail */
    int err = rota_durable_put(f->fd, off, buf, len);
    if (!err)
        begin_writing(f, off, len);
    return err;
}

/* For file systems and devices that cannot make holes. */
static int write_zeros(const struct rota_flash_file *f, uint64_t off,
                       uint64_t end)
{
    static const char zeros[4096];
    int err = ROTA_OK;

    while (!err && off < end) {
        size_t n =
            end - off < sizeof zeros ? (size_t)(end - off) : sizeof zeros;
        err = rota_durable_put(f->fd, off, zeros, n);
        off += n;
    }
    return err;
}

/* On a device a hole is made only where that leaves zeros. */
static int do_erase(void *ctx, uint32_t off)
{
    const struct rota_flash_file *f = ctx;
    uint64_t end = (uint64_t)off + f->erase_size;

    if (off >= f->end)
        return ROTA_OK;
    for (;;) {
        if (!fallocate(f->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                       (off_t)off, (off_t)f->erase_size))
            return ROTA_OK;
        if (errno != EINTR)
            break;
    }
    if (errno != EOPNOTSUPP && errno != ENOSYS && errno != EINVAL)
        return rota_durable_err(ROTA_EIO);
    return write_zeros(f, off, end < f->end ? end : f->end);
}

static int do_sync(void *ctx)
{
    struct rota_flash_file *f = ctx;
    int err;

    if (f->sync_err)
        return f->sync_err;
    do
        err = fdatasync(f->fd);
    while (err && errno == EINTR);
    if (err)
        f->sync_err = rota_durable_err(ROTA_EIO);
    return f->sync_err;
}

/* --- Opening ------------------------------------------------------------- */

/* A name under /dev may be a link, that of a file may not: whoever can write
 * the folder could lead us elsewhere. O_EXCL refuses a device that is in use,
 * the root file system among them. */
static int open_path(const char *path)
{
    const int flags = O_RDWR | O_CLOEXEC;
    struct stat st;
    int fd;

    if (!stat(path, &st) && S_ISBLK(st.st_mode))
        return open(path, flags | O_EXCL);
    fd = open(path, flags | O_NOFOLLOW | O_NONBLOCK);
    if (fd >= 0 || errno != ENOENT)
        return fd;
    fd = open(path, flags | O_NOFOLLOW | O_CREAT | O_EXCL, 0600);
    if (fd >= 0 && rota_durable_sync_folder(path)) {
        close(fd);
        return -1;
    }
    return fd;
}

/* Room for the file: what it has and what its file system can still give. */
static bool room_for_file(const struct rota_flash_file *f,
                          const struct stat *st, uint64_t *room)
{
    struct statvfs fs;

    if (fstatvfs(f->fd, &fs))
        return false;
    *room = (uint64_t)fs.f_bavail * fs.f_frsize + (uint64_t)st->st_blocks * 512;
    return true;
}

static int measure(struct rota_flash_file *f, uint64_t capacity)
{
    struct stat st;
    uint64_t room = capacity;

    if (fstat(f->fd, &st))
        return ROTA_EIO;
    f->device = S_ISBLK(st.st_mode);
    f->end = (uint64_t)st.st_size;
    if (!f->device && !S_ISREG(st.st_mode))
        return ROTA_EINVAL;
    if (f->device && ioctl(f->fd, BLKGETSIZE64, &f->end))
        return ROTA_EIO;
    if (f->device && (!capacity || f->end < capacity))
        room = f->end;
    if (!f->device && !capacity && !room_for_file(f, &st, &room))
        return ROTA_EIO;
    if (room > INT32_MAX)
        room = INT32_MAX;
    f->size = (uint32_t)room - (uint32_t)room % f->erase_size;
    return f->size                 ? ROTA_OK
         : !capacity && !f->device ? ROTA_ENOSPC
                                   : ROTA_EINVAL;
}

int rota_flash_file_open(struct rota_flash_file *f, const char *path,
                         uint32_t capacity, uint32_t erase_size)
{
    *f = (struct rota_flash_file){
        .fd = -1, .erase_size = erase_size ? erase_size : ERASE_DEFAULT};
    if (f->erase_size % ERASE_MIN != 0)
        return ROTA_EINVAL;
    f->fd = open_path(path);
    if (f->fd < 0)
        return errno == ELOOP || errno == EISDIR ? ROTA_EINVAL
                                                 : rota_durable_err(ROTA_EIO);
    int err = measure(f, capacity);
    if (err)
        rota_flash_file_close(f);
    return err;
}

struct rota_flash rota_flash_file_init(struct rota_flash_file *f)
{
    return (struct rota_flash){.ctx = f,
                               .read = do_read,
                               .prog = do_prog,
                               .erase = do_erase,
                               .sync = do_sync,
                               .size = f->size,
                               .erase_size = f->erase_size,
                               .prog_size = 1,
                               .erased = 0x00};
}

int rota_flash_file_cut(struct rota_flash_file *f, uint32_t len)
{
    if (f->device || f->end <= len)
        return ROTA_OK;
    if (ftruncate(f->fd, (off_t)len))
        return rota_durable_err(ROTA_EIO);
    f->end = len;
    return do_sync(f);
}

void rota_flash_file_close(struct rota_flash_file *f)
{
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
}
