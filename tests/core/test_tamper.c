/* SPDX-License-Identifier: Apache-2.0 */
/* A signed manifest with anything changed is refused: each bit, bytes, each
 * length, and what chance makes of it. */
#include <stdlib.h>
#include <string.h>

#include "manifest/manifest.h"
#include "support/manifest_text.h"
#include "support/signer.h"
#include "support/test.h"
#include "manifest/envelope.h"

static unsigned char memory[32768];
static struct rota_arena arena;
static struct signer alice;
static struct rota_trust trust;
static struct rota_config config;
static int work[ROTA_MANIFEST_WORK / sizeof(int)];

static char file[ROTA_MANIFEST_MAX];
static size_t size, text_at;
static unsigned long refused;

/* In a block of its own size, so that a sanitizer sees where it ends. */
static void refuse(const char *bytes, size_t len)
{
    struct rota_manifest m;
    char *copy = malloc(len ? len : 1);

    memcpy(copy, bytes, len);
    int err = rota_manifest_envelope_open(&m, &config, NULL, copy, len, work);
    CHECK(err == ROTA_EMANIFEST || err == ROTA_ESIGNATURE);
    CHECK(m.why && !m.tokens); /* nothing was parsed */
    refused++;
    free(copy);
}

static void opens(void)
{
    struct rota_manifest m;

    CHECK(rota_manifest_envelope_open(&m, &config, NULL, file, size, work)
          == ROTA_OK);
}

static void sign(void)
{
    const struct signer *const signers[] = {&alice};

    trust = (struct rota_trust){.keys = &alice.key, .count = 1};
    config = (struct rota_config){.trust = &trust};
    size = signer_envelope(
        signers, 1,
        MANIFEST("hw", "[1,3]", "expires", "1800000000", "rollout",
                 "{\"percent\":50,\"salt\":\"42\"}", "notes", "\"better\""),
        file, sizeof file);
    text_at = (size_t)(strstr(file, "\n\n") + 2 - file);
    opens();
}

static void each_bit_counts(void)
{
    for (size_t bit = 0; bit < 8 * size; bit++) {
        file[bit / 8] ^= (char)(1 << bit % 8);
        refuse(file, size);
        file[bit / 8] ^= (char)(1 << bit % 8);
    }
    opens();
}

/* Before the text all values of each byte; in it, where each costs a check of
 * the signature, some. */
static void each_byte_counts(void)
{
    for (size_t at = 0; at < size; at++) {
        char was = file[at];
        for (int i = 1; i < 256; i += at < text_at ? 1 : 85) {
            file[at] = (char)(was + i);
            refuse(file, size);
        }
        file[at] = was;
    }
    opens();
}

static void each_length_counts(void)
{
    for (size_t len = 0; len < size; len++)
        refuse(file, len);
    for (const char *c = "\n }0a"; *c; c++) {
        file[size] = *c;
        refuse(file, size + 1);
    }
    opens();
}

static void each_byte_left_out_or_doubled_counts(void)
{
    static char copy[sizeof file + 1];

    for (size_t at = 0; at < size; at++) {
        memcpy(copy, file, at);
        memcpy(copy + at, file + at + 1, size - at - 1);
        refuse(copy, size - 1);
        memcpy(copy, file, at + 1);
        memcpy(copy + at + 1, file + at, size - at);
        refuse(copy, size + 1);
    }
    opens();
}

static uint32_t seed = 1;

static uint32_t chance(uint32_t below)
{
    seed = seed * 1664525 + 1013904223;
    return (seed >> 8) % below;
}

/* Pieces of the manifest itself, copied over other places of it. */
static void what_chance_makes_of_it_is_refused(void)
{
    static char copy[sizeof file];

    for (int i = 0; i < 3000; i++) {
        memcpy(copy, file, size);
        for (uint32_t n = 1 + chance(3); n > 0; n--) {
            uint32_t len = 1 + chance(40), from = chance((uint32_t)size - len);
            memmove(copy + chance((uint32_t)size - len), file + from, len);
        }
        if (memcmp(copy, file, size) != 0)
            refuse(copy, size);
    }
    for (int i = 0; i < 20000; i++) { /* without any of it */
        uint32_t len = chance(200);
        for (uint32_t k = 0; k < len; k++)
            copy[k] = "rota1\nsig 0a={}[],:\"\\!\xff"[chance(23)];
        memcpy(copy, "rota1\nsig ", chance(11));
        refuse(copy, len);
    }
    opens();
}

int main(void)
{
    rota_arena_init(&arena, memory, sizeof memory);
    rota_arena_use(&arena);
    signer_init(&alice);
    sign();
    RUN(each_bit_counts);
    RUN(each_byte_counts);
    RUN(each_length_counts);
    RUN(each_byte_left_out_or_doubled_counts);
    RUN(what_chance_makes_of_it_is_refused);
    printf("manifest: %lu changed manifests refused\n", refused);
    return test_end();
}
