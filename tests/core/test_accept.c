/* SPDX-License-Identifier: Apache-2.0 */
/* Which devices are meant by a manifest, and what they remember of it. */
#include "core/judged.h"
#include "manifest/judge.h"
#include "manifest/sign.h"

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
    CHECK(rota_manifest_judge_elected(&m, &config, &is) == ROTA_OK);
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
    CHECK(rota_manifest_judge_elected(&m, &config, &is) == ROTA_OK && is);
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
    rota_manifest_judge_accept(&m, &past);
    rota_manifest_judge_await(&m, &past);
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
    rota_accepted_commit(&past);
    CHECK(past.security == 7 && past.security_next == 0);
    rota_accepted_commit(&past);
    CHECK(past.security == 7);
    past.security_next = 6;
    rota_accepted_commit(&past);
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
    rota_accepted_commit(&past);
    CHECK(!is_revoked(&alice) && is_revoked(&bob));

    device();
    accept(revoking(&alice, &bob), &carol, NULL);
    rota_accepted_commit(&past);
    CHECK(is_revoked(&alice) && is_revoked(&bob) && !is_revoked(&carol));

    /* Each was signed for by the other. */
    device();
    accept(revoking(&alice, &bob), &alice, &bob);
    rota_accepted_commit(&past);
    CHECK(is_revoked(&alice) && is_revoked(&bob));
}

static void what_was_not_confirmed_revokes_nothing(void)
{
    device();
    accept(revoking(&bob, &bob), &alice, NULL);
    accept(MANIFEST("seq", "43"), &alice, NULL);
    rota_accepted_commit(&past);
    CHECK(!is_revoked(&bob) && past.seq == 43);
}

static void keys_stay_revoked(void)
{
    char list[128];

    device();
    accept(revoking(&bob, &bob), &alice, NULL);
    rota_accepted_commit(&past);
    accept(MANIFEST("seq", "43"), &alice, NULL);
    rota_accepted_commit(&past);
    CHECK(is_revoked(&bob));
    /* More than there is room for: the first stay. */
    snprintf(list, sizeof list,
             "[\"0000000000000001\",\"0000000000000002\","
             "\"0000000000000003\",\"0000000000000004\"]");
    accept(MANIFEST("revoke", list), &alice, NULL);
    rota_accepted_commit(&past);
    CHECK(is_revoked(&bob) && past.revoked[3][7] == 3);
    CHECK(memcmp(past.revoked_next, (uint8_t[32]){0}, 32) == 0);
}

int main(void)
{
    judged_start();
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
