/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "anchors_pem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUNDLE_MAX (16L << 20) /* bytes; real ones have a quarter of a MiB */

/* RFC 7468, section 2: a boundary stands at the start of a line. */
static const char begin[] = "-----BEGIN CERTIFICATE-----";
static const char end[] = "-----END CERTIFICATE-----";

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

/* All of the file, NUL-terminated, in a->der. */
static int load(struct rota_anchors_pem *a, int fd, size_t *len)
{
    struct stat st;

    if (fstat(fd, &st))
        return fail(a, ROTA_EIO, "the file cannot be read", errno);
    if (!S_ISREG(st.st_mode) || st.st_size > BUNDLE_MAX)
        return fail(a, ROTA_EINVAL, "not a regular file, or a huge one", 0);
    *len = (size_t)st.st_size;
    a->der = malloc(*len + 1);
    if (!a->der)
        return fail(a, ROTA_ENOMEM, "no memory for the roots", 0);
    a->der[*len] = '\0';
    if (!read_all(fd, a->der, *len))
        return fail(a, ROTA_EIO, "the file cannot be read", errno);
    return ROTA_OK;
}

/* Where the next boundary line begins, or NULL. */
static const char *find(const char *text, const char *p, const char *boundary)
{
    while ((p = strstr(p, boundary)) != NULL) {
        if (p == text || p[-1] == '\n' || p[-1] == '\r')
            return p;
        p++;
    }
    return NULL;
}

static size_t count_roots(const char *text)
{
    size_t n = 0;

    for (const char *p = text; (p = find(text, p, begin)) != NULL; p++)
        n++;
    return n;
}

static int sextet(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* The base64 of p up to q as bytes at out, which may be p or before it: how
 * many, or 0 when it is damaged. */
static size_t decode(const char *p, const char *q, uint8_t *out)
{
    uint32_t bits = 0;
    size_t len = 0;
    unsigned digits = 0, pads = 0;

    for (; p < q; p++) {
        int v = sextet(*p);
        if (*p == '\n' || *p == '\r' || *p == ' ' || *p == '\t')
            continue;
        if (*p == '=')
            pads++;
        else if (v < 0 || pads > 0)
            return 0;
        bits = bits << 6 | (uint32_t)(v & 0x3f);
        if (++digits % 4 == 0) {
            out[len++] = (uint8_t)(bits >> 16);
            out[len++] = (uint8_t)(bits >> 8);
            out[len++] = (uint8_t)bits;
        }
    }
    return digits % 4 == 0 && pads <= 2 && len > pads ? len - pads : 0;
}

/* Is it one DER SEQUENCE of just this length (X.690, 8.1.3), as a certificate
 * is? mbedTLS looks at the rest when the root is needed. */
static bool plausible(const uint8_t *der, size_t len)
{
    size_t head, body = 0;

    if (len < 2 || der[0] != 0x30)
        return false;
    head = der[1] < 0x80 ? 2 : 2u + (der[1] & 0x7f);
    if (head > 5 || head > len)
        return false;
    if (head == 2)
        body = der[1];
    for (size_t i = 2; i < head; i++)
        body = body << 8 | der[i];
    return head + body == len;
}

/* DER is shorter than its PEM and so can take the place of what has been
 * read: one block does for both. */
static bool convert(struct rota_anchors_pem *a, size_t *used)
{
    const char *text = (const char *)a->der;
    const char *p = text;

    *used = 0;
    while ((p = find(text, p, begin)) != NULL) {
        const char *from = p + sizeof(begin) - 1;
        const char *to = strstr(from, end);
        uint8_t *der = a->der + *used;
        size_t len = to ? decode(from, to, der) : 0;

        if (!plausible(der, len))
            return false;
        a->list[a->count++] = (struct rota_anchor){NULL, len};
        *used += len;
        p = to;
    }
    return true;
}

/* The block shrinks and may move: only then is it known where the roots are. */
static void settle(struct rota_anchors_pem *a, size_t used)
{
    uint8_t *der = realloc(a->der, used);

    if (der)
        a->der = der;
    der = a->der;
    for (size_t i = 0; i < a->count; i++) {
        a->list[i].der = der;
        der += a->list[i].len;
    }
}

int rota_anchors_pem_read(struct rota_anchors_pem *a, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t len, used, roots;
    int err;

    *a = (struct rota_anchors_pem){0};
    if (fd < 0)
        return fail(a, ROTA_EIO, "the file cannot be opened", errno);
    err = load(a, fd, &len);
    close(fd);
    if (err)
        return err;
    roots = count_roots((const char *)a->der);
    if (!roots)
        return fail(a, ROTA_EINVAL, "there is no certificate in the file", 0);
    a->list = calloc(roots, sizeof(*a->list));
    if (!a->list)
        return fail(a, ROTA_ENOMEM, "no memory for the roots", 0);
    if (!convert(a, &used))
        return fail(a, ROTA_EINVAL, "a certificate in the file is damaged", 0);
    settle(a, used);
    return ROTA_OK;
}

void rota_anchors_pem_free(struct rota_anchors_pem *a)
{
    free(a->list);
    free(a->der);
    a->list = NULL;
    a->der = NULL;
    a->count = 0;
}
