/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "oneline.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char *read_text(const char *path, char *out, size_t size)
{
    FILE *f = fopen(path, "re");
    size_t len;
    int err;

    if (!f)
        return strerror(errno);
    errno = 0;
    len = fread(out, 1, size, f);
    err = ferror(f) ? (errno ? errno : EIO) : 0;
    fclose(f);
    if (err)
        return strerror(err);
    if (len == size)
        return "is too long";
    out[len] = '\0';
    return strlen(out) == len ? NULL : "is no text";
}

const char *rota_oneline(const char *path, char *out, size_t size)
{
    const char *why = read_text(path, out, size);
    size_t from, len;

    if (why)
        return why;
    from = strspn(out, " \t\r\n");
    len = strlen(out + from);
    while (len && strchr(" \t\r\n", out[from + len - 1]))
        len--;
    memmove(out, out + from, len);
    out[len] = '\0';
    if (!len)
        return "is empty";
    for (size_t i = 0; i < len; i++)
        if (out[i] == '\n')
            return "is longer than one line";
        else if (out[i] < ' ' || out[i] > '~')
            return "is not plain text";
    return NULL;
}

bool rota_oneline_open_to_others(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && (st.st_mode & (S_IRGRP | S_IROTH));
}
