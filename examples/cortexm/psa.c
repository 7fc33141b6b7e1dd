/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of PSA that core calls, for what it calls them: SHA-256, and
 * signatures of ECDSA with P-256, one at a time. The rest of a firmware with
 * TLS 1.2 calls mbedTLS without PSA, so its key store, its drivers and its
 * tables of errors are 2 KiB for these few calls. One with TLS 1.3, or with
 * keys of its own, links mbedTLS's psa_crypto*.c instead of this file. */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS
#include <psa/crypto.h>

#include <string.h>

#include <mbedtls/ecdsa.h>
#include <mbedtls/sha256.h>

#define COORDINATE 32 /* bytes */
#define KEY_ID 1

static mbedtls_ecdsa_context key; /* none, when nobody uses it: */
static unsigned users;            /* who imported it, and a check begun */

static psa_status_t status_of(int err)
{
    switch (err) {
    case 0: return PSA_SUCCESS;
    case MBEDTLS_ERR_ECP_IN_PROGRESS: return PSA_OPERATION_INCOMPLETE;
    case MBEDTLS_ERR_ECP_VERIFY_FAILED: return PSA_ERROR_INVALID_SIGNATURE;
    case MBEDTLS_ERR_MPI_ALLOC_FAILED:
    case MBEDTLS_ERR_ECP_ALLOC_FAILED: return PSA_ERROR_INSUFFICIENT_MEMORY;
    default: return PSA_ERROR_INVALID_ARGUMENT;
    }
}

psa_status_t psa_crypto_init(void)
{
    return PSA_SUCCESS;
}

/* --- SHA-256 -------------------------------------------------------------- */

static mbedtls_sha256_context *sha256(psa_hash_operation_t *o)
{
    return &o->ctx.mbedtls_ctx.ctx.sha256;
}

psa_status_t psa_hash_setup(psa_hash_operation_t *o, psa_algorithm_t algorithm)
{
    if (o->id)
        return PSA_ERROR_BAD_STATE;
    if (algorithm != PSA_ALG_SHA_256)
        return PSA_ERROR_NOT_SUPPORTED;
    o->id = 1;
    mbedtls_sha256_init(sha256(o));
    return status_of(mbedtls_sha256_starts(sha256(o), 0));
}

psa_status_t psa_hash_update(psa_hash_operation_t *o, const uint8_t *bytes,
                             size_t len)
{
    if (!o->id)
        return PSA_ERROR_BAD_STATE;
    return status_of(mbedtls_sha256_update(sha256(o), bytes, len));
}

psa_status_t psa_hash_finish(psa_hash_operation_t *o, uint8_t *hash,
                             size_t size, size_t *len)
{
    psa_status_t status = PSA_ERROR_BAD_STATE;

    *len = PSA_HASH_LENGTH(PSA_ALG_SHA_256);
    if (o->id && size >= *len)
        status = status_of(mbedtls_sha256_finish(sha256(o), hash));
    (void)psa_hash_abort(o);
    return status;
}

psa_status_t psa_hash_abort(psa_hash_operation_t *o)
{
    if (o->id)
        mbedtls_sha256_free(sha256(o));
    o->id = 0;
    return PSA_SUCCESS;
}

/* --- The key -------------------------------------------------------------- */

static void release(void)
{
    if (--users == 0)
        mbedtls_ecdsa_free(&key);
}

/* On the curve or not: that is asked here, since it is never asked again. */
psa_status_t psa_import_key(const psa_key_attributes_t *attributes,
                            const uint8_t *point, size_t len, psa_key_id_t *id)
{
    (void)attributes;
    if (users)
        return PSA_ERROR_INSUFFICIENT_MEMORY;
    users = 1;
    mbedtls_ecdsa_init(&key);
    int err = mbedtls_ecp_group_load(&key.grp, MBEDTLS_ECP_DP_SECP256R1);
    if (!err)
        err = mbedtls_ecp_point_read_binary(&key.grp, &key.Q, point, len);
    if (!err)
        err = mbedtls_ecp_check_pubkey(&key.grp, &key.Q);
    if (err)
        release();
    else
        *id = KEY_ID;
    return status_of(err);
}

psa_status_t psa_destroy_key(psa_key_id_t id)
{
    if (id == KEY_ID && users)
        release();
    return PSA_SUCCESS;
}

/* --- Signatures ----------------------------------------------------------- */

static int read_signature(const uint8_t *signature, mbedtls_mpi *r,
                          mbedtls_mpi *s)
{
    int err = mbedtls_mpi_read_binary(r, signature, COORDINATE);

    if (err)
        return err;
    return mbedtls_mpi_read_binary(s, signature + COORDINATE, COORDINATE);
}

psa_status_t psa_verify_hash(psa_key_id_t id, psa_algorithm_t algorithm,
                             const uint8_t *hash, size_t hash_len,
                             const uint8_t *signature, size_t len)
{
    mbedtls_mpi r, s;

    (void)algorithm;
    if (id != KEY_ID || len != 2 * COORDINATE)
        return PSA_ERROR_INVALID_ARGUMENT;
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    int err = read_signature(signature, &r, &s);
    if (!err)
        err = mbedtls_ecdsa_verify(&key.grp, hash, hash_len, &key.Q, &r, &s);
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&s);
    return status_of(err);
}

/* --- Signatures, a step at a time ----------------------------------------- */

#ifdef MBEDTLS_ECP_RESTARTABLE

void psa_interruptible_set_max_ops(uint32_t max_ops)
{
    mbedtls_ecp_set_max_ops(max_ops);
}

/* The key is not copied: it stays until the check is over. */
psa_status_t
psa_verify_hash_start(psa_verify_hash_interruptible_operation_t *operation,
                      psa_key_id_t id, psa_algorithm_t algorithm,
                      const uint8_t *hash, size_t hash_len,
                      const uint8_t *signature, size_t len)
{
    mbedtls_psa_verify_hash_interruptible_operation_t *o =
        &operation->ctx.mbedtls_ctx;

    (void)algorithm;
    if (operation->id)
        return PSA_ERROR_BAD_STATE;
    if (id != KEY_ID || len != 2 * COORDINATE || hash_len > sizeof(o->hash))
        return PSA_ERROR_INVALID_ARGUMENT;
    operation->id = 1;
    users++;
    memcpy(o->hash, hash, hash_len);
    o->hash_length = hash_len;
    mbedtls_ecdsa_restart_init(&o->restart_ctx);
    mbedtls_mpi_init(&o->r);
    mbedtls_mpi_init(&o->s);
    int err = read_signature(signature, &o->r, &o->s);
    if (err)
        (void)psa_verify_hash_abort(operation);
    return status_of(err);
}

psa_status_t
psa_verify_hash_complete(psa_verify_hash_interruptible_operation_t *operation)
{
    mbedtls_psa_verify_hash_interruptible_operation_t *o =
        &operation->ctx.mbedtls_ctx;

    if (!operation->id)
        return PSA_ERROR_BAD_STATE;
    psa_status_t status = status_of(mbedtls_ecdsa_verify_restartable(
        &key.grp, o->hash, o->hash_length, &key.Q, &o->r, &o->s,
        &o->restart_ctx));
    if (status != PSA_OPERATION_INCOMPLETE)
        (void)psa_verify_hash_abort(operation);
    return status;
}

psa_status_t
psa_verify_hash_abort(psa_verify_hash_interruptible_operation_t *operation)
{
    mbedtls_psa_verify_hash_interruptible_operation_t *o =
        &operation->ctx.mbedtls_ctx;

    if (!operation->id)
        return PSA_SUCCESS;
    operation->id = 0;
    mbedtls_ecdsa_restart_free(&o->restart_ctx);
    mbedtls_mpi_free(&o->r);
    mbedtls_mpi_free(&o->s);
    release();
    return PSA_SUCCESS;
}

#endif
