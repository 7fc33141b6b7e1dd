/* SPDX-License-Identifier: Apache-2.0 */
/* The files that a release shall have. */
#ifndef PUB_PLAN_PLAN_H
#define PUB_PLAN_PLAN_H

#include "flash/hash.h"
#include "words/say.h"

#define PUB_PLAN_MAX 1000u                    /* assets of a release */
#define PUB_PLAN_SIZE_MAX ((uint64_t)1 << 31) /* bytes of each */

struct pub_plan_file {
    const char *path;  /* NULL: the bytes are in memory, */
    const char *bytes; /* here; else NULL. Borrowed, both */
    const char *name;  /* of the asset */
    uint64_t size;
    uint8_t sha256[ROTA_SHA256_LEN];
};

struct pub_plan {
    struct pub_plan_file *file;
    size_t count, room;
};

/* Add a file, hashed. Each returns 0 or, having said why, an exit code: the
 * service would change the name, it is there twice, the file is empty or too
 * large. */
int pub_plan_add(const struct pub_say *s, struct pub_plan *p, const char *path);
int pub_plan_add_bytes(const struct pub_say *s, struct pub_plan *p,
                       const char *name, const void *bytes, size_t len);
void pub_plan_free(struct pub_plan *p);

const struct pub_plan_file *pub_plan_named(const struct pub_plan *p,
                                           const char *name);

/* NULL, or what is wrong with a name for an asset. */
const char *pub_plan_bad_name(const char *name);

#endif
