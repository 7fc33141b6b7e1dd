/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of the signed text share: parsing one, without signatures. */
#ifndef PARSED_H
#define PARSED_H

#include <stdlib.h>
#include <string.h>

#include "manifest/manifest.h"
#include "support/manifest_text.h"
#include "support/test.h"

#define SHA "abababababababababababababababababababababababababababababababab"

static struct rota_manifest m;
static int work[ROTA_MANIFEST_WORK / sizeof(int)];
static char *text; /* a block of its own, so that a sanitizer sees its end */

static inline int parse_bytes(const char *bytes, size_t len)
{
    free(text);
    text = malloc(len + 1);
    memcpy(text, bytes, len);
    m = (struct rota_manifest){.text = text, .len = len};
    int err = rota_manifest_parse(&m, work);
    CHECK(err == ROTA_OK || err == ROTA_EMANIFEST);
    CHECK((err == ROTA_OK) == (m.why == 0));
    return err;
}

static inline bool good(const char *s)
{
    bool ok = parse_bytes(s, strlen(s)) == ROTA_OK;
    if (!ok)
        printf("  %s: %s\n", rota_why_text(m.why), s);
    return ok;
}

/* Refused, with a reason that begins so? */
static inline bool bad(const char *s, const char *why)
{
    bool ok = parse_bytes(s, strlen(s)) == ROTA_EMANIFEST && m.why
           && strncmp(rota_why_text(m.why), why, strlen(why)) == 0;
    if (!ok)
        printf("  %s: %s\n", m.why ? rota_why_text(m.why) : "accepted", s);
    return ok;
}

static inline const char *image_with(const char *id, const char *name,
                                     const char *format, const char *image_size,
                                     const char *sha)
{
    static char image[1024];

    snprintf(
        image, sizeof image,
        "[{\"id\":%s,\"name\":%s,\"format\":%s,\"size\":%s,\"sha256\":%s}]", id,
        name, format, image_size, sha);
    return MANIFEST("images", image);
}

#endif
