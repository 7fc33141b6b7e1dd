/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "plan/source.h"
#include "flash/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void show(struct pub_source *f, uint64_t done)
{
    char bar[160];

    if (!f->terminal
        || !rota_progress_at(&f->progress, pub_link_now_ms(), (uint32_t)done,
                             (uint32_t)f->file->size, true, bar, sizeof(bar)))
        return;
    fprintf(f->terminal, "\r%-24.24s %s\033[K", f->file->name, bar);
    if (done == f->file->size)
        fputs("\r\033[K", f->terminal);
    fflush(f->terminal);
}

static int take(struct pub_source *f, uint64_t off, uint8_t *buf, size_t len)
{
    if (f->fd < 0) {
        memcpy(buf, f->file->bytes + off, len);
        return ROTA_OK;
    }
    while (len > 0) {
        ssize_t n = pread(f->fd, buf, len, (off_t)off);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n ? ROTA_EIO : ROTA_ECHANGED;
        buf += n;
        off += (uint64_t)n;
        len -= (size_t)n;
    }
    return ROTA_OK;
}

static bool is_longer(const struct pub_source *f)
{
    struct stat st;

    return f->fd >= 0
        && (fstat(f->fd, &st) || (uint64_t)st.st_size != f->file->size);
}

/* All bytes are read: are they those that were planned? */
static int judge(struct pub_source *f)
{
    uint8_t sum[ROTA_SHA256_LEN];
    int err = rota_hash_end(&f->hash, sum);

    f->hashing = false;
    if (err)
        return err;
    return memcmp(sum, f->file->sha256, sizeof(sum)) != 0 || is_longer(f)
             ? ROTA_ECHANGED
             : ROTA_OK;
}

static int restart(struct pub_source *f)
{
    if (f->hashing)
        rota_hash_drop(&f->hash);
    f->at = 0;
    f->hashing = rota_hash_begin(&f->hash) == ROTA_OK;
    return f->hashing ? ROTA_OK : ROTA_ENOMEM;
}

static int read_piece(void *ctx, uint64_t off, void *buf, size_t len)
{
    struct pub_source *f = ctx;
    int err = off == 0 ? restart(f) : ROTA_OK;

    if (!err && off != f->at)
        err = ROTA_EINVAL;
    if (!err)
        err = take(f, off, buf, len);
    if (!err)
        err = rota_hash_add(&f->hash, buf, len);
    f->at += len;
    if (!err && f->at == f->file->size)
        err = judge(f);
    show(f, f->at);
    return err;
}

int pub_source_open(const struct pub_say *s, struct pub_source *f,
                    const struct pub_plan_file *file, FILE *terminal)
{
    *f = (struct pub_source){.file = file, .fd = -1, .terminal = terminal};
    f->content = (struct pub_content){.type = "application/octet-stream",
                                      .size = file->size,
                                      .read = read_piece,
                                      .ctx = f};
    if (!file->path)
        return 0;
    f->fd = open(file->path, O_RDONLY | O_CLOEXEC);
    if (f->fd >= 0)
        return 0;
    return pub_say_failure(s, PUB_EXIT_FILE, file->path, "%s", strerror(errno));
}

void pub_source_close(struct pub_source *f)
{
    if (f->terminal) {
        fputs("\r\033[K", f->terminal);
        fflush(f->terminal);
    }
    if (f->hashing)
        rota_hash_drop(&f->hash);
    f->hashing = false;
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
}
