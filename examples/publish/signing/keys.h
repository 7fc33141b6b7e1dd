/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of ECDSA on P-256, the only kind that devices know. */
#ifndef PUB_SIGNING_KEYS_H
#define PUB_SIGNING_KEYS_H

#include <stdint.h>

#include "signing/pass.h"

#define PUB_KEYS_DER_LEN 91 /* SubjectPublicKeyInfo, point uncompressed */
#define PUB_KEYS_SIG_MAX 72 /* bytes of a signature in DER */
#define PUB_KEYS_PEM_MAX 2048

struct pub_keys_key {
    void *pkey;       /* libcrypto's */
    const char *path; /* borrowed */
    uint8_t der[PUB_KEYS_DER_LEN];
    char id[17]; /* hexadecimal: the first 8 bytes of der's SHA-256 */
};

/* The key in a file, to be freed: a private one in any PEM, asking pass for
 * its passphrase; or else a public one, PEM or DER, the public half of a
 * private key too. 0 or, having said why, an exit code. */
int pub_keys_private(const struct pub_say *s, const char *path,
                     const struct pub_pass *pass, struct pub_keys_key *k);
int pub_keys_public(const struct pub_say *s, const char *path,
                    const struct pub_pass *pass, struct pub_keys_key *k);

/* A new one. */
int pub_keys_make(const struct pub_say *s, struct pub_keys_key *k);

void pub_keys_free(struct pub_keys_key *k);

/* The key as PEM; the private one in PKCS #8, encrypted with AES-256 unless
 * passphrase is NULL. The caller wipes out. False when memory is lacking. */
bool pub_keys_private_pem(const struct pub_keys_key *k, const char *passphrase,
                          char out[PUB_KEYS_PEM_MAX], size_t *len);
bool pub_keys_public_pem(const struct pub_keys_key *k,
                         char out[PUB_KEYS_PEM_MAX], size_t *len);

/* Sign; der gets up to PUB_KEYS_SIG_MAX bytes. */
bool pub_keys_sign(const struct pub_keys_key *k, const void *text, size_t len,
                   uint8_t der[PUB_KEYS_SIG_MAX], size_t *der_len);

/* Did the owner of k sign text? */
bool pub_keys_check(const struct pub_keys_key *k, const void *text, size_t len,
                    const uint8_t *der, size_t der_len);

#endif
