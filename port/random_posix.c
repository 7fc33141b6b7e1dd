/* SPDX-License-Identifier: Apache-2.0 */
/* mbedTLS's random source on Linux and the BSDs: the kernel's. */
#define _DEFAULT_SOURCE
#include <errno.h>
#include <sys/random.h>

#include <psa/crypto.h>

psa_status_t
mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t *context,
                                uint8_t *output, size_t output_size,
                                size_t *output_length)
{
    (void)context;
    for (size_t done = 0; done < output_size;) {
        ssize_t n = getrandom(output + done, output_size - done, 0);
        if (n > 0)
            done += (size_t)n;
        else if (errno != EINTR)
            return PSA_ERROR_INSUFFICIENT_ENTROPY;
    }
    *output_length = output_size;
    return PSA_SUCCESS;
}
