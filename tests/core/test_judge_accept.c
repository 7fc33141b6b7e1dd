/* SPDX-License-Identifier: Apache-2.0 */
/* Which devices are meant by a manifest, and what they remember of it. */
#include "core/trusting.h"
#include "manifest/judge.h"
#include "manifest/sign.h"

static struct trusting d;

/* --- Election ------------------------------------------------------------ */

static bool elected(int percent, const char *salt, const char *id)
{
    char rollout[96];
    bool is = false;

    snprintf(rollout, sizeof rollout, "{\"percent\":%d,\"salt\":\"%s\"}",
             percent, salt);
    d.config.device_id = id;
    d.config.device_id_len = id ? strlen(id) : 0;
    trusting_sign(&d, MANIFEST("rollout", rollout), &d.alice, NULL);
    CHECK(rota_manifest_judge_elected(&d.m, &d.config, &is) == ROTA_OK);
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
    trusting_reset(&d);
    CHECK(bucket("r1", "dev-1") == 42);
    CHECK(bucket("r1", "dev-2") == 90);
    CHECK(bucket("r2", "dev-1") == 35);
    CHECK(bucket("r", "1dev-1") == 64);
}

static void about_as_many_devices_as_named_are_elected(void)
{
    int some = 0;

    trusting_reset(&d);
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

    trusting_reset(&d);
    CHECK(!elected(99, "s", NULL) && elected(100, "s", NULL));
    CHECK(!elected(99, "s", ""));
    trusting_sign(&d, MANIFEST("a", "1"), &d.alice, NULL); /* no rollout: all */
    CHECK(rota_manifest_judge_elected(&d.m, &d.config, &is) == ROTA_OK && is);
}

/* --- What is remembered -------------------------------------------------- */

static void the_digest_is_that_of_all_images(void)
{
    /* printf '%064d' 0 | tr 0 a | xxd -r -p, the same of b; both | sha256sum */
    static const uint8_t both[] = {0xe2, 0xd8, 0x0f, 0x78,
                                   0xd7, 0x90, 0x27, 0x55};
    uint8_t out[ROTA_SHA256_LEN];

    trusting_reset(&d);
    trusting_sign(&d, trusting_images(&d, 0, -1, -1), &d.alice, NULL);
    CHECK(rota_manifest_digest(&d.m, out) == ROTA_OK);
    CHECK(out[0] == 0xaa && out[31] == 0xaa);
    trusting_sign(&d, trusting_images(&d, 0, 1, -1), &d.alice, NULL);
    CHECK(rota_manifest_digest(&d.m, out) == ROTA_OK);
    CHECK(memcmp(out, both, sizeof both) == 0);
    trusting_sign(&d, trusting_images(&d, 1, 0, -1), &d.alice,
                  NULL); /* an order is an order */
    CHECK(rota_manifest_digest(&d.m, out) == ROTA_OK);
    CHECK(memcmp(out, both, sizeof both) == 0);
}

static void accept(const char *text, const struct signer *a,
                   const struct signer *b)
{
    trusting_sign(&d, text, a, b);
    rota_manifest_judge_accept(&d.m, &d.past);
    rota_manifest_judge_await(&d.m, &d.past);
}

static void acceptance_and_confirmation_raise_what_they_should(void)
{
    trusting_reset(&d);
    d.past.seq = 3;
    d.past.security = 5;
    d.past.issued = 1700000000;
    accept(MANIFEST("issued", "1600000000"), &d.alice, NULL);
    CHECK(d.past.seq == 42 && d.past.issued == 1700000000);
    CHECK(d.past.security == 5 && d.past.security_next == 7);
    accept(MANIFEST("issued", "1800000000"), &d.alice, NULL);
    CHECK(d.past.issued == 1800000000 && d.past.security == 5);
    rota_accepted_commit(&d.past);
    CHECK(d.past.security == 7 && d.past.security_next == 0);
    rota_accepted_commit(&d.past);
    CHECK(d.past.security == 7);
    d.past.security_next = 6;
    rota_accepted_commit(&d.past);
    CHECK(d.past.security == 7);
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
        if (memcmp(d.past.revoked[i], id, sizeof id) == 0)
            return true;
    return false;
}

static void keys_are_revoked_by_other_keys_after_confirmation(void)
{
    trusting_reset(&d);
    accept(revoking(&d.alice, &d.bob), &d.alice, NULL);
    CHECK(!is_revoked(&d.alice) && !is_revoked(&d.bob));
    rota_accepted_commit(&d.past);
    CHECK(!is_revoked(&d.alice) && is_revoked(&d.bob));

    trusting_reset(&d);
    accept(revoking(&d.alice, &d.bob), &d.carol, NULL);
    rota_accepted_commit(&d.past);
    CHECK(is_revoked(&d.alice) && is_revoked(&d.bob) && !is_revoked(&d.carol));

    /* Each was signed for by the other. */
    trusting_reset(&d);
    accept(revoking(&d.alice, &d.bob), &d.alice, &d.bob);
    rota_accepted_commit(&d.past);
    CHECK(is_revoked(&d.alice) && is_revoked(&d.bob));
}

static void what_was_not_confirmed_revokes_nothing(void)
{
    trusting_reset(&d);
    accept(revoking(&d.bob, &d.bob), &d.alice, NULL);
    accept(MANIFEST("seq", "43"), &d.alice, NULL);
    rota_accepted_commit(&d.past);
    CHECK(!is_revoked(&d.bob) && d.past.seq == 43);
}

static void keys_stay_revoked(void)
{
    char list[128];

    trusting_reset(&d);
    accept(revoking(&d.bob, &d.bob), &d.alice, NULL);
    rota_accepted_commit(&d.past);
    accept(MANIFEST("seq", "43"), &d.alice, NULL);
    rota_accepted_commit(&d.past);
    CHECK(is_revoked(&d.bob));
    /* More than there is room for: the first stay. */
    snprintf(list, sizeof list,
             "[\"0000000000000001\",\"0000000000000002\","
             "\"0000000000000003\",\"0000000000000004\"]");
    accept(MANIFEST("revoke", list), &d.alice, NULL);
    rota_accepted_commit(&d.past);
    CHECK(is_revoked(&d.bob) && d.past.revoked[3][7] == 3);
    CHECK(memcmp(d.past.revoked_next, (uint8_t[32]){0}, 32) == 0);
}

int main(void)
{
    trusting_init(&d);
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
