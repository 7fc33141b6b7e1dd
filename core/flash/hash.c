/* SPDX-License-Identifier: Apache-2.0 */
#include "flash/hash.h"

#include <string.h>

#include <psa/crypto.h>

_Static_assert(sizeof(psa_hash_operation_t)
                   <= sizeof(((struct rota_hash *)0)->context),
               "struct rota_hash is too small for PSA's operation");
_Static_assert(sizeof(struct rota_hash) + 8 <= ROTA_SINK_WORK
                   && _Alignof(struct rota_hash) <= 8,
               "ROTA_SINK_WORK is too small for a hash");
_Static_assert(_Alignof(struct rota_hash) >= _Alignof(psa_hash_operation_t),
               "struct rota_hash is not aligned for PSA's operation");

static psa_hash_operation_t *hash_operation(struct rota_hash *h)
{
    return (psa_hash_operation_t *)(void *)h->context.bytes;
}

int rota_hash_error(int32_t status)
{
    switch (status) {
    case PSA_SUCCESS: return ROTA_OK;
    case PSA_OPERATION_INCOMPLETE: return ROTA_EAGAIN;
    case PSA_ERROR_INVALID_SIGNATURE: return ROTA_ESIGNATURE;
    case PSA_ERROR_INVALID_ARGUMENT: return ROTA_EINVAL;
    case PSA_ERROR_INSUFFICIENT_MEMORY: return ROTA_ENOMEM;
    default: return ROTA_EIO;
    }
}

/* psa_crypto_init does nothing when it was called before, by TLS or by an
 * earlier hash. */
int rota_hash_begin(struct rota_hash *h)
{
    int err = rota_hash_error(psa_crypto_init());

    *hash_operation(h) = psa_hash_operation_init();
    if (err)
        return err;
    return rota_hash_error(psa_hash_setup(hash_operation(h), PSA_ALG_SHA_256));
}

int rota_hash_add(struct rota_hash *h, const void *buf, size_t len)
{
    return rota_hash_error(psa_hash_update(hash_operation(h), buf, len));
}

int rota_hash_end(struct rota_hash *h, uint8_t out[ROTA_SHA256_LEN])
{
    size_t len;

    return rota_hash_error(
        psa_hash_finish(hash_operation(h), out, ROTA_SHA256_LEN, &len));
}

void rota_hash_drop(struct rota_hash *h)
{
    (void)psa_hash_abort(hash_operation(h));
}

int rota_hash_two(const void *a, size_t a_len, const void *b, size_t b_len,
                  uint8_t out[ROTA_SHA256_LEN])
{
    struct rota_hash h;
    int err = rota_hash_begin(&h);

    if (!err)
        err = rota_hash_add(&h, a, a_len);
    if (!err)
        err = rota_hash_add(&h, b, b_len);
    if (!err)
        err = rota_hash_end(&h, out);
    if (err)
        rota_hash_drop(&h);
    return err;
}

int rota_hash_one(const void *a, size_t len, uint8_t out[ROTA_SHA256_LEN])
{
    return rota_hash_two(a, len, a, 0, out);
}

int rota_hash_sums(uint8_t (*sums)[ROTA_SHA256_LEN], unsigned count,
                   uint8_t out[ROTA_SHA256_LEN])
{
    memcpy(out, sums[0], ROTA_SHA256_LEN);
    if (count == 1)
        return ROTA_OK;
    return rota_hash_one(sums, count * sizeof *sums, out);
}

int rota_flash_sha256(const struct rota_flash *f, uint32_t len, void *buf,
                      size_t buf_size, uint8_t sha256[32])
{
    struct rota_hash h;
    uint32_t off = 0;
    int err = len <= f->size ? rota_hash_begin(&h) : ROTA_EINVAL;

    if (err)
        return err;
    while (!err && off < len) {
        uint32_t n = len - off < buf_size ? len - off : (uint32_t)buf_size;
        err = f->read(f->ctx, off, buf, n);
        if (!err)
            err = rota_hash_add(&h, buf, n);
        off += n;
    }
    if (!err)
        return rota_hash_end(&h, sha256);
    rota_hash_drop(&h);
    return err;
}
