/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "plan/plan.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "words/files.h"
#include "flash/hash.h"

enum { NAME_MAX_LEN = 255 };

/* GitHub puts a dot in the place of other characters, makes several dots one
 * and takes them from both ends: devices would look for the name in vain. */
const char *rota_plan_bad_name(const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)name[i]) && !strchr("._-", name[i]))
            return "the service would change the name: letters, digits, '.', "
                   "'_' and '-' stay";
    if (!len || len > NAME_MAX_LEN)
        return "a name has 1 to 255 characters";
    if (name[0] == '.' || name[len - 1] == '.' || strstr(name, ".."))
        return "the service would change the name: no dots at either end, nor "
               "two in a row";
    return NULL;
}

const struct rota_plan_file *rota_plan_named(const struct rota_plan *p,
                                             const char *name)
{
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->file[i].name, name) == 0)
            return &p->file[i];
    return NULL;
}

static struct rota_plan_file *add(const struct rota_say *s, struct rota_plan *p,
                                  const char *name, int *code)
{
    const char *why = rota_plan_bad_name(name);

    if (!why && rota_plan_named(p, name))
        why = "two files have this name";
    if (!why && p->count == ROTA_PLAN_MAX)
        why = "a release has 1000 files at most: put several into an archive";
    if (!why && p->count == p->room) {
        size_t room = p->room ? 2 * p->room : 16;
        void *more = realloc(p->file, room * sizeof(p->file[0]));

        why = more ? NULL : "no memory left";
        p->file = more ? more : p->file;
        p->room = more ? room : p->room;
    }
    if (why) {
        *code = rota_say_failure(s, ROTA_EXIT_USAGE, name, "%s", why);
        return NULL;
    }
    p->file[p->count] = (struct rota_plan_file){.name = name};
    return &p->file[p->count];
}

static int wrong_size(const struct rota_say *s, const char *path, uint64_t size)
{
    const char *why = !size ? "is empty, and the service takes no such"
                    : size > ROTA_PLAN_SIZE_MAX
                        ? "has more than 2 GiB, the most that the service takes"
                        : NULL;

    return why ? rota_say_failure(s, ROTA_EXIT_INPUT, path, "%s", why) : 0;
}

int rota_plan_add(const struct rota_say *s, struct rota_plan *p,
                  const char *path)
{
    int code = 0;
    struct rota_plan_file *f = add(s, p, rota_files_name(path), &code);
    struct stat st;

    if (!f)
        return code;
    f->path = path;
    if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
        code =
            wrong_size(s, path, (uint64_t)st.st_size); /* before it is read */
    if (!code)
        code = rota_files_hash(s, path, &f->size, f->sha256);
    if (!code)
        code = wrong_size(s, path, f->size);
    if (!code)
        p->count++;
    return code;
}

int rota_plan_add_bytes(const struct rota_say *s, struct rota_plan *p,
                        const char *name, const void *bytes, size_t len)
{
    int code = 0;
    struct rota_plan_file *f = add(s, p, name, &code);
    struct rota_hash h;

    if (!f)
        return code;
    f->bytes = bytes;
    f->size = len;
    if (rota_hash_begin(&h) || rota_hash_add(&h, bytes, len)
        || rota_hash_end(&h, f->sha256))
        return rota_say_failure(s, ROTA_EXIT_FILE, name, "cannot be hashed");
    p->count++;
    return 0;
}

void rota_plan_free(struct rota_plan *p)
{
    free(p->file);
    *p = (struct rota_plan){0};
}
