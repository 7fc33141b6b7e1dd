/* SPDX-License-Identifier: Apache-2.0 */
/* What a device says of a manifest without taking it. */
#include "device/signed.h"

static struct rota_inspection v;

static int verify(void)
{
    sign();
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    return rota_inspect(&rig.rota, it.text, it.len, &v);
}

static bool all_zero(void)
{
    static const struct rota_inspection none;

    return memcmp(&v, &none, sizeof v) == 0;
}

static void a_good_manifest_is_told_field_by_field(void)
{
    new_device(2);
    strcpy(it.extra, ",\"hw\":[0,3],\"expires\":1772700000,\"min_version\":"
                     "\"0.9.0\",\"revoke\":[\"0123456789abcdef\"]");
    CHECK(verify() == ROTA_OK && v.err == ROTA_OK && !v.why && v.is_signed);
    CHECK(v.signers == 1 && v.seq == 5 && v.security == 3);
    CHECK(!strcmp(v.project, "acme/app") && !strcmp(v.board, "m3"));
    CHECK(!strcmp(v.version, "1.1.0") && !strcmp(v.min_version, "0.9.0"));
    CHECK(v.hw_min == 0 && v.hw_max == 3);
    CHECK(v.issued == 1772600000 && v.expires == 1772700000);
    CHECK(v.percent == 100 && v.elected && v.newer);
    CHECK(v.image_count == 2 && v.image[0].id == 0 && v.image[1].id == 1);
    CHECK(v.image[0].size == 9000 && v.image[1].size == 5000);
    CHECK(!strcmp(v.image[0].name, "app.bin"));
    CHECK(v.revoke_count == 1 && v.revoke[0][0] == 0x01
          && v.revoke[0][7] == 0xef);
    char hex[2 * ROTA_SHA256_LEN + 1];
    for (int i = 0; i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", v.image[1].sha256[i]);
    CHECK(!strcmp(hex, it.sha256[1]));
}

static void nothing_is_told_of_what_is_not_signed(void)
{
    struct signer mallory;

    signer_init(&mallory);
    new_device(1);
    it.by = &mallory;
    CHECK(verify() == ROTA_ESIGNATURE && v.err == ROTA_ESIGNATURE && v.why);
    v.err = 0;
    v.why = NULL;
    CHECK(all_zero());
    signer_end(&mallory);
    CHECK(rota_inspect(&rig.rota, "rota1\n", 6, &v) == ROTA_EMANIFEST && v.why);
    CHECK(rota_inspect(&rig.rota, "", 0, &v) == ROTA_EMANIFEST && !v.is_signed);
}

static struct {
    const char *board, *extra;
    int err;
} const refusals[] = {
    {"m4", "", ROTA_EFOREIGN},
    {"m3", ",\"hw\":[1,2]", ROTA_EFOREIGN},
    {"m3", ",\"expires\":1772618400", ROTA_ESTALE},
    {"m3", ",\"min_version\":\"1.0.1\"", ROTA_ESTEP},
};

static void what_is_refused_is_told_with_its_fields(void)
{
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        new_device(1);
        it.board = refusals[i].board;
        strcpy(it.extra, refusals[i].extra);
        CHECK(verify() == refusals[i].err && v.why);
        CHECK(v.is_signed && v.seq == 5 && !strcmp(v.board, it.board));
    }
    new_device(1);
    it.size[0] = RIG_FLASH + 1;
    CHECK(verify() == ROTA_ETOOBIG && v.why && v.is_signed);
}

static void the_clock_or_else_the_latest_time_known_judges_expiry(void)
{
    new_device(1);
    strcpy(it.extra, ",\"expires\":1772618401");
    CHECK(verify() == ROTA_OK);
    rig.server.unix_time = 0;
    CHECK(verify() == ROTA_OK);
    rig.config.time_floor = 1772618401;
    CHECK(verify() == ROTA_ESTALE);
    rig.config.time_floor = 0;
    rig.server.unix_time = 1772618400;
    say_all(); /* accepts, issued at 1772600000 */
    run_again();
    rig.server.unix_time = 0;
    strcpy(it.extra, ",\"expires\":1772600001");
    CHECK(verify() == ROTA_OK);
    strcpy(it.extra, ",\"expires\":1772600000");
    CHECK(verify() == ROTA_ESTALE);
}

static void what_was_accepted_before_counts(void)
{
    new_device(1);
    say_all();
    run_again();
    CHECK(past().seq == 5);
    CHECK(verify() == ROTA_OK);
    it.seq = 4;
    CHECK(verify() == ROTA_EROLLBACK && v.why && v.seq == 4);
}

static void it_tells_whether_there_is_something_to_do(void)
{
    new_device(1);
    it.version = "1.0.0";
    CHECK(verify() == ROTA_OK && !v.newer);
    it.version = "0.9.9";
    CHECK(verify() == ROTA_OK && !v.newer);
    rig.config.allow_downgrade = true;
    CHECK(verify() == ROTA_OK && v.newer);
    strcpy(it.extra, ",\"rollout\":{\"percent\":0,\"salt\":\"s\"}");
    CHECK(verify() == ROTA_OK && v.percent == 0 && !v.elected);
}

static void looking_changes_nothing(void)
{
    uint8_t journal[sizeof rig.journal_bytes];

    new_device(1);
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    memcpy(journal, rig.journal_bytes, sizeof journal);
    CHECK(verify() == ROTA_OK);
    it.board = "m4";
    CHECK(verify() == ROTA_EFOREIGN && untouched());
    CHECK(memcmp(journal, rig.journal_bytes, sizeof journal) == 0);
    CHECK(rig.server.sent[0] == '\0');
}

static void it_needs_keys_and_a_client_at_rest(void)
{
    new_device(1);
    sign();
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    rota_check_now(&rig.rota);
    CHECK(rota_inspect(&rig.rota, it.text, it.len, &v) == ROTA_EAGAIN);
    CHECK(all_zero());
    rota_stop(&rig.rota);
    CHECK(rota_inspect(&rig.rota, it.text, it.len, &v) == ROTA_OK);
    rig.config.trust = NULL;
    rig.config.asset = "x";
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    CHECK(rota_inspect(&rig.rota, it.text, it.len, &v) == ROTA_EINVAL);
    CHECK(all_zero());
}

static void a_key_has_an_id_if_it_is_one(void)
{
    uint8_t id[ROTA_KEY_ID_LEN], der[SIGNER_DER];
    char hex[2 * ROTA_KEY_ID_LEN + 1];
    struct rota_key key = {der, sizeof der};

    new_device(1);
    CHECK(rota_key_id(&alice.key, id) == ROTA_OK);
    for (int i = 0; i < ROTA_KEY_ID_LEN; i++)
        snprintf(hex + 2 * i, 3, "%02x", id[i]);
    CHECK(!strcmp(hex, alice.hex));
    memcpy(der, alice.der, sizeof der);
    der[SIGNER_DER - 1] ^= 1; /* not on the curve */
    CHECK(rota_key_id(&key, id) == ROTA_EINVAL);
    key.len = 90;
    CHECK(rota_key_id(&key, id) == ROTA_EINVAL);
}

static void a_key_is_revoked_once_its_successor_is_confirmed(void)
{
    uint8_t a[ROTA_KEY_ID_LEN], b[ROTA_KEY_ID_LEN];

    new_device(1);
    CHECK(!rota_key_id(&alice.key, a) && !rota_key_id(&bob.key, b));
    snprintf(it.extra, sizeof it.extra, ",\"revoke\":[\"%s\"]", bob.hex);
    say_all();
    run_again();
    CHECK(!rota_key_is_revoked(&rig.rota, b));
    rig.bootloader.state = ROTA_BOOT_TRIAL;
    rig.config.version = "1.1.0";
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    CHECK(rota_confirm(&rig.rota) == ROTA_OK);
    CHECK(rota_key_is_revoked(&rig.rota, b));
    CHECK(!rota_key_is_revoked(&rig.rota, a));
    it.by = &bob;
    CHECK(verify() == ROTA_ESIGNATURE && !v.is_signed);
}

/* With pieces of any size, the last one short. */
static void the_hash_of_a_slot_is_that_of_its_bytes(void)
{
    uint8_t sum[32], buf[1000];
    char hex[2 * ROTA_SHA256_LEN + 1];

    new_device(1);
    memcpy(rig.slot_bytes, image(0), it.size[0]);
    for (size_t room = 1; room <= sizeof buf; room += 333) {
        CHECK(!rota_flash_sha256(&rig.slot, it.size[0], buf, room, sum));
        for (int i = 0; i < 32; i++)
            snprintf(hex + 2 * i, 3, "%02x", sum[i]);
        CHECK(!strcmp(hex, it.sha256[0]));
    }
    CHECK(rota_flash_sha256(&rig.slot, RIG_FLASH + 1, buf, sizeof buf, sum));
    CHECK(!rota_flash_sha256(&rig.slot, 0, buf, sizeof buf, sum));
    CHECK(sum[0] == 0xe3 && sum[31] == 0x55); /* of nothing, FIPS 180-4 */
}

int main(void)
{
    RUN(a_good_manifest_is_told_field_by_field);
    RUN(nothing_is_told_of_what_is_not_signed);
    RUN(what_is_refused_is_told_with_its_fields);
    RUN(the_clock_or_else_the_latest_time_known_judges_expiry);
    RUN(what_was_accepted_before_counts);
    RUN(it_tells_whether_there_is_something_to_do);
    RUN(looking_changes_nothing);
    RUN(it_needs_keys_and_a_client_at_rest);
    RUN(a_key_has_an_id_if_it_is_one);
    RUN(a_key_is_revoked_once_its_successor_is_confirmed);
    RUN(the_hash_of_a_slot_is_that_of_its_bytes);
    return test_end();
}
