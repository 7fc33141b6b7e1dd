/* SPDX-License-Identifier: Apache-2.0 */
/* What mbedTLS would link and a client never calls. */
#include <mbedtls/ecdsa.h>

int mbedtls_ecdsa_sign(mbedtls_ecp_group *grp, mbedtls_mpi *r, mbedtls_mpi *s,
                       const mbedtls_mpi *d, const unsigned char *buf,
                       size_t blen, mbedtls_f_rng_t *f_rng, void *p_rng)
{
    (void)grp, (void)r, (void)s, (void)d, (void)buf, (void)blen, (void)f_rng,
        (void)p_rng;
    return MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE;
}
