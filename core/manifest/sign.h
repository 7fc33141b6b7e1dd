/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures: ECDSA on P-256 over SHA-256 (FIPS 186-5), through PSA so that
 * hardware can check them. */
#ifndef ROTA_MANIFEST_SIGN_H
#define ROTA_MANIFEST_SIGN_H

#include "rota.h"

#define ROTA_SIGN_DER_MAX 72 /* bytes of a signature in DER */

/* The check of one signature, in steps. Zero: none has begun. */
struct rota_sign {
    union {
        uint64_t align;
        void *align_pointer;
        unsigned char bytes[sizeof(void *) == 8 ? 168 : 112];
    } context; /* PSA's, known to sign.c alone */
    bool running;
};

/* The id of a key that rota_sign_key_check has found good: the first bytes of
 * the SHA-256 of its DER. Or an error of hash.h. */
int rota_sign_key_id(const struct rota_key *key,
                     uint8_t id[ROTA_KEY_ID_LEN]) ROTA_CHECKED;

/* ROTA_EINVAL when key is none, its point not being on the curve included: what
 * a configuration is held against. Else as rota_sign_check. */
int rota_sign_key_check(const struct rota_key *key) ROTA_CHECKED;

/* Did the owner of key sign the len bytes at text? der is an ECDSA-Sig-Value
 * (RFC 3279, 2.2.3) and nothing behind it. ROTA_OK; ROTA_ESIGNATURE when not
 * or when der is none; ROTA_EINVAL for a bad key; ROTA_ENOMEM or ROTA_EIO when
 * PSA could not tell. Or, with ROTA_ECC_MAX_OPS, ROTA_EAGAIN: s has memory of
 * mbedTLS's, to be asked the same again or dropped. */
int rota_sign_check(struct rota_sign *s, const struct rota_key *key,
                    const void *text, size_t len, const uint8_t *der,
                    size_t der_len) ROTA_CHECKED;

/* Give that memory back; nothing happens if there is none. */
void rota_sign_drop(struct rota_sign *s);

#endif
