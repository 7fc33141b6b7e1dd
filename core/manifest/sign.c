/* SPDX-License-Identifier: Apache-2.0 */
#include "manifest/sign.h"

#include <string.h>

#include <psa/crypto.h>

#include "flash/hash.h"

#define COORDINATE 32 /* bytes, of a point and of a signature's numbers */
#define POINT (1 + 2 * COORDINATE)

/* What stands before the point in every key (RFC 5480, 2): SEQUENCE {
 * SEQUENCE { id-ecPublicKey, secp256r1 }, BIT STRING }, and, as the first byte
 * of the point, that it is uncompressed. */
static const uint8_t prefix[] = {
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
    0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
    0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
};
#define POINT_AT (sizeof prefix - 1)

#define ALGORITHM PSA_ALG_ECDSA(PSA_ALG_SHA_256)

/* Without code for steps, as when hardware checks signatures, PSA's structure
 * is one number that means nothing. */
enum {
    IN_STEPS = ROTA_ECC_MAX_OPS != 0
            && sizeof(mbedtls_psa_verify_hash_interruptible_operation_t)
                   > sizeof(unsigned)
};

_Static_assert(sizeof(psa_verify_hash_interruptible_operation_t)
                   <= sizeof(((struct rota_sign *)0)->context),
               "struct rota_sign is too small for PSA's operation");
_Static_assert(_Alignof(struct rota_sign)
                   >= _Alignof(psa_verify_hash_interruptible_operation_t),
               "struct rota_sign is not aligned for PSA's operation");

/* --- Keys --- */

static bool sign_is_key(const struct rota_key *key)
{
    return key->der && key->len == POINT_AT + POINT
        && memcmp(key->der, prefix, sizeof prefix) == 0;
}

int rota_sign_key_id(const struct rota_key *key, uint8_t id[ROTA_KEY_ID_LEN])
{
    uint8_t sha256[ROTA_SHA256_LEN];
    int err = rota_hash_one(key->der, key->len, sha256);

    if (!err)
        memcpy(id, sha256, ROTA_KEY_ID_LEN);
    return err;
}

/* Hand the key to PSA, which sees whether its point is on the curve. *id is
 * none after an error. */
static int sign_import(const struct rota_key *key, psa_key_id_t *id)
{
    psa_key_attributes_t a = PSA_KEY_ATTRIBUTES_INIT;

    *id = PSA_KEY_ID_NULL;
    if (!sign_is_key(key))
        return ROTA_EINVAL;
    int err = rota_hash_error(psa_crypto_init());
    if (err)
        return err;
    psa_set_key_type(&a, PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1));
    psa_set_key_usage_flags(&a, PSA_KEY_USAGE_VERIFY_HASH);
    psa_set_key_algorithm(&a, ALGORITHM);
    return rota_hash_error(psa_import_key(&a, key->der + POINT_AT, POINT, id));
}

int rota_sign_key_check(const struct rota_key *key)
{
    psa_key_id_t id;
    int err = sign_import(key, &id);

    (void)psa_destroy_key(id);
    return err;
}

/* --- Signatures --- */

static psa_verify_hash_interruptible_operation_t *
sign_operation(struct rota_sign *s)
{
    return (psa_verify_hash_interruptible_operation_t *)(void *)
        s->context.bytes;
}

/* The INTEGER at *p, which goes on behind it, as a coordinate. DER allows one
 * encoding of each (X.690, 8.3 and 10.1): a byte for the length, and as few
 * bytes as make it positive. */
static bool sign_take_integer(const uint8_t **p, const uint8_t *end,
                              uint8_t *out)
{
    const uint8_t *v = *p + 2;

    if (end - *p < 3 || (*p)[0] != 0x02 || (*p)[1] > end - v || (*p)[1] == 0)
        return false;
    size_t len = (*p)[1];
    *p = v + len;
    if (v[0] & 0x80)
        return false;
    if (v[0] == 0 && len > 1) {
        if (!(v[1] & 0x80))
            return false;
        v++, len--;
    }
    if (len > COORDINATE)
        return false;
    memset(out, 0, COORDINATE - len);
    memcpy(out + COORDINATE - len, v, len);
    return true;
}

/* Ecdsa-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }, all of der, as PSA
 * wants it. mbedtls_ecdsa_der_to_raw would let other encodings pass. */
static bool sign_take_signature(const uint8_t *der, size_t len, uint8_t *raw)
{
    if (len < 2 || len > ROTA_SIGN_DER_MAX || der[0] != 0x30
        || der[1] != len - 2)
        return false;
    const uint8_t *p = der + 2, *end = der + len;
    return sign_take_integer(&p, end, raw)
        && sign_take_integer(&p, end, raw + COORDINATE) && p == end;
}

static psa_status_t sign_begin(struct rota_sign *s, psa_key_id_t id,
                               const uint8_t hash[ROTA_SHA256_LEN],
                               const uint8_t raw[2 * COORDINATE])
{
    if (!IN_STEPS)
        return psa_verify_hash(id, ALGORITHM, hash, ROTA_SHA256_LEN, raw,
                               2 * COORDINATE);
    *sign_operation(s) = psa_verify_hash_interruptible_operation_init();
    psa_interruptible_set_max_ops(ROTA_ECC_MAX_OPS);
    psa_status_t status =
        psa_verify_hash_start(sign_operation(s), id, ALGORITHM, hash,
                              ROTA_SHA256_LEN, raw, 2 * COORDINATE);
    s->running = status == PSA_SUCCESS;
    return s->running ? PSA_OPERATION_INCOMPLETE : status;
}

static int sign_go_on(struct rota_sign *s)
{
    psa_status_t status = psa_verify_hash_complete(sign_operation(s));

    s->running = status == PSA_OPERATION_INCOMPLETE;
    return rota_hash_error(status);
}

int rota_sign_check(struct rota_sign *s, const struct rota_key *key,
                    const void *text, size_t len, const uint8_t *der,
                    size_t der_len)
{
    uint8_t hash[ROTA_SHA256_LEN], raw[2 * COORDINATE];
    psa_key_id_t id;

    if (IN_STEPS && s->running)
        return sign_go_on(s);
    int err = sign_import(key, &id);
    if (!err && !sign_take_signature(der, der_len, raw))
        err = ROTA_ESIGNATURE;
    if (!err)
        err = rota_hash_one(text, len, hash);
    if (!err)
        err = rota_hash_error(sign_begin(s, id, hash, raw));
    (void)psa_destroy_key(id);
    return err;
}

void rota_sign_drop(struct rota_sign *s)
{
    if (!IN_STEPS || !s->running)
        return;
    (void)psa_verify_hash_abort(sign_operation(s));
    s->running = false;
}
