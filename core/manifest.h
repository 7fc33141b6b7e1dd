/* SPDX-License-Identifier: Apache-2.0 */
/* What a release's signer says of it: bytes in SPEC.md, "Manifest".
 *
 * A manifest is opened in the buffer it came in: signatures first, over the
 * bytes as they are; only then are those bytes parsed. Nothing of a manifest
 * that was not opened may be used. What is opened is judged against what this
 * device is and has accepted before. Both stop at the first fault and say
 * which.
 */
#ifndef ROTA_MANIFEST_H
#define ROTA_MANIFEST_H

#include "hash.h"
#include "record.h"
#include "sign.h"
#include "why.h"

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
    uint32_t signers; /* bit i: config.keys[i] has signed */
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

struct rota_manifest_image {
    uint8_t id;    /* 0: config.slot; n: config.more_slots[n - 1] */
    uint32_t size; /* bytes, 1..2^31-1 */
    uint8_t sha256[ROTA_SHA256_LEN];
    char name[ROTA_NAME_MAX + 1]; /* of the asset */
};

/* What is known of a manifest's signatures. Zero: nothing yet. */
struct rota_checks {
    struct rota_sign sign; /* the one that is being checked */
    const char *next;      /* the line that it is in */
    uint8_t lines;         /* before that one, */
    uint32_t signers;      /* and who has signed there */
    uint8_t signer[ROTA_KEY_ID_LEN];
};

/* The two halves of opening. The first checks the form of all around the
 * signed bytes, and the signatures, and knows no JSON; with ROTA_ECC_MAX_OPS
 * it returns ROTA_EAGAIN while one is being checked: call it again with all as
 * it was, or rota_sign_drop(&k->sign). The second takes those bytes apart,
 * which any test may hand it, in an m that is zero but for text and len:
 * ROTA_EMANIFEST or ROTA_OK. */
int rota_manifest_verify(struct rota_manifest *m, const struct rota_config *c,
                         const struct rota_past *past, struct rota_checks *k,
                         const void *buf, size_t len) ROTA_CHECKED;
int rota_manifest_parse(struct rota_manifest *m, void *work) ROTA_CHECKED;

/* Open the len bytes at buf; work is ROTA_MANIFEST_WORK bytes, aligned for
 * int. past tells which keys are revoked; NULL: none.
 * ROTA_ESIGNATURE: no line, or fewer than config.key_threshold, of a key that
 * is configured and not revoked; ROTA_EMANIFEST: the form is wrong anywhere,
 * or it needs what this build does not know; or an error of sign.h. */
static inline int rota_manifest_open(struct rota_manifest *m,
                                     const struct rota_config *c,
                                     const struct rota_past *past,
                                     const void *buf, size_t len, void *work)
{
    struct rota_checks k = {0};
    int err;

    do
        err = rota_manifest_verify(m, c, past, &k, buf, len);
    while (err == ROTA_EAGAIN);
    rota_sign_drop(&k.sign);
    return err ? err : rota_manifest_parse(m, work);
}

/* May this device, which runs version running, use an opened manifest? now is
 * the best known time, 0 = none. ROTA_EFOREIGN: made for another project,
 * board or hardware, or its images are not one for each slot, since boot
 * switches all of them at once; ROTA_EROLLBACK: seq or security is below what
 * was accepted, or seq is more than 2^31 above it; ROTA_ESTALE: it has expired;
 * ROTA_ESTEP: running is below min_version; ROTA_ETOOBIG: an image is larger
 * than its slot. */
int rota_manifest_judge(struct rota_manifest *m, const struct rota_config *c,
                        const struct rota_past *past, const char *running,
                        uint64_t now) ROTA_CHECKED;

/* Is the device one of those that rollout.percent names? By a hash of salt and
 * config.device_id. A device without an id waits for 100. */
int rota_manifest_elected(const struct rota_manifest *m,
                          const struct rota_config *c,
                          bool *elected) ROTA_CHECKED;

/* Image at, 0..images - 1. Opening has seen to its validity. */
void rota_manifest_image(const struct rota_manifest *m, int at,
                         struct rota_manifest_image *image);

/* Copy a string, "" when absent; cut at size - 1. */
void rota_manifest_text(const struct rota_manifest *m,
                        struct rota_manifest_text t, char *out, size_t size);

/* Is one of those strings exactly text? */
bool rota_manifest_is(const struct rota_manifest *m,
                      struct rota_manifest_text t, const char *text);

/* One number for all images together: rota_hash_sums of theirs. */
int rota_manifest_digest(const struct rota_manifest *m,
                         uint8_t out[ROTA_SHA256_LEN]) ROTA_CHECKED;

/* Take over into past what holds from the moment of acceptance (seq, issued),
 * and as pending what holds once an image of it is confirmed (security, keys
 * revoked by a signature of another key): see rota_past_commit. */
void rota_manifest_accept(const struct rota_manifest *m,
                          struct rota_past *past);

#endif
