/* SPDX-License-Identifier: Apache-2.0 */
/* What a manifest says, in plain words. Whether it may be believed is for
 * the caller to say. */
#ifndef PUB_WORDS_EXPLAIN_H
#define PUB_WORDS_EXPLAIN_H

#include "manifest/manifest.h"
#include "words/say.h"

/* For people, a line per field of a parsed manifest. */
void pub_explain(const struct pub_say *s, const struct rota_manifest *m);

/* The same as members of a JSON object that has begun. */
void pub_explain_members(const struct pub_say *s,
                         const struct rota_manifest *m);

/* And an object for each image and each revoked key. */
void pub_explain_objects(const struct pub_say *s,
                         const struct rota_manifest *m);

/* 2 * len digits and a NUL to out, which it returns. */
const char *pub_explain_hex(char *out, const uint8_t *in, size_t len);

#endif
