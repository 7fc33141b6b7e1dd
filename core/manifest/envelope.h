/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of signatures in front of a manifest's signed bytes. Bytes:
 * SPEC.md, "Envelope". */
#ifndef ROTA_MANIFEST_ENVELOPE_H
#define ROTA_MANIFEST_ENVELOPE_H

#include "manifest/manifest.h"
#include "manifest/sign.h"

/* How far the check of a manifest's signatures has come. Zero: none was begun.
 */
struct rota_signatures {
    struct rota_sign sign; /* the signature that is being checked */
    const char *next;      /* the line of that signature */
    uint8_t lines;         /* number of lines before that one */
    uint32_t signers;      /* bit i: trust.keys[i] has signed in one of these */
    uint8_t signer[ROTA_KEY_ID_LEN]; /* the id of one of them */
};

/* The first half of opening; the second is rota_manifest_parse. Check the form
 * of the lines in front of the signed bytes, and the signatures, without a look
 * at the JSON. Sets m->text and m->len. Errors as for
 * rota_manifest_envelope_open. With ROTA_ECC_MAX_OPS, ROTA_EAGAIN while a
 * signature is being checked: call again with the same arguments and bytes, or
 * call rota_sign_drop(&k->sign). */
int rota_manifest_envelope_check(struct rota_manifest *m,
                                 const struct rota_config *c,
                                 const struct rota_accepted *past,
                                 struct rota_signatures *k, const void *buf,
                                 size_t len) ROTA_CHECKED;

/* Open the len bytes at buf; work is ROTA_MANIFEST_WORK bytes, aligned for
 * int. past tells which keys are revoked; NULL: none.
 * ROTA_ESIGNATURE: fewer than trust.threshold keys that are configured and not
 * revoked have signed; ROTA_EMANIFEST: the form is wrong at any place, or a key
 * with "!" demands a reader that knows it; or an error of sign.h. m->why has
 * the reason. */
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
