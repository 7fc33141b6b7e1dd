/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "fwenv.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLANK " \t\r\n"

/* 4096, 0x1000 or 010000; what is negative counts from the end of the device,
 * and is not known here. */
static bool number(const char *word, uint64_t most, uint64_t *n)
{
    char *end;

    if (!word || !isdigit((unsigned char)*word))
        return false;
    errno = 0;
    *n = strtoull(word, &end, 0);
    return !*end && !errno && *n <= most;
}

static const char *add(struct rota_fwenv *e, char *line)
{
    char *rest, *name = strtok_r(line, BLANK, &rest);
    uint64_t off, size;

    if (!name)
        return NULL;
    if (e->count == 2)
        return "has more than two copies";
    if (strlen(name) >= ROTA_FWENV_NAME)
        return "has too long a name of a device";
    if (!number(strtok_r(NULL, BLANK, &rest), INT64_MAX, &off)
        || !number(strtok_r(NULL, BLANK, &rest), ROTA_FWENV_MAX, &size))
        return "has a line that is not DEVICE OFFSET SIZE";
    if (e->count && size != e->size)
        return "has copies of different sizes";
    strcpy(e->name[e->count], name);
    e->off[e->count++] = off;
    e->size = (uint32_t)size;
    return NULL;
}

const char *rota_fwenv_read(struct rota_fwenv *e, const char *path)
{
    char line[ROTA_FWENV_NAME + 256];
    const char *why = NULL;
    FILE *f = fopen(path, "re");

    *e = (struct rota_fwenv){.count = 0};
    if (!f)
        return strerror(errno);
    errno = 0;
    while (!why && fgets(line, sizeof(line), f)) {
        if (!strchr(line, '\n') && strlen(line) + 1 == sizeof(line))
            why = "has too long a line";
        line[strcspn(line, "#")] = '\0';
        if (!why)
            why = add(e, line);
    }
    if (ferror(f))
        why = strerror(errno ? errno : EIO);
    fclose(f);
    return why || e->count ? why : "names no environment";
}

void rota_fwenv_fill(const struct rota_fwenv *e, struct rota_uboot_file *f)
{
    for (int i = 0; i < e->count; i++)
        f->copy[i] = (struct rota_uboot_copy){e->name[i], e->off[i]};
    f->size = e->size;
}
