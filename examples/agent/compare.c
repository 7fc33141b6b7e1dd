/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "compare.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_at(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    const int *fd = ctx;
    uint8_t *p = buf;

    while (len > 0) {
        ssize_t n = pread(*fd, p, len, (off_t)off);
        if (n == 0 || (n < 0 && errno != EINTR))
            return ROTA_EIO;
        if (n > 0) {
            p += n;
            off += (uint32_t)n;
            len -= (uint32_t)n;
        }
    }
    return ROTA_OK;
}

static int find(const struct rota_inspection *v, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;

    for (int i = 0; i < v->image_count; i++)
        if (strcmp(v->image[i].name, name) == 0)
            return i;
    return -1;
}

/* What speaks against the open file being image at, or NULL; "" with errno: it
 * cannot be read. */
static const char *differs(const struct rota_inspection *v, int at, int fd)
{
    static uint8_t buf[64 << 10];
    uint8_t sha256[32];
    struct stat st;
    struct rota_flash f = {.ctx = &fd, .read = read_at};

    if (fstat(fd, &st))
        return "";
    if (!S_ISREG(st.st_mode) || st.st_size != (off_t)v->image[at].size)
        return "has another size than the manifest says";
    f.size = v->image[at].size;
    if (rota_flash_sha256(&f, f.size, buf, sizeof(buf), sha256))
        return "";
    return memcmp(sha256, v->image[at].sha256, sizeof(sha256)) == 0
             ? NULL
             : "has another SHA-256 than the manifest says";
}

static int fail(struct rota_show *s, const char *path, const char *why)
{
    return rota_show_failure(s, ROTA_EXIT_MISMATCH, path, why);
}

int rota_compare(struct rota_show *s, const struct rota_inspection *v,
                 const char *path)
{
    int at = find(v, path);
    const char *why;
    char text[400];
    int fd;

    if (at < 0)
        return fail(s, path, "no image of the manifest has this name");
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return rota_show_failure(s, ROTA_EXIT_USAGE, path, strerror(errno));
    errno = EIO;
    why = differs(v, at, fd);
    if (why && !why[0])
        why = strerror(errno);
    close(fd);
    if (why)
        return fail(s, path, why);
    snprintf(text, sizeof(text), "%.300s is image %u", path, v->image[at].id);
    rota_show_line(s, "image_ok", text);
    return 0;
}
