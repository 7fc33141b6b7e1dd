/* SPDX-License-Identifier: Apache-2.0 */
/* What a device says of a manifest without taking it. */
#include "device/signed_device.h"

static struct signed_device s;
static struct device *const d = &s.device;

static struct rota_inspection v;

static int verify(void)
{
    signed_write(&s);
    CHECK(rota_init(&d->rig.rota, &d->rig.config) == ROTA_OK);
    return rota_inspect(&d->rig.rota, s.release.text, s.release.len, &v);
}

static bool all_zero(void)
{
    static const struct rota_inspection none;

    return memcmp(&v, &none, sizeof v) == 0;
}

static void a_good_manifest_is_told_field_by_field(void)
{
    signed_init(&s, 2);
    strcpy(s.release.extra,
           ",\"hw\":[0,3],\"expires\":1772700000,\"min_version\":"
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
    CHECK(!strcmp(hex, s.release.sha256[1]));
}

static void nothing_is_told_of_what_is_not_signed(void)
{
    struct signer mallory;

    signer_init(&mallory);
    signed_init(&s, 1);
    s.release.by = &mallory;
    CHECK(verify() == ROTA_ESIGNATURE && v.err == ROTA_ESIGNATURE && v.why);
    v.err = 0;
    v.why = NULL;
    CHECK(all_zero());
    signer_end(&mallory);
    CHECK(rota_inspect(&d->rig.rota, "rota1\n", 6, &v) == ROTA_EMANIFEST
          && v.why);
    CHECK(rota_inspect(&d->rig.rota, "", 0, &v) == ROTA_EMANIFEST
          && !v.is_signed);
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
        signed_init(&s, 1);
        s.release.board = refusals[i].board;
        strcpy(s.release.extra, refusals[i].extra);
        CHECK(verify() == refusals[i].err && v.why);
        CHECK(v.is_signed && v.seq == 5 && !strcmp(v.board, s.release.board));
    }
    signed_init(&s, 1);
    s.release.size[0] = RIG_FLASH + 1;
    CHECK(verify() == ROTA_ETOOBIG && v.why && v.is_signed);
}

static void the_clock_or_else_the_latest_time_known_judges_expiry(void)
{
    signed_init(&s, 1);
    strcpy(s.release.extra, ",\"expires\":1772618401");
    CHECK(verify() == ROTA_OK);
    d->rig.server.unix_time = 0;
    CHECK(verify() == ROTA_OK);
    d->rig.config.time_floor = 1772618401;
    CHECK(verify() == ROTA_ESTALE);
    d->rig.config.time_floor = 0;
    d->rig.server.unix_time = 1772618400;
    signed_say_all(&s); /* accepts, issued at 1772600000 */
    device_run_again(d);
    d->rig.server.unix_time = 0;
    strcpy(s.release.extra, ",\"expires\":1772600001");
    CHECK(verify() == ROTA_OK);
    strcpy(s.release.extra, ",\"expires\":1772600000");
    CHECK(verify() == ROTA_ESTALE);
}

static void what_was_accepted_before_counts(void)
{
    signed_init(&s, 1);
    signed_say_all(&s);
    device_run_again(d);
    CHECK(signed_past(&s).seq == 5);
    CHECK(verify() == ROTA_OK);
    s.release.seq = 4;
    CHECK(verify() == ROTA_EROLLBACK && v.why && v.seq == 4);
}

static void it_tells_whether_there_is_something_to_do(void)
{
    signed_init(&s, 1);
    s.release.version = "1.0.0";
    CHECK(verify() == ROTA_OK && !v.newer);
    s.release.version = "0.9.9";
    CHECK(verify() == ROTA_OK && !v.newer);
    d->rig.config.allow_downgrade = true;
    CHECK(verify() == ROTA_OK && v.newer);
    strcpy(s.release.extra, ",\"rollout\":{\"percent\":0,\"salt\":\"s\"}");
    CHECK(verify() == ROTA_OK && v.percent == 0 && !v.elected);
}

static void looking_changes_nothing(void)
{
    uint8_t journal[sizeof d->rig.journal_bytes];

    signed_init(&s, 1);
    CHECK(rota_init(&d->rig.rota, &d->rig.config) == ROTA_OK);
    memcpy(journal, d->rig.journal_bytes, sizeof journal);
    CHECK(verify() == ROTA_OK);
    s.release.board = "m4";
    CHECK(verify() == ROTA_EFOREIGN && signed_untouched(&s));
    CHECK(memcmp(journal, d->rig.journal_bytes, sizeof journal) == 0);
    CHECK(d->rig.server.sent[0] == '\0');
}

static void it_needs_keys_and_a_client_at_rest(void)
{
    signed_init(&s, 1);
    signed_write(&s);
    CHECK(rota_init(&d->rig.rota, &d->rig.config) == ROTA_OK);
    rota_check_now(&d->rig.rota);
    CHECK(rota_inspect(&d->rig.rota, s.release.text, s.release.len, &v)
          == ROTA_EAGAIN);
    CHECK(all_zero());
    rota_stop(&d->rig.rota);
    CHECK(rota_inspect(&d->rig.rota, s.release.text, s.release.len, &v)
          == ROTA_OK);
    d->rig.config.trust = NULL;
    d->rig.config.asset = "x";
    CHECK(rota_init(&d->rig.rota, &d->rig.config) == ROTA_OK);
    CHECK(rota_inspect(&d->rig.rota, s.release.text, s.release.len, &v)
          == ROTA_EINVAL);
    CHECK(all_zero());
}

static void a_key_has_an_id_if_it_is_one(void)
{
    uint8_t id[ROTA_KEY_ID_LEN], der[SIGNER_DER];
    char hex[2 * ROTA_KEY_ID_LEN + 1];
    struct rota_key key = {der, sizeof der};

    signed_init(&s, 1);
    CHECK(rota_key_id(&s.alice.key, id) == ROTA_OK);
    for (int i = 0; i < ROTA_KEY_ID_LEN; i++)
        snprintf(hex + 2 * i, 3, "%02x", id[i]);
    CHECK(!strcmp(hex, s.alice.hex));
    memcpy(der, s.alice.der, sizeof der);
    der[SIGNER_DER - 1] ^= 1; /* not on the curve */
    CHECK(rota_key_id(&key, id) == ROTA_EINVAL);
    key.len = 90;
    CHECK(rota_key_id(&key, id) == ROTA_EINVAL);
}

static void a_key_is_revoked_once_its_successor_is_confirmed(void)
{
    uint8_t a[ROTA_KEY_ID_LEN], b[ROTA_KEY_ID_LEN];

    signed_init(&s, 1);
    CHECK(!rota_key_id(&s.alice.key, a) && !rota_key_id(&s.bob.key, b));
    snprintf(s.release.extra, sizeof s.release.extra, ",\"revoke\":[\"%s\"]",
             s.bob.hex);
    signed_say_all(&s);
    device_run_again(d);
    CHECK(!rota_key_is_revoked(&d->rig.rota, b));
    d->rig.bootloader.state = ROTA_BOOT_TRIAL;
    d->rig.config.version = "1.1.0";
    CHECK(rota_init(&d->rig.rota, &d->rig.config) == ROTA_OK);
    CHECK(rota_confirm(&d->rig.rota) == ROTA_OK);
    CHECK(rota_key_is_revoked(&d->rig.rota, b));
    CHECK(!rota_key_is_revoked(&d->rig.rota, a));
    s.release.by = &s.bob;
    CHECK(verify() == ROTA_ESIGNATURE && !v.is_signed);
}

/* With pieces of any size, the last one short. */
static void the_hash_of_a_slot_is_that_of_its_bytes(void)
{
    uint8_t sum[32], buf[1000];
    char hex[2 * ROTA_SHA256_LEN + 1];

    signed_init(&s, 1);
    memcpy(d->rig.slot_bytes, signed_image(0), s.release.size[0]);
    for (size_t room = 1; room <= sizeof buf; room += 333) {
        CHECK(!rota_flash_sha256(&d->rig.slot, s.release.size[0], buf, room,
                                 sum));
        for (int i = 0; i < 32; i++)
            snprintf(hex + 2 * i, 3, "%02x", sum[i]);
        CHECK(!strcmp(hex, s.release.sha256[0]));
    }
    CHECK(rota_flash_sha256(&d->rig.slot, RIG_FLASH + 1, buf, sizeof buf, sum));
    CHECK(!rota_flash_sha256(&d->rig.slot, 0, buf, sizeof buf, sum));
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
