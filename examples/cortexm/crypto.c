/* SPDX-License-Identifier: Apache-2.0 */
/* Functions of private keys, which a client without one never calls, but which
 * mbedTLS's tables name: 3 KiB that need not be linked. Where there is a
 * setting for that (MBEDTLS_ECDSA_SIGN_ALT), it forbids ECC in steps;
 * firmware.mk gives the functions these names in pk_wrap.c. */
#include <mbedtls/ecdsa.h>
#include <mbedtls/rsa.h>

int client_ecdsa_sign(mbedtls_ecdsa_context *ctx, mbedtls_md_type_t md_alg,
                      const unsigned char *hash, size_t hlen,
                      unsigned char *sig, size_t sig_size, size_t *slen,
                      mbedtls_f_rng_t *f_rng, void *p_rng);
int client_ecdsa_sign_in_steps(mbedtls_ecdsa_context *ctx,
                               mbedtls_md_type_t md_alg,
                               const unsigned char *hash, size_t hlen,
                               unsigned char *sig, size_t sig_size,
                               size_t *slen, mbedtls_f_rng_t *f_rng,
                               void *p_rng, mbedtls_ecdsa_restart_ctx *rs_ctx);

int client_ecdsa_sign(mbedtls_ecdsa_context *ctx, mbedtls_md_type_t md_alg,
                      const unsigned char *hash, size_t hlen,
                      unsigned char *sig, size_t sig_size, size_t *slen,
                      mbedtls_f_rng_t *f_rng, void *p_rng)
{
    (void)ctx, (void)md_alg, (void)hash, (void)hlen, (void)sig, (void)sig_size,
        (void)slen, (void)f_rng, (void)p_rng;
    return MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE;
}

int client_ecdsa_sign_in_steps(mbedtls_ecdsa_context *ctx,
                               mbedtls_md_type_t md_alg,
                               const unsigned char *hash, size_t hlen,
                               unsigned char *sig, size_t sig_size,
                               size_t *slen, mbedtls_f_rng_t *f_rng,
                               void *p_rng, mbedtls_ecdsa_restart_ctx *rs_ctx)
{
    (void)rs_ctx;
    return client_ecdsa_sign(ctx, md_alg, hash, hlen, sig, sig_size, slen,
                             f_rng, p_rng);
}

int client_rsa_sign(mbedtls_rsa_context *ctx, mbedtls_f_rng_t *f_rng,
                    void *p_rng, mbedtls_md_type_t md_alg, unsigned hashlen,
                    const unsigned char *hash, unsigned char *sig);
int client_rsa_decrypt(mbedtls_rsa_context *ctx, mbedtls_f_rng_t *f_rng,
                       void *p_rng, size_t *olen, const unsigned char *input,
                       unsigned char *output, size_t output_max_len);
int client_rsa_encrypt(mbedtls_rsa_context *ctx, mbedtls_f_rng_t *f_rng,
                       void *p_rng, size_t ilen, const unsigned char *input,
                       unsigned char *output);
int client_rsa_check(const mbedtls_rsa_context *pub,
                     const mbedtls_rsa_context *prv);

int client_rsa_sign(mbedtls_rsa_context *ctx, mbedtls_f_rng_t *f_rng,
                    void *p_rng, mbedtls_md_type_t md_alg, unsigned hashlen,
                    const unsigned char *hash, unsigned char *sig)
{
    (void)ctx, (void)f_rng, (void)p_rng, (void)md_alg, (void)hashlen,
        (void)hash, (void)sig;
    return MBEDTLS_ERR_RSA_PRIVATE_FAILED;
}

int client_rsa_decrypt(mbedtls_rsa_context *ctx, mbedtls_f_rng_t *f_rng,
                       void *p_rng, size_t *olen, const unsigned char *input,
                       unsigned char *output, size_t output_max_len)
{
    (void)ctx, (void)f_rng, (void)p_rng, (void)olen, (void)input, (void)output,
        (void)output_max_len;
    return MBEDTLS_ERR_RSA_PRIVATE_FAILED;
}

int client_rsa_encrypt(mbedtls_rsa_context *ctx, mbedtls_f_rng_t *f_rng,
                       void *p_rng, size_t ilen, const unsigned char *input,
                       unsigned char *output)
{
    (void)ctx, (void)f_rng, (void)p_rng, (void)ilen, (void)input, (void)output;
    return MBEDTLS_ERR_RSA_PUBLIC_FAILED;
}

int client_rsa_check(const mbedtls_rsa_context *pub,
                     const mbedtls_rsa_context *prv)
{
    (void)pub, (void)prv;
    return MBEDTLS_ERR_RSA_KEY_CHECK_FAILED;
}
