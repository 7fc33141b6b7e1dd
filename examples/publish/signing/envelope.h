/* SPDX-License-Identifier: Apache-2.0 */
/* The file that devices fetch: signatures, an empty line, the signed bytes.
 * core/SPEC.md, "Manifest", has its form. */
#ifndef PUB_SIGNING_ENVELOPE_H
#define PUB_SIGNING_ENVELOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PUB_ENVELOPE_MAX 2048 /* what devices take by default, in bytes */
#define PUB_ENVELOPE_SIGNATURES 4

/* "rota1", four lines "sig ID BASE64" with the longest of signatures, and an
 * empty line: what is left for the manifest when all keys shall fit. */
#define PUB_ENVELOPE_TEXT_MAX (PUB_ENVELOPE_MAX - 6 - 4 * 118 - 1)

struct pub_envelope {
    size_t signatures; /* 0: the manifest alone */
    struct {
        char id[17];
        uint8_t der[72];
        size_t der_len;
    } sig[PUB_ENVELOPE_SIGNATURES];
    const char *text; /* the signed bytes, in the buffer that was read */
    size_t len;
};

/* Take an envelope, or a bare manifest, apart. NULL, or what is wrong. */
const char *pub_envelope_read(struct pub_envelope *e, const char *buf,
                              size_t len);

/* Put it together; its length, or 0 when it is longer than out. */
size_t pub_envelope_write(const struct pub_envelope *e,
                          char out[PUB_ENVELOPE_MAX]);

#endif
