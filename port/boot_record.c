/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "boot_record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "durable.h"

#define RECORD_MAX 1024 /* bytes; what is written is a tenth of it */
#define NUMBER_MAX 1000000

static const char *const letters[] = {"none", "a", "b", NULL};
static const char *const no_yes[] = {"no", "yes", NULL};

/* What follows "key=" at the start of a line, or NULL. */
static const char *find(const char *text, const char *key)
{
    size_t len = strlen(key);

    while (text) {
        if (!strncmp(text, key, len) && text[len] == '=')
            return text + len + 1;
        text = strchr(text, '\n');
        if (text)
            text++;
    }
    return NULL;
}

/* Which of the words; a missing key is the first. */
static int get_word(const char *text, const char *key,
                    const char *const words[], bool *sense)
{
    const char *value = find(text, key);

    if (!value)
        return 0;
    for (int i = 0; words[i]; i++) {
        size_t len = strlen(words[i]);
        if (!strncmp(value, words[i], len) && value[len] == '\n')
            return i;
    }
    *sense = false;
    return 0;
}

static unsigned get_number(const char *text, const char *key, bool *sense)
{
    const char *value = find(text, key);
    unsigned n = 0;

    if (!value)
        return 0;
    if (*value == '\n')
        *sense = false;
    for (; *value != '\n'; value++) {
        if (*value < '0' || *value > '9' || n > NUMBER_MAX) {
            *sense = false;
            return 0;
        }
        n = 10 * n + (unsigned)(*value - '0');
    }
    return n;
}

static bool parse(const char *text, struct rota_boot_record *r)
{
    bool sense = find(text, "candidate") != NULL;

    r->candidate = get_word(text, "candidate", letters, &sense) - 1;
    r->starts = get_number(text, "starts", &sense);
    r->limit = get_number(text, "limit", &sense);
    r->confirmed = get_word(text, "confirmed", no_yes, &sense);
    r->previous = get_word(text, "previous", no_yes, &sense);
    r->undone = get_word(text, "undone", no_yes, &sense);
    return sense;
}

/* Bytes of the file, at most RECORD_MAX, or -1. */
static ssize_t read_file(const char *path, char text[RECORD_MAX])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe, say */
    ssize_t n;
    int saved;

    if (fd < 0)
        return -1;
    n = read(fd, text, RECORD_MAX);
    saved = errno;
    close(fd);
    errno = saved;
    return n;
}

int rota_boot_record_read(const char *path, struct rota_boot_record *r,
                          bool *sense)
{
    const struct rota_boot_record none = {.candidate = -1};
    char text[RECORD_MAX];
    ssize_t n = read_file(path, text);

    *r = none;
    *sense = true;
    if (n < 0)
        return errno == ENOENT ? ROTA_OK : ROTA_EBOOT;
    /* What was written ends with a line feed, leaves room after it, and has no
     * zeros, which disks put in place of bytes that are lost. */
    *sense = n > 0 && n < RECORD_MAX && text[n - 1] == '\n'
          && !memchr(text, '\0', (size_t)n);
    if (*sense) {
        text[n] = '\0';
        *sense = parse(text, r);
    }
    if (!*sense)
        *r = none;
    return ROTA_OK;
}

int rota_boot_record_write(const char *path, const struct rota_boot_record *r)
{
    char text[RECORD_MAX];

    snprintf(text, sizeof(text),
             "candidate=%s\nstarts=%u\nlimit=%u\nconfirmed=%s\nprevious=%s\n"
             "undone=%s\n",
             letters[r->candidate + 1], r->starts, r->limit,
             no_yes[r->confirmed], no_yes[r->previous], no_yes[r->undone]);
    return rota_durable_write(path, text, strlen(text));
}
