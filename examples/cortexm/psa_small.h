/* SPDX-License-Identifier: Apache-2.0 */
/* What core asks of PSA, when TLS 1.2 asks nothing: digests of images and
 * signatures of manifests. */
#ifndef PSA_SMALL_H
#define PSA_SMALL_H

#define PSA_WANT_ALG_SHA_256 1
#define PSA_WANT_ALG_ECDSA 1
#define PSA_WANT_ECC_SECP_R1_256 1
#define PSA_WANT_KEY_TYPE_ECC_PUBLIC_KEY 1

#endif
