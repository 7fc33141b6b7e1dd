/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "anchors_pem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "anchors_text.h"

#define BUNDLE_MAX (16L << 20) /* bytes; real ones have a quarter of a MiB */

static const char no_memory[] = "no memory for the roots";

static int fail(struct rota_anchors_pem *a, int err, const char *why,
                int sys_err)
{
    rota_anchors_pem_free(a);
    a->why = why;
    a->sys_err = sys_err;
    return err;
}

static bool read_all(int fd, uint8_t *buf, size_t len)
{
    while (len > 0) {
        ssize_t n = read(fd, buf, len);
        if (n == 0)
            errno = EIO; /* it became shorter meanwhile */
        if (n == 0 || (n < 0 && errno != EINTR))
            return false;
        if (n > 0) {
            buf += n;
            len -= (size_t)n;
        }
    }
    return true;
}

/* All of the file, in a->der. */
static int load(struct rota_anchors_pem *a, int fd, size_t *len)
{
    struct stat st;

    if (fstat(fd, &st))
        return fail(a, ROTA_EIO, "the file cannot be read", errno);
    if (!S_ISREG(st.st_mode) || st.st_size > BUNDLE_MAX)
        return fail(a, ROTA_EINVAL, "not a regular file, or a huge one", 0);
    *len = (size_t)st.st_size;
    a->der = malloc(*len + 1); /* malloc(0) may give NULL */
    if (!a->der)
        return fail(a, ROTA_ENOMEM, no_memory, 0);
    if (!read_all(fd, a->der, *len))
        return fail(a, ROTA_EIO, "the file cannot be read", errno);
    return ROTA_OK;
}

/* The block shrinks and may move: only then is it known where the roots are. */
static void settle(struct rota_anchors_pem *a)
{
    size_t used = 0;
    uint8_t *der;

    for (size_t i = 0; i < a->count; i++)
        used += a->list[i].len;
    der = realloc(a->der, used);
    if (der)
        a->der = der;
    der = a->der;
    for (size_t i = 0; i < a->count; i++) {
        a->list[i].der = der;
        der += a->list[i].len;
    }
}

/* a->der, which may be pem, has room for the len bytes of pem: DER is shorter
 * than its PEM. */
static int convert(struct rota_anchors_pem *a, const char *pem, size_t len)
{
    size_t roots = rota_anchors_text_count(pem, len);
    int n;

    if (!roots)
        return fail(a, ROTA_EINVAL, "there is no certificate in it", 0);
    a->list = calloc(roots, sizeof(*a->list));
    if (!a->list)
        return fail(a, ROTA_ENOMEM, no_memory, 0);
    n = rota_anchors_text(pem, len, a->der, len, a->list, roots);
    if (n < 0)
        return fail(a, n, "a certificate in it is damaged", 0);
    a->count = (size_t)n;
    settle(a);
    return ROTA_OK;
}

int rota_anchors_pem_read(struct rota_anchors_pem *a, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t len;
    int err;

    *a = (struct rota_anchors_pem){0};
    if (fd < 0)
        return fail(a, ROTA_EIO, "the file cannot be opened", errno);
    err = load(a, fd, &len);
    close(fd);
    return err ? err : convert(a, (const char *)a->der, len);
}

int rota_anchors_pem_parse(struct rota_anchors_pem *a, const char *pem,
                           size_t len)
{
    *a = (struct rota_anchors_pem){0};
    a->der = malloc(len + 1); /* malloc(0) may give NULL */
    if (!a->der)
        return fail(a, ROTA_ENOMEM, no_memory, 0);
    return convert(a, pem, len);
}

void rota_anchors_pem_free(struct rota_anchors_pem *a)
{
    free(a->list);
    free(a->der);
    a->list = NULL;
    a->der = NULL;
    a->count = 0;
}
