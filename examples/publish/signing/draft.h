/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a manifest: those that are signed. core/SPEC.md, "Manifest",
 * has what they mean. */
#ifndef PUB_SIGNING_DRAFT_H
#define PUB_SIGNING_DRAFT_H

#include "words/args.h"
#include "signing/envelope.h"
#include "flash/hash.h"
#include "rota_config.h"

struct pub_draft_image {
    uint8_t id;
    const char *name; /* of the asset */
    uint64_t size;
    uint8_t sha256[ROTA_SHA256_LEN];
};

/* Text is borrowed, and NULL when absent. */
struct pub_draft {
    const char *project, *board, *version, *min_version, *salt, *notes;
    struct pub_number hw[2], seq, security, percent;
    uint64_t issued, expires; /* 0: absent */
    struct pub_list revoke;
    struct pub_draft_image image[ROTA_IMAGES_MAX];
    size_t images;
};

/* What is wrong with d, or NULL. */
const char *pub_draft_check(const struct pub_draft *d);

/* Write it to out, without an end of line: the same d makes the same bytes.
 * False when it is longer than PUB_ENVELOPE_TEXT_MAX. */
bool pub_draft_write(const struct pub_draft *d,
                     char out[PUB_ENVELOPE_TEXT_MAX + 1], size_t *len);

#endif
