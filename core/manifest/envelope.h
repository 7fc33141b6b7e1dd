/* SPDX-License-Identifier: Apache-2.0 */
/* What stands around a manifest's signed bytes: lines of signatures. */
#ifndef ROTA_MANIFEST_ENVELOPE_H
#define ROTA_MANIFEST_ENVELOPE_H

#include "manifest/manifest.h"
#include "manifest/sign.h"

/* What is known of a manifest's signatures. Zero: nothing yet. */
struct rota_signatures {
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
int rota_manifest_envelope_check(struct rota_manifest *m,
                                 const struct rota_config *c,
                                 const struct rota_accepted *past,
                                 struct rota_signatures *k, const void *buf,
                                 size_t len) ROTA_CHECKED;

/* Open the len bytes at buf; work is ROTA_MANIFEST_WORK bytes, aligned for
 * int. past tells which keys are revoked; NULL: none.
 * ROTA_ESIGNATURE: no line, or fewer than trust.threshold, of a key that
 * is configured and not revoked; ROTA_EMANIFEST: the form is wrong anywhere,
 * or it needs what this build does not know; or an error of sign.h. */
static inline int rota_manifest_envelope_open(struct rota_manifest *m,
                                              const struct rota_config *c,
                                              const struct rota_accepted *past,
                                              const void *buf, size_t len,
                                              void *work)
{
    struct rota_signatures k = {0};
    int err;

    do
        err = rota_manifest_envelope_check(m, c, past, &k, buf, len);
    while (err == ROTA_EAGAIN);
    rota_sign_drop(&k.sign);
    return err ? err : rota_manifest_parse(m, work);
}

#endif
