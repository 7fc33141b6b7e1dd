/* SPDX-License-Identifier: Apache-2.0 */
/* What a release's signer says of it: bytes in SPEC.md, "Manifest".
 *
 * A manifest is opened in the buffer it came in: signatures first, over the
 * bytes as they are; only then are those bytes parsed. Nothing of a manifest
 * that was not opened may be used. What is opened is judged against what this
 * device is and has accepted before. Both stop at the first fault and say
 * which.
 */
#ifndef ROTA_MANIFEST_MANIFEST_H
#define ROTA_MANIFEST_MANIFEST_H

#include "flash/hash.h"
#include "flash/record.h"
#include "manifest/sign.h"
#include "manifest/why.h"

#define ROTA_SIGNATURES_MAX 4 /* lines of signatures */
#define ROTA_SALT_MAX 32      /* bytes of rollout.salt */

/* A string of the signed bytes. */
struct rota_manifest_text {
    uint16_t at, len; /* 0: absent */
};

/* An opened manifest. It points into the buffer and the work memory, which
 * must stay as they are while it is in use. */
struct rota_manifest {
    const char *text; /* the signed bytes */
    size_t len;
    const void *tokens;      /* jsmn's, of text, in the work memory */
    uint8_t why;             /* enum rota_why, after an error; else 0 */
    uint8_t images;          /* 1..ROTA_IMAGES_MAX */
    uint8_t percent;         /* of the devices may have it, 0..100 */
    uint8_t format;          /* 1 */
    uint8_t hws;             /* 2: the next two are told */
    uint32_t hw_min, hw_max; /* revisions of the hardware that it is for */
    uint32_t seq;
    uint32_t signers; /* bit i: trust.keys[i] has signed */
    uint64_t issued;  /* Unix time, 0 = not told */
    uint64_t expires; /* Unix time, 0 = never */
    struct rota_manifest_text project, board, version;
    struct rota_manifest_text min_version; /* versions have at most
                                            * ROTA_TAG_MAX bytes */
    struct rota_manifest_text salt;        /* at most ROTA_SALT_MAX */
    uint8_t signer[ROTA_KEY_ID_LEN];       /* the id of one of signers */
    uint8_t revoked;                       /* keys that it revokes: revoke */
    uint32_t security;
    uint8_t revoke[ROTA_REVOKED_MAX][ROTA_KEY_ID_LEN];
};

/* Take the signed bytes apart, which any test may hand it, in an m that is zero
 * but for text and len; work is ROTA_MANIFEST_WORK bytes, aligned for int:
 * ROTA_EMANIFEST or ROTA_OK. */
int rota_manifest_parse(struct rota_manifest *m, void *work) ROTA_CHECKED;

/* Image at, 0..images - 1, whose asset has not been looked for. Opening has
 * seen to its validity. */
void rota_manifest_image(const struct rota_manifest *m, int at,
                         struct rota_image *image);

/* Copy a string, "" when absent; cut at size - 1. */
void rota_manifest_text(const struct rota_manifest *m,
                        struct rota_manifest_text t, char *out, size_t size);

/* Is one of those strings exactly text? */
bool rota_manifest_is(const struct rota_manifest *m,
                      struct rota_manifest_text t, const char *text);

/* One number for all images together: rota_hash_sums of theirs. */
int rota_manifest_digest(const struct rota_manifest *m,
                         uint8_t out[ROTA_SHA256_LEN]) ROTA_CHECKED;

#endif
