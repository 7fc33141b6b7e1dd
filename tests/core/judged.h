/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of opened manifests share: three people with keys, and a device
 * that trusts them. */
#ifndef JUDGED_H
#define JUDGED_H

#include <stdlib.h>
#include <string.h>

#include "manifest/manifest.h"
#include "support/manifest_text.h"
#include "support/signer.h"
#include "support/test.h"
#include "manifest/envelope.h"

static struct rota_arena arena;
static struct signer alice, bob, carol;
static struct rota_key keys[3];
static struct rota_flash slot, second, third;
static const struct rota_flash *more[] = {&second, &third};
static struct rota_trust trust;
static struct rota_config config;
static struct rota_accepted past;
static struct rota_manifest m;
static int work[ROTA_MANIFEST_WORK / sizeof(int)];
static char file[ROTA_MANIFEST_MAX];

static inline void device(void)
{
    keys[0] = alice.key;
    keys[1] = bob.key;
    keys[2] = carol.key;
    slot = second = third = (struct rota_flash){.size = 1u << 17};
    memset(&past, 0, sizeof past);
    trust = (struct rota_trust){.keys = keys, .count = 3, .more_slots = more};
    config = (struct rota_config){
        .trust = &trust, .slot = &slot, .repo = "acme/app", .board = "m3"};
}

static inline void sign(const char *text, const struct signer *a,
                        const struct signer *b)
{
    const struct signer *const both[] = {a, b};
    size_t size = signer_envelope(both, b ? 2 : 1, text, file, sizeof file);

    CHECK(rota_manifest_envelope_open(&m, &config, &past, file, size, work)
          == ROTA_OK);
}

static inline const char *images(int a, int b, int c)
{
    static char list[1024];
    const char *x = manifest_image(a, "a.bin", 1u << 17, 'a');
    const char *y = b >= 0 ? manifest_image(b, "b.bin", 1000, 'b') : "";
    const char *z = c >= 0 ? manifest_image(c, "c.bin", 1000, 'c') : "";

    snprintf(list, sizeof list, "[%s%s%s%s%s]", x, *y ? "," : "", y,
             *z ? "," : "", z);
    return MANIFEST("images", list);
}

static inline void judged_start(void)
{
    static unsigned char memory[65536];

    rota_arena_init(&arena, memory, sizeof memory);
    rota_arena_use(&arena);
    signer_init(&alice);
    signer_init(&bob);
    signer_init(&carol);
}

#endif
