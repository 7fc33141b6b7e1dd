/* SPDX-License-Identifier: Apache-2.0 */
/* What rota_init asks of a configuration with keys. */
#include "device/device.h"
#include "support/signer.h"

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
    rig.config.keys = keys;
    rig.config.key_count = 2;
    rig.config.board = "m3";
    rig.config.asset = NULL;
    rig.config.buffer = work;
    rig.config.buffer_size = ROTA_MANIFEST_WORK;
    return &rig.config;
}

static bool starts(void)
{
    rig.text[0] = '\0';
    return rota_init(&rig.rota, &rig.config) == ROTA_OK;
}

/* Is it refused, with a note that ends with these words? */
static bool refused(const char *field)
{
    size_t n = strlen(field);

    rig.text[0] = '\0';
    return rota_init(&rig.rota, &rig.config) == ROTA_EINVAL
        && strlen(rig.text) > n
        && strcmp(rig.text + strlen(rig.text) - n, field) == 0;
}

static void keys_need_a_board_and_no_asset(void)
{
    configure();
    CHECK(starts());
    configure()->asset = "*.ota";
    CHECK(starts());
    configure()->project = "acme/other";
    CHECK(starts());
    configure()->project = "";
    CHECK(refused("project"));
    configure()->board = NULL;
    CHECK(refused("board"));
    configure()->board = "";
    CHECK(refused("board"));
    configure()->key_count = 0;
    CHECK(refused("asset"));
    configure()->keys = NULL;
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
    rig.config.key_count = 32;
    rig.config.key_threshold = 32;
    CHECK(starts());
    rig.config.key_count = 33;
    CHECK(refused("keys"));
}

static void the_threshold_can_be_reached(void)
{
    configure()->key_threshold = 2;
    CHECK(starts());
    configure()->key_threshold = 3;
    CHECK(refused("key_threshold"));
    configure()->key_threshold = 1;
    rig.config.key_count = 0; /* forgotten */
    rig.config.asset = "*.bin";
    CHECK(refused("key_threshold"));
}

static void the_buffer_holds_a_manifest(void)
{
    configure()->buffer_size = ROTA_MANIFEST_WORK - 1;
    CHECK(refused("buffer, for manifests"));
    configure()->buffer = (char *)work + 1;
    CHECK(refused("buffer, for manifests"));
}

static void more_slots_are_flash_and_not_too_many(void)
{
    configure()->more_slots = more_slots;
    rig.config.more_slot_count = ROTA_IMAGES_MAX - 1;
    CHECK(starts());
    rig.config.more_slot_count = ROTA_IMAGES_MAX;
    CHECK(refused("more_slots"));
    rig.config.more_slot_count = 1;
    CHECK(starts());
    more.prog_size = 3;
    CHECK(refused("more_slots"));
    more_slots[0] = NULL;
    CHECK(refused("more_slots"));
    configure()->more_slot_count = 1;
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
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_ENOMEM);
    CHECK(rig.text[0] == '\0');
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
