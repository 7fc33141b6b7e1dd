/* SPDX-License-Identifier: Apache-2.0 */
#include "core/parsed.h"

int parsed_bytes(struct parsed *p, const char *bytes, size_t len)
{
    free(p->text);
    p->text = malloc(len + 1);
    memcpy(p->text, bytes, len);
    p->m = (struct rota_manifest){.text = p->text, .len = len};
    int err = rota_manifest_parse(&p->m, p->work);
    CHECK(err == ROTA_OK || err == ROTA_EMANIFEST);
    CHECK((err == ROTA_OK) == (p->m.why == 0));
    return err;
}

bool parsed_good(struct parsed *p, const char *s)
{
    bool ok = parsed_bytes(p, s, strlen(s)) == ROTA_OK;

    if (!ok)
        printf("  %s: %s\n", rota_why_text(p->m.why), s);
    return ok;
}

bool parsed_bad(struct parsed *p, const char *s, const char *why)
{
    bool ok = parsed_bytes(p, s, strlen(s)) == ROTA_EMANIFEST && p->m.why
           && strncmp(rota_why_text(p->m.why), why, strlen(why)) == 0;

    if (!ok)
        printf("  %s: %s\n", p->m.why ? rota_why_text(p->m.why) : "accepted",
               s);
    return ok;
}

const char *parsed_image_with(struct parsed *p, const char *id,
                              const char *name, const char *format,
                              const char *image_size, const char *sha)
{
    snprintf(
        p->image, sizeof p->image,
        "[{\"id\":%s,\"name\":%s,\"format\":%s,\"size\":%s,\"sha256\":%s}]", id,
        name, format, image_size, sha);
    return MANIFEST("images", p->image);
}

void parsed_end(struct parsed *p)
{
    free(p->text);
    p->text = NULL;
}
