/* SPDX-License-Identifier: Apache-2.0 */
/* Who signs manifests in tests: a key made when the test runs and known to
 * nobody else. PSA must have memory (rota_arena_use). What cannot be done ends
 * the program. */
#ifndef SIGNER_H
#define SIGNER_H

#include <psa/crypto.h>

#include "manifest/sign.h"

#define SIGNER_DER 91 /* bytes of a key */

/* Must not be moved: key points into it. */
struct signer {
    psa_key_id_t id;
    uint8_t der[SIGNER_DER];
    struct rota_key key;               /* as a configuration has it */
    char hex[2 * ROTA_KEY_ID_LEN + 1]; /* its id, as a manifest has it */
};

void signer_init(struct signer *s);
void signer_end(struct signer *s);

/* The signature of text, as DER: how many bytes. */
size_t signer_sign(const struct signer *s, const void *text, size_t len,
                   uint8_t der[ROTA_SIGN_DER_MAX]);

/* Strict base64 of len bytes; out has room for 4 * (len / 3 + 1) + 1. */
void signer_base64(const uint8_t *bytes, size_t len, char *out);

/* A whole manifest: a line for each of count signers, then the text. How many
 * bytes it has; out is NUL-terminated. */
size_t signer_envelope(const struct signer *const *signers, int count,
                       const char *text, char *out, size_t size);

#endif
