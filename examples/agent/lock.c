/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_lock(const char *dir)
{
    int folder, fd;

    if (mkdir(dir, 0700) && errno != EEXIST)
        return -1;
    folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return -1;
    fd =
        openat(folder, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    close(folder);
    return fd;
}

static long read_holder(int fd)
{
    char text[24];
    ssize_t len = pread(fd, text, sizeof(text) - 1, 0);

    if (len <= 0)
        return 0;
    text[len] = '\0';
    return strtol(text, NULL, 10);
}

/* For people and for read_holder; the lock holds without it. */
static void write_holder(int fd)
{
    char text[24];
    int len = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

    if (ftruncate(fd, 0) || pwrite(fd, text, (size_t)len, 0) != len)
        return;
}

int rota_lock_take(const char *dir, long *holder)
{
    int fd = open_lock(dir);
    int err;

    *holder = 0;
    if (fd < 0)
        return -errno;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
        write_holder(fd);
        return 1;
    }
    err = errno;
    if (err == EWOULDBLOCK)
        *holder = read_holder(fd);
    close(fd);
    return err == EWOULDBLOCK ? 0 : -err;
}
