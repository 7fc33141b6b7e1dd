/* SPDX-License-Identifier: Apache-2.0 */
/* Which opened manifests a device follows, and what it remembers of them. */
#include <stdlib.h>
#include <string.h>

#include "manifest.h"
#include "manifest_text.h"
#include "signer.h"
#include "test.h"

static unsigned char memory[65536];
static struct rota_arena arena;
static struct signer alice, bob, carol;
static struct rota_key keys[3];
static struct rota_flash slot, second, third;
static const struct rota_flash *more[] = {&second, &third};
static struct rota_config config;
static struct rota_past past;
static struct rota_manifest m;
static int work[ROTA_MANIFEST_WORK / sizeof(int)];
static char file[ROTA_MANIFEST_MAX];
static const char *running;
static uint64_t now;

static void device(void)
{
    keys[0] = alice.key;
    keys[1] = bob.key;
    keys[2] = carol.key;
    slot = second = third = (struct rota_flash){.size = 1u << 17};
    memset(&past, 0, sizeof past);
    config = (struct rota_config){.keys = keys,
                                  .key_count = 3,
                                  .slot = &slot,
                                  .repo = "acme/app",
                                  .board = "m3",
                                  .more_slots = more};
    running = "1.2.0";
    now = 0;
}

static void sign(const char *text, const struct signer *a,
                 const struct signer *b)
{
    const struct signer *const both[] = {a, b};
    size_t size = signer_envelope(both, b ? 2 : 1, text, file, sizeof file);

    CHECK(rota_manifest_open(&m, &config, &past, file, size, work) == ROTA_OK);
}

static int judge(const char *text)
{
    sign(text, &alice, NULL);
    int err = rota_manifest_judge(&m, &config, &past, running, now);
    CHECK((err == ROTA_OK) == (m.why == NULL));
    return err;
}

static bool says(const char *words)
{
    return m.why && strstr(m.why, words);
}

static void a_manifest_for_this_device_is_followed(void)
{
    device();
    CHECK(judge(MANIFEST("notes", "\"x\"")) == ROTA_OK);
}

static void that_of_another_project_is_foreign(void)
{
    static const char *const others[] = {
        "\"acme/ap\"",   "\"acme/appx\"", "\"Acme/app\"",
        "\"acme/app \"", "\"app\"",       "\"x\"",
    };

    device();
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        CHECK(judge(MANIFEST("project", others[i])) == ROTA_EFOREIGN
              && says("another project"));
    config.project = "thermostat";
    CHECK(judge(MANIFEST("project", "\"thermostat\"")) == ROTA_OK);
    CHECK(judge(MANIFEST("project", "\"acme/app\"")) == ROTA_EFOREIGN);
}

static void that_of_another_board_is_foreign(void)
{
    device();
    CHECK(judge(MANIFEST("board", "\"m4\"")) == ROTA_EFOREIGN);
    CHECK(says("another board"));
    CHECK(judge(MANIFEST("board", "\"M3\"")) == ROTA_EFOREIGN);
    CHECK(judge(MANIFEST("board", "\"m\"")) == ROTA_EFOREIGN);
    CHECK(judge(MANIFEST("board", "\"m33\"")) == ROTA_EFOREIGN);
    config.board = NULL;
    CHECK(judge(MANIFEST("a", "1")) == ROTA_EFOREIGN);
}

static void that_of_other_hardware_is_foreign(void)
{
    static const struct {
        uint32_t hw;
        const char *range;
        int err;
    } t[] = {
        {0, "", ROTA_OK},
        {7, "", ROTA_OK},
        {2, "[2,4]", ROTA_OK},
        {4, "[2,4]", ROTA_OK},
        {1, "[2,4]", ROTA_EFOREIGN},
        {5, "[2,4]", ROTA_EFOREIGN},
        {0, "[2,4]", ROTA_EFOREIGN},
        {0, "[0,4]", ROTA_OK},
        {3, "[4,2]", ROTA_EFOREIGN},
        {UINT32_MAX, "[9,4294967295]", ROTA_OK},
    };

    device();
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        config.hw = t[i].hw;
        CHECK(judge(MANIFEST("hw", t[i].range)) == t[i].err);
        CHECK(t[i].err == ROTA_OK || says("hardware"));
    }
}

static void seq_does_not_go_back_nor_leap(void)
{
    static const struct {
        uint32_t past;
        const char *seq;
        int err;
    } t[] = {
        {0, "1", ROTA_OK},
        {41, "42", ROTA_OK},
        {42, "42", ROTA_OK}, /* the same again */
        {43, "42", ROTA_EROLLBACK},
        {42, "1", ROTA_EROLLBACK},
        {UINT32_MAX, "4294967295", ROTA_OK},
        {UINT32_MAX, "1", ROTA_EROLLBACK},
        {0, "2147483648", ROTA_OK},
        {0, "2147483649", ROTA_EROLLBACK},
        {10, "2147483658", ROTA_OK},
        {10, "2147483659", ROTA_EROLLBACK},
    };

    device();
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        past.seq = t[i].past;
        CHECK(judge(MANIFEST("seq", t[i].seq)) == t[i].err);
        CHECK(t[i].err == ROTA_OK || says("seq"));
    }
}

static void security_does_not_go_back(void)
{
    device();
    past.security = 7;
    CHECK(judge(MANIFEST("security", "7")) == ROTA_OK);
    CHECK(judge(MANIFEST("security", "8")) == ROTA_OK);
    CHECK(judge(MANIFEST("security", "6")) == ROTA_EROLLBACK);
    CHECK(says("security"));
    CHECK(judge(MANIFEST("security", "")) == ROTA_EROLLBACK);
    past.security_next = 9; /* of an image that may yet fail */
    CHECK(judge(MANIFEST("security", "7")) == ROTA_OK);
}

static void it_may_expire(void)
{
    device();
    now = 1800000000;
    CHECK(judge(MANIFEST("expires", "1800000001")) == ROTA_OK);
    CHECK(judge(MANIFEST("expires", "1800000000")) == ROTA_ESTALE);
    CHECK(says("expired"));
    CHECK(judge(MANIFEST("expires", "1")) == ROTA_ESTALE);
    CHECK(judge(MANIFEST("expires", "0")) == ROTA_OK);
    CHECK(judge(MANIFEST("expires", "")) == ROTA_OK);
    now = 0;
    CHECK(judge(MANIFEST("expires", "1")) == ROTA_OK);
}

static void an_intermediate_version_may_be_needed(void)
{
    static const struct {
        const char *running, *least;
        int err;
    } t[] = {
        {"1.2.0", "\"1.2.0\"", ROTA_OK},
        {"1.2.0", "\"1.10.0\"", ROTA_ESTEP},
        {"1.10.0", "\"1.9.9\"", ROTA_OK},
        {"1.2.0-rc.1", "\"1.2.0\"", ROTA_ESTEP},
        {"1.2.0+5", "\"1.2.0\"", ROTA_OK},
        {"unknown", "\"0.0.1\"", ROTA_ESTEP},
        {"unknown", "", ROTA_OK},
    };

    device();
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        running = t[i].running;
        CHECK(judge(MANIFEST("min_version", t[i].least)) == t[i].err);
        CHECK(t[i].err == ROTA_OK || says("min_version"));
    }
}

static const char *images(int a, int b, int c)
{
    static char list[1024];
    const char *x = manifest_image(a, "a.bin", 1u << 17, 'a');
    const char *y = b >= 0 ? manifest_image(b, "b.bin", 1000, 'b') : "";
    const char *z = c >= 0 ? manifest_image(c, "c.bin", 1000, 'c') : "";

    snprintf(list, sizeof list, "[%s%s%s%s%s]", x, *y ? "," : "", y,
             *z ? "," : "", z);
    return MANIFEST("images", list);
}

static void each_slot_gets_one_image_and_each_image_a_slot(void)
{
    device();
    CHECK(judge(images(0, -1, -1)) == ROTA_OK);
    CHECK(judge(images(0, 1, -1)) == ROTA_EFOREIGN && says("lacks a slot"));
    config.more_slot_count = 1;
    CHECK(judge(images(0, 1, -1)) == ROTA_OK);
    CHECK(judge(images(1, 0, -1)) == ROTA_OK);
    CHECK(judge(images(0, -1, -1)) == ROTA_EFOREIGN && says("gets no image"));
    CHECK(judge(images(0, 2, -1)) == ROTA_EFOREIGN && says("lacks a slot"));
    CHECK(judge(images(0, 1, 2)) == ROTA_EFOREIGN && says("lacks a slot"));
    config.more_slot_count = 2;
    CHECK(judge(images(2, 0, 1)) == ROTA_OK);
    CHECK(judge(images(0, 2, -1)) == ROTA_EFOREIGN && says("gets no image"));
}

static void images_fit_their_own_slots(void)
{
    device();
    slot.size = (1u << 17) - 1;
    CHECK(judge(images(0, -1, -1)) == ROTA_ETOOBIG && says("larger"));
    config.more_slot_count = 1;
    CHECK(judge(images(1, 0, -1)) == ROTA_OK);
    CHECK(judge(images(0, 1, -1)) == ROTA_ETOOBIG);
    slot.size++;
    second.size = 999;
    CHECK(judge(images(0, 1, -1)) == ROTA_ETOOBIG);
    second.size++;
    CHECK(judge(images(0, 1, -1)) == ROTA_OK);
}

/* --- Election ------------------------------------------------------------ */

static bool elected(int percent, const char *salt, const char *id)
{
    char rollout[96];
    bool is = false;

    snprintf(rollout, sizeof rollout, "{\"percent\":%d,\"salt\":\"%s\"}",
             percent, salt);
    config.device_id = id;
    config.device_id_len = id ? strlen(id) : 0;
    sign(MANIFEST("rollout", rollout), &alice, NULL);
    CHECK(rota_manifest_elected(&m, &config, &is) == ROTA_OK);
    return is;
}

/* printf 'r1\0dev-1' | sha256sum | cut -c1-8, as a number, mod 100. */
static int bucket(const char *salt, const char *id)
{
    for (int percent = 0; percent <= 100; percent++)
        if (elected(percent, salt, id))
            return percent - 1;
    return -1;
}

static void a_hash_of_salt_and_id_decides(void)
{
    device();
    CHECK(bucket("r1", "dev-1") == 42);
    CHECK(bucket("r1", "dev-2") == 90);
    CHECK(bucket("r2", "dev-1") == 35);
    CHECK(bucket("r", "1dev-1") == 64);
}

static void about_as_many_devices_as_named_are_elected(void)
{
    int some = 0;

    device();
    for (int i = 0; i < 400; i++) {
        char id[16];
        snprintf(id, sizeof id, "dev-%d", i);
        CHECK(!elected(0, "s", id) || i < 0);
        some += elected(25, "s", id);
    }
    CHECK(some > 60 && some < 140);
}

static void a_device_without_an_id_waits_for_all(void)
{
    bool is;

    device();
    CHECK(!elected(99, "s", NULL) && elected(100, "s", NULL));
    CHECK(!elected(99, "s", ""));
    sign(MANIFEST("a", "1"), &alice, NULL); /* no rollout: all */
    CHECK(rota_manifest_elected(&m, &config, &is) == ROTA_OK && is);
}

/* --- What is remembered -------------------------------------------------- */

static void the_digest_is_that_of_all_images(void)
{
    /* printf '%064d' 0 | tr 0 a | xxd -r -p, the same of b; both | sha256sum */
    static const uint8_t both[] = {0xe2, 0xd8, 0x0f, 0x78,
                                   0xd7, 0x90, 0x27, 0x55};
    uint8_t out[ROTA_SHA256_LEN];

    device();
    sign(images(0, -1, -1), &alice, NULL);
    CHECK(rota_manifest_digest(&m, out) == ROTA_OK);
    CHECK(out[0] == 0xaa && out[31] == 0xaa);
    sign(images(0, 1, -1), &alice, NULL);
    CHECK(rota_manifest_digest(&m, out) == ROTA_OK);
    CHECK(memcmp(out, both, sizeof both) == 0);
    sign(images(1, 0, -1), &alice, NULL); /* an order is an order */
    CHECK(rota_manifest_digest(&m, out) == ROTA_OK);
    CHECK(memcmp(out, both, sizeof both) == 0);
}

static void accept(const char *text, const struct signer *a,
                   const struct signer *b)
{
    sign(text, a, b);
    rota_manifest_accept(&m, &config, &past);
}

static void acceptance_and_confirmation_raise_what_they_should(void)
{
    device();
    past.seq = 3;
    past.security = 5;
    past.issued = 1700000000;
    accept(MANIFEST("issued", "1600000000"), &alice, NULL);
    CHECK(past.seq == 42 && past.issued == 1700000000);
    CHECK(past.security == 5 && past.security_next == 7);
    accept(MANIFEST("issued", "1800000000"), &alice, NULL);
    CHECK(past.issued == 1800000000 && past.security == 5);
    rota_past_commit(&past);
    CHECK(past.security == 7 && past.security_next == 0);
    rota_past_commit(&past);
    CHECK(past.security == 7);
    past.security_next = 6;
    rota_past_commit(&past);
    CHECK(past.security == 7);
}

static const char *revoking(const struct signer *a, const struct signer *b)
{
    static char list[64];

    snprintf(list, sizeof list, "[\"%s\",\"%s\"]", a->hex, b->hex);
    return MANIFEST("revoke", list);
}

static bool is_revoked(const struct signer *s)
{
    uint8_t id[ROTA_KEY_ID_LEN];

    CHECK(rota_sign_key_id(&s->key, id) == ROTA_OK);
    for (int i = 0; i < ROTA_REVOKED_MAX; i++)
        if (memcmp(past.revoked[i], id, sizeof id) == 0)
            return true;
    return false;
}

static void keys_are_revoked_by_other_keys_after_confirmation(void)
{
    device();
    accept(revoking(&alice, &bob), &alice, NULL);
    CHECK(!is_revoked(&alice) && !is_revoked(&bob));
    rota_past_commit(&past);
    CHECK(!is_revoked(&alice) && is_revoked(&bob));

    device();
    accept(revoking(&alice, &bob), &carol, NULL);
    rota_past_commit(&past);
    CHECK(is_revoked(&alice) && is_revoked(&bob) && !is_revoked(&carol));

    /* Each was signed for by the other. */
    device();
    accept(revoking(&alice, &bob), &alice, &bob);
    rota_past_commit(&past);
    CHECK(is_revoked(&alice) && is_revoked(&bob));
}

static void what_was_not_confirmed_revokes_nothing(void)
{
    device();
    accept(revoking(&bob, &bob), &alice, NULL);
    accept(MANIFEST("seq", "43"), &alice, NULL);
    rota_past_commit(&past);
    CHECK(!is_revoked(&bob) && past.seq == 43);
}

static void keys_stay_revoked(void)
{
    char list[128];

    device();
    accept(revoking(&bob, &bob), &alice, NULL);
    rota_past_commit(&past);
    accept(MANIFEST("seq", "43"), &alice, NULL);
    rota_past_commit(&past);
    CHECK(is_revoked(&bob));
    /* More than there is room for: the first stay. */
    snprintf(list, sizeof list,
             "[\"0000000000000001\",\"0000000000000002\","
             "\"0000000000000003\",\"0000000000000004\"]");
    accept(MANIFEST("revoke", list), &alice, NULL);
    rota_past_commit(&past);
    CHECK(is_revoked(&bob) && past.revoked[3][7] == 3);
    CHECK(memcmp(past.revoked_next, (uint8_t[32]){0}, 32) == 0);
}

int main(void)
{
    rota_arena_init(&arena, memory, sizeof memory);
    rota_arena_use(&arena);
    signer_init(&alice);
    signer_init(&bob);
    signer_init(&carol);
    RUN(a_manifest_for_this_device_is_followed);
    RUN(that_of_another_project_is_foreign);
    RUN(that_of_another_board_is_foreign);
    RUN(that_of_other_hardware_is_foreign);
    RUN(seq_does_not_go_back_nor_leap);
    RUN(security_does_not_go_back);
    RUN(it_may_expire);
    RUN(an_intermediate_version_may_be_needed);
    RUN(each_slot_gets_one_image_and_each_image_a_slot);
    RUN(images_fit_their_own_slots);
    RUN(a_hash_of_salt_and_id_decides);
    RUN(about_as_many_devices_as_named_are_elected);
    RUN(a_device_without_an_id_waits_for_all);
    RUN(the_digest_is_that_of_all_images);
    RUN(acceptance_and_confirmation_raise_what_they_should);
    RUN(keys_are_revoked_by_other_keys_after_confirmation);
    RUN(what_was_not_confirmed_revokes_nothing);
    RUN(keys_stay_revoked);
    return test_end();
}
