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
const char *pub_plan_bad_name(const char *name)
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

const struct pub_plan_file *pub_plan_named(const struct pub_plan *p,
                                           const char *name)
{
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->file[i].name, name) == 0)
            return &p->file[i];
    return NULL;
}

static struct pub_plan_file *add(const struct pub_say *s, struct pub_plan *p,
                                 const char *name, int *code)
{
    const char *why = pub_plan_bad_name(name);

    if (!why && pub_plan_named(p, name))
        why = "two files have this name";
    if (!why && p->count == PUB_PLAN_MAX)
        why = "a release has 1000 files at most: put several into an archive";
    if (!why && p->count == p->room) {
        size_t room = p->room ? 2 * p->room : 16;
        void *more = realloc(p->file, room * sizeof(p->file[0]));

        why = more ? NULL : "no memory left";
        p->file = more ? more : p->file;
        p->room = more ? room : p->room;
    }
    if (why) {
        *code = pub_say_failure(s, ROTA_EXIT_USAGE, name, "%s", why);
        return NULL;
    }
    p->file[p->count] = (struct pub_plan_file){.name = name};
    return &p->file[p->count];
}

static int wrong_size(const struct pub_say *s, const char *path, uint64_t size)
{
    const char *why = !size ? "is empty, and the service takes no such"
                    : size > PUB_PLAN_SIZE_MAX
                        ? "has more than 2 GiB, the most that the service takes"
                        : NULL;

    return why ? pub_say_failure(s, PUB_EXIT_INPUT, path, "%s", why) : 0;
}

int pub_plan_add(const struct pub_say *s, struct pub_plan *p, const char *path)
{
    int code = 0;
    struct pub_plan_file *f = add(s, p, pub_files_name(path), &code);
    struct stat st;

    if (!f)
        return code;
    f->path = path;
    if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
        code =
            wrong_size(s, path, (uint64_t)st.st_size); /* before it is read */
    if (!code)
        code = pub_files_hash(s, path, &f->size, f->sha256);
    if (!code)
        code = wrong_size(s, path, f->size);
    if (!code)
        p->count++;
    return code;
}

int pub_plan_add_bytes(const struct pub_say *s, struct pub_plan *p,
                       const char *name, const void *bytes, size_t len)
{
    int code = 0;
    struct pub_plan_file *f = add(s, p, name, &code);
    struct rota_hash h;

    if (!f)
        return code;
    f->bytes = bytes;
    f->size = len;
    if (rota_hash_begin(&h) || rota_hash_add(&h, bytes, len)
        || rota_hash_end(&h, f->sha256))
        return pub_say_failure(s, PUB_EXIT_FILE, name, "cannot be hashed");
    p->count++;
    return 0;
}

void pub_plan_free(struct pub_plan *p)
{
    free(p->file);
    *p = (struct pub_plan){0};
}
