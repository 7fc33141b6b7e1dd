/* SPDX-License-Identifier: Apache-2.0 */
/* A device that trusts three people with keys: what tests of opened manifests
 * begin with. */
#ifndef TRUSTING_H
#define TRUSTING_H

#include <stdlib.h>
#include <string.h>

#include "manifest/manifest.h"
#include "support/manifest_text.h"
#include "support/signer.h"
#include "support/test.h"

struct trusting {
    struct signer alice, bob, carol;
    struct rota_key keys[3];
    struct rota_flash slot, second, third;
    const struct rota_flash *more[2];
    struct rota_trust trust;
    struct rota_config config;
    struct rota_accepted past;
    struct rota_manifest m; /* that trusting_sign opened */
    int work[ROTA_MANIFEST_WORK / sizeof(int)];
    char file[ROTA_MANIFEST_MAX];
    char list[1024]; /* that trusting_images wrote */
    struct rota_arena arena;
    unsigned char memory[65536];
};

/* Once in a program: memory for PSA, and the keys. */
void trusting_init(struct trusting *d);

/* A new device: one slot of 128 KiB and nothing accepted. */
void trusting_reset(struct trusting *d);

/* Sign this text by one or two, and open the manifest. */
void trusting_sign(struct trusting *d, const char *text, const struct signer *a,
                   const struct signer *b);

/* The text of a manifest of images with these ids, the first one as large as
 * a slot; negative = none. Until the next call. */
const char *trusting_images(struct trusting *d, int a, int b, int c);

#endif
