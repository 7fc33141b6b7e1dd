/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "durable.h"

#define SECTOR 512u
#define LARGEST (INT32_MAX / ROTA_IMAGE_BLOCK * ROTA_IMAGE_BLOCK)

/* --- How much there is room for ------------------------------------------- */

static bool mark_path(const struct rota_imagefile *i, char out[ROTA_PATH_SIZE])
{
    int len = snprintf(out, ROTA_PATH_SIZE, "%s/%s.grows", i->state,
                       i->slot == i->slots->path[0] ? "a" : "b");

    return len > 0 && len < ROTA_PATH_SIZE;
}

static bool is_marked(const struct rota_imagefile *i)
{
    char path[ROTA_PATH_SIZE];

    return mark_path(i, path) && access(path, F_OK) == 0;
}

static int mark(const struct rota_imagefile *i)
{
    char path[ROTA_PATH_SIZE];

    return mark_path(i, path) ? rota_durable_write(path, "", 0) : ROTA_EINVAL;
}

/* The length of a file or device, by opening a device only: a file may be
 * readable by nobody. */
static int measure(const char *path, uint64_t *room)
{
    struct stat st;
    off_t end;
    int fd;

    *room = 0;
    if (stat(path, &st))
        return errno == ENOENT ? ROTA_OK : ROTA_EIO;
    *room = (uint64_t)st.st_size;
    if (S_ISREG(st.st_mode))
        return ROTA_OK;
    errno = S_ISDIR(st.st_mode) ? EISDIR : ENOTBLK;
    if (!S_ISBLK(st.st_mode))
        return ROTA_EIO;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return rota_durable_err(ROTA_EIO);
    end = lseek(fd, 0, SEEK_END);
    close(fd);
    *room = end < 0 ? 0 : (uint64_t)end;
    return end < 0 ? ROTA_EIO : ROTA_OK;
}

/* A download goes on where a block begins: blocks as large as fit the slot
 * evenly. */
static void set_dimensions(struct rota_imagefile *i)
{
    if (i->grows || i->room > LARGEST)
        i->room = LARGEST;
    i->size = (uint32_t)(i->room + SECTOR - 1) / SECTOR * SECTOR;
    for (i->erase_size = ROTA_IMAGE_BLOCK; i->size % i->erase_size;)
        i->erase_size /= 2;
}

int rota_imagefile_init(struct rota_imagefile *i, struct rota_slots *slots,
                        const char *slot, const char *state)
{
    int err = ROTA_OK;

    *i = (struct rota_imagefile){.slots = slots, .slot = slot, .state = state};
    if (slot)
        err = measure(slot, &i->room);
    if (err)
        return err;
    i->grows = !slot || i->room < SECTOR || is_marked(i);
    set_dimensions(i);
    return ROTA_OK;
}

/* --- The table ------------------------------------------------------------ */

static int do_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    struct rota_imagefile *i = ctx;

    if (off == 0)
        i->seen = 0;
    if (off + len > i->seen)
        i->seen = off + len;
    return i->open ? i->flash.read(i->flash.ctx, off, buf, len) : ROTA_EIO;
}

static int do_prog(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    struct rota_imagefile *i = ctx;

    return i->open ? i->flash.prog(i->flash.ctx, off, buf, len) : ROTA_EIO;
}

/* What is there can be written over: to erase it first would only take time,
 * and on a device write everything twice. */
static int do_erase(void *ctx, uint32_t off)
{
    const struct rota_imagefile *i = ctx;

    (void)off;
    return i->open ? ROTA_OK : ROTA_EIO;
}

static int do_sync(void *ctx)
{
    struct rota_imagefile *i = ctx;

    if (!i->open)
        return ROTA_EIO;
    return i->flash.sync ? i->flash.sync(i->flash.ctx) : ROTA_OK;
}

struct rota_flash rota_imagefile_flash(struct rota_imagefile *i)
{
    return (struct rota_flash){.ctx = i,
                               .read = do_read,
                               .prog = do_prog,
                               .erase = do_erase,
                               .sync = do_sync,
                               .size = i->size,
                               .erase_size = i->erase_size,
                               .prog_size = 1,
                               .erased = 0x00};
}

/* --- Opening -------------------------------------------------------------- */

/* Where an image of data is written to, or what it becomes; the folder is the
 * one that the program goes to. */
static int data_path(const struct rota_imagefile *i, char path[ROTA_PATH_SIZE],
                     bool part)
{
    int err = rota_boot_symlink_part(&i->slots->link, path, ROTA_PATH_SIZE);
    char *base;
    size_t room;
    int len;

    if (err)
        return err;
    base = strrchr(path, '/') + 1;
    room = ROTA_PATH_SIZE - (size_t)(base - path);
    len = snprintf(base, room, "%s%s%s", part ? "." : "", i->name,
                   part ? ".part" : "");
    return len > 0 && (size_t)len < room ? ROTA_OK : ROTA_EINVAL;
}

/* What else has that file could be in use. */
static int drop_shared(const char *path)
{
    struct stat st;

    if (lstat(path, &st) || (S_ISREG(st.st_mode) && st.st_nlink == 1))
        return ROTA_OK;
    return unlink(path) ? ROTA_EIO : ROTA_OK;
}

/* A device that is mounted, or that somebody else has claimed. */
static bool is_in_use(const char *path)
{
    struct stat st;
    int fd;

    if (stat(path, &st) || !S_ISBLK(st.st_mode))
        return false;
    fd = open(path, O_RDONLY | O_EXCL | O_CLOEXEC);
    if (fd >= 0)
        close(fd);
    return fd < 0 && errno == EBUSY;
}

static int prepare(struct rota_imagefile *i, char path[ROTA_PATH_SIZE])
{
    int err;

    if (i->name) {
        err = data_path(i, path, true);
        return err ? err : drop_shared(path);
    }
    if (!i->slot)
        return rota_boot_symlink_part(&i->slots->link, path, ROTA_PATH_SIZE);
    if (strlen(i->slot) >= ROTA_PATH_SIZE)
        return ROTA_EINVAL;
    if (is_in_use(i->slot)) {
        i->why = "it is in use: is it mounted?";
        return ROTA_EREADONLY;
    }
    strcpy(path, i->slot);
    err = rota_slots_forget_previous(i->slots);
    if (!err && i->grows && !is_marked(i))
        err = mark(i);
    return err;
}

/* Better told before the download than in the middle of it. */
static bool has_room(const struct rota_imagefile *i, uint32_t size)
{
    struct statvfs fs;
    struct stat st;

    if (!i->grows || fstatvfs(i->file.fd, &fs) || fstat(i->file.fd, &st))
        return true;
    return (uint64_t)fs.f_bavail * fs.f_frsize + (uint64_t)st.st_blocks * 512
        >= size;
}

int rota_imagefile_open(struct rota_imagefile *i, uint32_t size)
{
    char path[ROTA_PATH_SIZE];
    int err;

    rota_imagefile_close(i);
    i->why = NULL;
    if (size > i->room)
        return ROTA_ETOOBIG;
    err = prepare(i, path);
    if (!err)
        err = rota_flash_file_open(&i->file, path, i->size, i->erase_size);
    if (err)
        return err;
    i->open = true;
    i->length = size;
    i->flash = rota_flash_file_init(&i->file);
    if (has_room(i, size))
        return ROTA_OK;
    rota_imagefile_close(i);
    errno = ENOSPC;
    return ROTA_ENOSPC;
}

int rota_imagefile_finish(struct rota_imagefile *i)
{
    int err = ROTA_OK;

    if (i->open && i->grows)
        err = rota_flash_file_cut(&i->file, i->name ? i->seen : i->length);
    rota_imagefile_close(i);
    return err;
}

int rota_imagefile_place(const struct rota_imagefile *i)
{
    char part[ROTA_PATH_SIZE], path[ROTA_PATH_SIZE];
    int err = data_path(i, part, true);

    if (!err)
        err = data_path(i, path, false);
    if (!err && rota_durable_rename(part, path, 0644))
        err = rota_durable_err(ROTA_EBOOT);
    return err;
}

void rota_imagefile_close(struct rota_imagefile *i)
{
    if (i->open)
        rota_flash_file_close(&i->file);
    i->open = false;
}
