/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "keys_pem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 16 << 10, FILES_MAX = 64 };

static const char boundary[] = "-----BEGIN ";
static const char begin[] = "-----BEGIN PUBLIC KEY-----";
static const char end[] = "-----END PUBLIC KEY-----";

static int fail(struct rota_keys_pem *k, int err, const char *why, int sys_err)
{
    k->count = 0;
    k->why = why;
    k->sys_err = sys_err;
    return err;
}

/* --- A block -------------------------------------------------------------- */

static int sextet(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = memchr(digits, c, 64);

    return at ? (int)(at - digits) : -1;
}

/* The base64 of p up to q: 91 bytes are 122 digits and two pads. */
static bool decode(const char *p, const char *q,
                   uint8_t der[ROTA_KEYS_PEM_SIZE])
{
    uint32_t bits = 0;
    size_t len = 0;
    unsigned digits = 0, pads = 0;

    for (; p < q; p++) {
        int v = sextet(*p);
        if (*p == '\n' || *p == '\r' || *p == ' ' || *p == '\t')
            continue;
        if (*p == '=' && len == ROTA_KEYS_PEM_SIZE) {
            pads++;
            continue;
        }
        if (v < 0 || pads > 0)
            return false;
        bits = bits << 6 | (uint32_t)v;
        digits++;
        if (digits % 4 == 1)
            continue;
        if (len == ROTA_KEYS_PEM_SIZE)
            return false;
        der[len++] = (uint8_t)(bits >> (2 * (3 - (digits - 1) % 4)));
    }
    return len == ROTA_KEYS_PEM_SIZE && digits % 4 == 2 && pads == 2;
}

static bool is_known(const struct rota_keys_pem *k, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (memcmp(k->der[i], k->der[at], ROTA_KEYS_PEM_SIZE) == 0)
            return true;
    return false;
}

/* The key whose base64 is p up to q. */
static int add(struct rota_keys_pem *k, const char *p, const char *q)
{
    size_t at = k->count;
    int err;

    if (at == ROTA_KEYS_PEM_MAX)
        return fail(k, ROTA_EINVAL, "more than 32 keys", 0);
    if (!decode(p, q, k->der[at]))
        return fail(k, ROTA_EINVAL, "not a P-256 public key", 0);
    k->list[at] = (struct rota_key){k->der[at], ROTA_KEYS_PEM_SIZE};
    err = rota_key_id(&k->list[at], k->id[at]);
    if (err == ROTA_EINVAL)
        return fail(k, err, "not a P-256 public key", 0);
    if (err)
        return fail(k, err, "the key could not be checked", 0);
    if (is_known(k, at))
        return fail(k, ROTA_EINVAL, "the same key is there twice", 0);
    k->count++;
    return ROTA_OK;
}

/* --- A file --------------------------------------------------------------- */

/* RFC 7468, section 2: a boundary stands at the start of a line. */
static char *find(char *text, char *p)
{
    while ((p = strstr(p, boundary)) != NULL) {
        if (p == text || p[-1] == '\n' || p[-1] == '\r')
            return p;
        p++;
    }
    return NULL;
}

static int parse(struct rota_keys_pem *k, char *text)
{
    char *p = find(text, text);

    if (!p)
        return fail(k, ROTA_EINVAL, "no public key in it", 0);
    for (; p; p = find(text, p)) {
        char *from = p + sizeof(begin) - 1;
        char *to = strstr(p, end);
        int err;

        if (strncmp(p, begin, sizeof(begin) - 1) != 0)
            return fail(k, ROTA_EINVAL,
                        strncmp(p + sizeof(boundary) - 1, "CERT", 4) == 0
                            ? "a certificate, not a public key"
                        : strstr(p, "PRIVATE KEY-----")
                            ? "a private key, which must not be here"
                            : "not a P-256 public key",
                        0);
        err = to ? add(k, from, to)
                 : fail(k, ROTA_EINVAL, "the public key is cut short", 0);
        if (err)
            return err;
        p = to;
    }
    return ROTA_OK;
}

/* Who can write it decides what this device runs. */
static bool is_safe(const struct stat *st)
{
    return (st->st_mode & (S_IWGRP | S_IWOTH)) == 0
        && (st->st_uid == 0 || st->st_uid == geteuid());
}

static int read_all(struct rota_keys_pem *k, int fd, char *buf, size_t *len)
{
    ssize_t n;

    *len = 0;
    while ((n = read(fd, buf + *len, FILE_MAX + 1 - *len)) != 0) {
        if (n < 0 && errno != EINTR)
            return fail(k, ROTA_EIO, "it cannot be read", errno);
        *len += n > 0 ? (size_t)n : 0;
        if (*len > FILE_MAX)
            return fail(k, ROTA_EINVAL, "longer than a few keys", 0);
    }
    buf[*len] = '\0';
    if (memchr(buf, '\0', *len))
        return fail(k, ROTA_EINVAL, "not a P-256 public key", 0);
    return ROTA_OK;
}

static int read_file(struct rota_keys_pem *k, int dir, const char *name)
{
    char buf[FILE_MAX + 1];
    struct stat st;
    size_t len;
    int err, fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return fail(k, ROTA_EIO, "it cannot be opened", errno);
    if (fstat(fd, &st))
        err = fail(k, ROTA_EIO, "it cannot be read", errno);
    else if (!S_ISREG(st.st_mode))
        err = fail(k, ROTA_EINVAL, "not a regular file", 0);
    else if (!is_safe(&st))
        err = fail(k, ROTA_EINVAL, "others than its owner may write it", 0);
    else
        err = read_all(k, fd, buf, &len);
    close(fd);
    return err ? err : parse(k, buf);
}

/* --- The folder ----------------------------------------------------------- */

static bool is_key_name(const char *name)
{
    size_t len = strlen(name);

    return name[0] != '.' && len > 4 && strcmp(name + len - 4, ".pem") == 0;
}

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* The names of the files, in order: how many, or negative. */
static int list(struct rota_keys_pem *k, DIR *d,
                char names[FILES_MAX][ROTA_KEYS_PEM_NAME])
{
    struct dirent *e;
    int n = 0;

    errno = 0;
    while ((e = readdir(d)) != NULL) {
        if (!is_key_name(e->d_name))
            continue;
        if (n == FILES_MAX)
            return fail(k, ROTA_EINVAL, "too many files", 0);
        strncpy(names[n++], e->d_name, ROTA_KEYS_PEM_NAME - 1);
    }
    if (errno)
        return fail(k, ROTA_EIO, "it cannot be read", errno);
    qsort(names, (size_t)n, sizeof(names[0]), compare);
    return n;
}

static int read_files(struct rota_keys_pem *k, DIR *d)
{
    char names[FILES_MAX][ROTA_KEYS_PEM_NAME] = {{0}};
    struct stat st;
    int n, err = ROTA_OK;

    if (fstat(dirfd(d), &st))
        return fail(k, ROTA_EIO, "it cannot be read", errno);
    if (!is_safe(&st))
        return fail(k, ROTA_EINVAL, "others than its owner may write it", 0);
    n = list(k, d, names);
    for (int i = 0; i < n && !err; i++) {
        memcpy(k->name, names[i], sizeof(k->name));
        err = read_file(k, dirfd(d), names[i]);
    }
    if (!err)
        k->name[0] = '\0';
    return n < 0 ? n : err;
}

int rota_keys_pem_read(struct rota_keys_pem *k, const char *dir)
{
    DIR *d = opendir(dir);
    int err;

    *k = (struct rota_keys_pem){0};
    if (!d)
        return fail(k, ROTA_EIO, "it cannot be opened", errno);
    err = read_files(k, d);
    closedir(d);
    return err;
}
