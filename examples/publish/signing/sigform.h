/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures in the forms that tools write. */
#ifndef PUB_SIGNING_SIGFORM_H
#define PUB_SIGNING_SIGFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signing/keys.h"

#define PUB_SIGFORM_MAX (64 << 10) /* bytes: bundles have certificates */

/* Make of the len bytes at in the DER that devices take. They may be DER, 64
 * bytes r and s, the base64 of either, or a bundle of cosign's or Sigstore's
 * (JSON). False when they are none of these; whether the signature is right
 * is another question. */
bool pub_sigform_der(const void *in, size_t len, uint8_t der[PUB_KEYS_SIG_MAX],
                     size_t *der_len);

#endif
