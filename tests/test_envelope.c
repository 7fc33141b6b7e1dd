/* SPDX-License-Identifier: Apache-2.0 */
/* Who has signed a manifest. */
#include "manifest.h"

#include <stdlib.h>
#include <string.h>

#include "manifest_text.h"
#include "signer.h"
#include "test.h"

static unsigned char memory[65536];
static struct rota_arena arena;
static struct signer alice, bob, carol, stranger;

static struct rota_key keys[3];
static struct rota_config config;
static struct rota_past past;
static struct rota_manifest m;
static int work[ROTA_MANIFEST_WORK / sizeof(int)];
static char file[ROTA_MANIFEST_MAX + 512];
static size_t size;

static void trust(int count, uint8_t threshold)
{
    keys[0] = alice.key;
    keys[1] = bob.key;
    keys[2] = carol.key;
    memset(&past, 0, sizeof past);
    config = (struct rota_config){.keys = keys,
                                  .key_count = (size_t)count,
                                  .key_threshold = threshold,
                                  .repo = "acme/app",
                                  .board = "m3"};
}

static void sign_text(const char *text, const struct signer *a,
                      const struct signer *b)
{
    const struct signer *const both[] = {a, b};
    size = signer_envelope(both, b ? 2 : 1, text, file, sizeof file);
}

static void sign(const struct signer *a, const struct signer *b)
{
    sign_text(MANIFEST("expires", "1800000000"), a, b);
}

/* In a block of its own size, so that a sanitizer sees where it ends. */
static int open_bytes(const char *bytes, size_t len)
{
    char *copy = malloc(len + 1);
    memcpy(copy, bytes, len);
    int err = rota_manifest_open(&m, &config, &past, copy, len, work);
    CHECK((err == ROTA_OK) == (m.why == NULL));
    free(copy);
    return err;
}

static int open_file(void)
{
    return open_bytes(file, size);
}

static void a_manifest_that_a_trusted_key_signed_is_opened(void)
{
    trust(2, 0);
    sign(&alice, NULL);
    CHECK(open_file() == ROTA_OK);
    CHECK(m.signers == 1 && m.seq == 42 && m.expires == 1800000000);
    sign(&bob, NULL);
    CHECK(open_file() == ROTA_OK && m.signers == 2);
    sign(&alice, &bob);
    CHECK(open_file() == ROTA_OK && m.signers == 3);
    sign(&stranger, &bob);
    CHECK(open_file() == ROTA_OK && m.signers == 2);
}

static void a_stranger_opens_nothing(void)
{
    trust(2, 0);
    sign(&stranger, NULL);
    CHECK(open_file() == ROTA_ESIGNATURE && m.signers == 0);
    sign(&carol, &stranger);
    CHECK(open_file() == ROTA_ESIGNATURE);
    trust(0, 0);
    sign(&alice, NULL);
    CHECK(open_file() == ROTA_ESIGNATURE);
}

/* His signature under a trusted name. */
static void a_name_alone_does_not_sign(void)
{
    struct signer mallory = stranger;

    trust(2, 0);
    memcpy(mallory.hex, alice.hex, sizeof mallory.hex);
    sign(&mallory, NULL);
    CHECK(open_file() == ROTA_ESIGNATURE);
    /* It spoils nothing either. */
    sign(&mallory, &bob);
    CHECK(open_file() == ROTA_OK && m.signers == 2);
    sign(&mallory, &alice);
    CHECK(open_file() == ROTA_OK && m.signers == 1);
}

static void as_many_keys_as_the_threshold_says_must_have_signed(void)
{
    trust(3, 2);
    sign(&alice, NULL);
    CHECK(open_file() == ROTA_ESIGNATURE && m.signers == 1);
    sign(&alice, &stranger);
    CHECK(open_file() == ROTA_ESIGNATURE);
    sign(&alice, &carol);
    CHECK(open_file() == ROTA_OK && m.signers == 5);
    trust(3, 3);
    CHECK(open_file() == ROTA_ESIGNATURE);
}

static void a_key_that_signs_twice_counts_once(void)
{
    trust(3, 2);
    sign(&alice, &alice);
    CHECK(open_file() == ROTA_ESIGNATURE && m.signers == 1);
    trust(3, 1);
    CHECK(open_file() == ROTA_OK && m.signers == 1);
}

static void a_revoked_key_does_not_count(void)
{
    uint8_t id[ROTA_KEY_ID_LEN];

    trust(3, 0);
    CHECK(rota_sign_key_id(&alice.key, id) == ROTA_OK);
    memcpy(past.revoked[3], id, sizeof id);
    sign(&alice, NULL);
    CHECK(open_file() == ROTA_ESIGNATURE && m.signers == 0);
    sign(&alice, &bob);
    CHECK(open_file() == ROTA_OK && m.signers == 2);
    config.key_threshold = 2;
    CHECK(open_file() == ROTA_ESIGNATURE);
    CHECK(rota_manifest_open(&m, &config, NULL, file, size, work) == ROTA_OK);
    /* What is only to be revoked, is not yet. */
    memset(&past, 0, sizeof past);
    memcpy(past.revoked_next[0], id, sizeof id);
    CHECK(open_file() == ROTA_OK);
}

int main(void)
{
    rota_arena_init(&arena, memory, sizeof memory);
    rota_arena_use(&arena);
    signer_init(&alice);
    signer_init(&bob);
    signer_init(&carol);
    signer_init(&stranger);
    RUN(a_manifest_that_a_trusted_key_signed_is_opened);
    RUN(a_stranger_opens_nothing);
    RUN(a_name_alone_does_not_sign);
    RUN(as_many_keys_as_the_threshold_says_must_have_signed);
    RUN(a_key_that_signs_twice_counts_once);
    RUN(a_revoked_key_does_not_count);
    return test_end();
}
