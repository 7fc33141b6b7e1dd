/* SPDX-License-Identifier: Apache-2.0 */
/* What rota_config_check asks of a configuration with keys. */
#include <string.h>

#include "support/rig.h"
#include "support/signer.h"
#include "support/test.h"

static struct rig rig;
static struct signer alice, bob;
static struct rota_key keys[33];
static int work[ROTA_MANIFEST_WORK / sizeof(int) + 1];
static struct rota_flash more;
static const struct rota_flash *more_slots[ROTA_IMAGES_MAX];

static struct rota_config *configure(void)
{
    rig_init(&rig, NULL, 0);
    keys[0] = alice.key;
    keys[1] = bob.key;
    more = rig.slot;
    for (int i = 0; i < ROTA_IMAGES_MAX; i++)
        more_slots[i] = &more;
    rig.trust = (struct rota_trust){
        .ops = &rota_manifest_ops, .keys = keys, .count = 2};
    rig.config.trust = &rig.trust;
    rig.config.board = "m3";
    rig.config.asset = NULL;
    rig.config.buffer = work;
    rig.config.buffer_size = ROTA_MANIFEST_WORK;
    return &rig.config;
}

/* For a field of the trust in it. */
static struct rota_trust *trust(void)
{
    configure();
    return &rig.trust;
}

static bool starts(void)
{
    const char *field, *want;

    return rota_config_check(&rig.config, &field, &want) == ROTA_OK && !field
        && !want && rota_init(&rig.rota, &rig.config) == ROTA_OK;
}

/* Is it refused for this field, with a word about what it must be? */
static bool refused(const char *name)
{
    const char *field, *want;

    return rota_config_check(&rig.config, &field, &want) == ROTA_EINVAL && field
        && want && *want && strcmp(field, name) == 0;
}

static void keys_need_a_board_and_no_asset(void)
{
    configure();
    CHECK(starts());
    configure()->asset = "*.ota";
    CHECK(starts());
    trust()->project = "acme/other";
    CHECK(starts());
    trust()->project = "";
    CHECK(refused("project"));
    configure()->board = NULL;
    CHECK(refused("board"));
    configure()->board = "";
    CHECK(refused("board"));
    configure()->trust = NULL;
    CHECK(refused("asset"));
    trust()->keys = NULL;
    CHECK(refused("keys"));
}

static void each_key_must_be_one(void)
{
    uint8_t der[SIGNER_DER];

    memcpy(der, bob.der, sizeof der);
    der[90] ^= 1; /* off the curve */
    configure();
    keys[1].der = der;
    CHECK(refused("keys"));
    configure();
    keys[1].len--;
    CHECK(refused("keys"));
    configure();
    keys[0].der = NULL;
    CHECK(refused("keys"));
}

static void no_two_keys_are_the_same(void)
{
    uint8_t copy[SIGNER_DER];

    configure();
    memcpy(copy, alice.der, sizeof copy);
    keys[1].der = copy;
    CHECK(refused("keys"));
}

static void there_are_32_keys_at_most(void)
{
    static struct signer many[33];

    for (int i = 0; i < 33; i++) { /* PSA has no place for all at once */
        signer_init(&many[i]);
        signer_end(&many[i]);
    }
    configure();
    for (int i = 0; i < 33; i++)
        keys[i] = many[i].key;
    rig.trust.count = 32;
    rig.trust.threshold = 32;
    CHECK(starts());
    rig.trust.count = 33;
    CHECK(refused("keys"));
}

static void the_threshold_can_be_reached(void)
{
    trust()->threshold = 2;
    CHECK(starts());
    trust()->threshold = 3;
    CHECK(refused("threshold"));
    trust()->count = 0;
    CHECK(refused("keys"));
    trust()->ops = NULL;
    CHECK(refused("keys"));
}

static void the_buffer_holds_a_manifest(void)
{
    configure()->buffer_size = ROTA_MANIFEST_WORK - 1;
    CHECK(refused("buffer"));
    configure()->buffer = (char *)work + 1;
    CHECK(refused("buffer"));
}

static void more_slots_are_flash_and_not_too_many(void)
{
    trust()->more_slots = more_slots;
    rig.trust.more_slot_count = ROTA_IMAGES_MAX - 1;
    CHECK(starts());
    rig.trust.more_slot_count = ROTA_IMAGES_MAX;
    CHECK(refused("more_slots"));
    rig.trust.more_slot_count = 1;
    CHECK(starts());
    more.prog_size = 3;
    CHECK(refused("more_slots"));
    more_slots[0] = NULL;
    CHECK(refused("more_slots"));
    trust()->more_slot_count = 1;
    CHECK(refused("more_slots"));
}

static void without_memory_for_the_check_that_is_what_is_said(void)
{
    static uint8_t little[256];
    struct rota_arena arena;
    struct rota_key key = alice.key;

    configure();
    mbedtls_psa_crypto_free();
    rota_arena_init(&arena, little, sizeof little);
    rota_arena_use(&arena);
    keys[0] = key;
    const char *field, *want;
    CHECK(rota_config_check(&rig.config, &field, &want) == ROTA_ENOMEM);
}

int main(void)
{
    rig_init(&rig, NULL, 0); /* gives PSA its memory */
    signer_init(&alice);
    signer_init(&bob);
    RUN(keys_need_a_board_and_no_asset);
    RUN(each_key_must_be_one);
    RUN(no_two_keys_are_the_same);
    RUN(there_are_32_keys_at_most);
    RUN(the_threshold_can_be_reached);
    RUN(the_buffer_holds_a_manifest);
    RUN(more_slots_are_flash_and_not_too_many);
    RUN(without_memory_for_the_check_that_is_what_is_said); /* must be last */
    return test_end();
}
