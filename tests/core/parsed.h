/* SPDX-License-Identifier: Apache-2.0 */
/* A signed text that was parsed, without signatures: what tests of its members
 * begin with. */
#ifndef PARSED_H
#define PARSED_H

#include <stdlib.h>
#include <string.h>

#include "manifest/manifest.h"
#include "support/manifest_text.h"
#include "support/test.h"

#define SHA "abababababababababababababababababababababababababababababababab"

struct parsed {
    struct rota_manifest m;
    int work[ROTA_MANIFEST_WORK / sizeof(int)];
    char *text;       /* a block of its own, so that a sanitizer sees its end */
    char image[1024]; /* that parsed_image_with wrote */
};

/* The result of rota_manifest_parse. */
int parsed_bytes(struct parsed *p, const char *bytes, size_t len);

/* Is it accepted? */
bool parsed_good(struct parsed *p, const char *s);

/* Is it refused, with a reason that begins so? */
bool parsed_bad(struct parsed *p, const char *s, const char *why);

/* The text of a manifest of one image with these members, as JSON, until the
 * next call. */
const char *parsed_image_with(struct parsed *p, const char *id,
                              const char *name, const char *format,
                              const char *image_size, const char *sha);

/* The text is not needed any more. */
void parsed_end(struct parsed *p);

#endif
