/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 with padding (RFC 4648, section 4). */
#ifndef PUB_SIGNING_BASE64_H
#define PUB_SIGNING_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PUB_BASE64_LEN(len) (((len) + 2) / 3 * 4)

/* PUB_BASE64_LEN(len) characters and a NUL to out. */
void pub_base64(char *out, const uint8_t *in, size_t len);

/* The bytes of in. False when it is not the base64 of anything, down to the
 * unused bits of the last character, or of more than size bytes. */
bool pub_base64_decode(const char *in, size_t in_len, uint8_t *out, size_t size,
                       size_t *len);

#endif
