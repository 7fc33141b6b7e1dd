/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/ota_check.h"

#include <string.h>

#include "words/files.h"
#include "plan/ota.h"

static bool is_manifest(const char *name)
{
    size_t len = strlen(name);

    return len > 4 && strcmp(name + len - 4, ".ota") == 0;
}

static int check_image(const struct pub_say *s, const struct pub_plan *p,
                       const char *manifest, const struct rota_image *i)
{
    const struct pub_plan_file *f = pub_plan_named(p, i->name);

    if (f && f->size == i->size
        && memcmp(f->sha256, i->sha256, sizeof(i->sha256)) == 0)
        return 0;
    return pub_say_failure(s, PUB_EXIT_INPUT, manifest,
                           f ? "it names %s, but with another size or SHA-256"
                             : "it names %s, which is none of the files",
                           i->name);
}

static int check_one(const struct pub_say *s, const struct pub_plan *p,
                     const struct pub_plan_file *f, const char *repo)
{
    struct pub_asdevice d;
    struct rota_image image;
    struct pub_envelope e;
    char buf[PUB_ENVELOPE_MAX];
    const char *why;
    size_t len;
    int code = pub_files_read(s, f->path, buf, sizeof(buf), &len);

    if (code)
        return code;
    why = pub_ota_open(&e, &d, buf, len);
    if (!why && !e.signatures)
        why = "is not signed: no device would take it";
    if (why)
        return pub_say_failure(s, PUB_EXIT_INPUT, f->name, "%s", why);
    for (int i = 0; i < d.m.images && !code; i++) {
        rota_manifest_image(&d.m, i, &image);
        code = check_image(s, p, f->name, &image);
    }
    if (!code && !rota_manifest_is(&d.m, d.m.project, repo))
        pub_say_note(s,
                     "%s is for another project than %s: devices must be "
                     "told so",
                     f->name, repo);
    return code;
}

int pub_ota_check(const struct pub_say *s, const struct pub_plan *p,
                  const char *repo)
{
    int code = 0;

    for (size_t i = 0; i < p->count && !code; i++)
        if (p->file[i].path && is_manifest(p->file[i].name))
            code = check_one(s, p, &p->file[i], repo);
    return code;
}
