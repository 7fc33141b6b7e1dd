/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <string.h>

#include "core/find_release.h"
#include "base/text.h"

/* --- Whole replies --- */

static bool is_thermostat_m3(void)
{
    uint8_t digest[32];

    return rota_text_unhex("3a1db907098375f60f7b94c93757c621"
                           "e6091f167767831879e8f978483f938b",
                           64, digest, 32)
        && found.best.has_digest && memcmp(found.best.digest, digest, 32) == 0
        && strcmp(found.best.tag, "v1.3.0") == 0 && found.best.version_at == 1
        && strcmp(found.best.name, "thermostat-m3-1.3.0.bin") == 0
        && found.best.url[0] == '\0' && found.best.release_id == 393410694
        && found.best.asset_id == 5368709121 && found.best.size == 61440
        && !found.best.prerelease;
}

static void item_15_a_recorded_reply_gives_release_and_asset(void)
{
    find_configure("thermostat-m3-{version}.bin");
    CHECK(find(find_data("release-latest.json")) == ROTA_OK);
    CHECK(is_thermostat_m3());
    CHECK(found.notes == 0);
}

static void item_16_the_documented_order_of_keys_gives_the_same(void)
{
    find_configure("thermostat-m3-{version}.bin");
    CHECK(find(find_data("release-documented.json")) == ROTA_OK);
    CHECK(is_thermostat_m3());
}

static void item_21_pretty_printed_json_gives_the_same(void)
{
    find_configure("thermostat-m3-{version}.bin");
    CHECK(find(find_data("release-pretty.json")) == ROTA_OK);
    CHECK(is_thermostat_m3());
}

static void a_reply_split_anywhere_gives_the_same(void)
{
    const char *doc = find_data("release-latest.json");
    size_t len = strlen(doc);

    find_configure("thermostat-m3-{version}.bin");
    for (size_t at = 0; at <= len; at++)
        CHECK(find_by(doc, len, at, len) == ROTA_OK && is_thermostat_m3());
    for (size_t step = 1; step < 20; step++)
        CHECK(find_by(doc, len, step, step) == ROTA_OK && is_thermostat_m3());
}

static void a_reply_cut_short_anywhere_is_refused(void)
{
    const char *doc = find_data("release-latest.json");

    find_configure("thermostat-m3-{version}.bin");
    for (size_t len = 0; len < strlen(doc); len++)
        CHECK(find_by(doc, len, len, 1) == ROTA_EJSON);
}

static void item_18_and_22_gitea_omits_state_url_and_digest(void)
{
    find_configure("thermostat-m3-*.bin");
    CHECK(find(find_data("release-gitea.json")) == ROTA_OK);
    CHECK(strcmp(found.best.url,
                 "https://git.example.org/acme/thermostat/releases"
                 "/download/v1.3.0/thermostat-m3-1.3.0.bin")
          == 0);
    CHECK(found.best.asset_id == 77 && found.best.size == 61440
          && !found.best.has_digest);
}

static void a_reply_without_assets_has_none_that_matches(void)
{
    find_configure("*");
    CHECK(find(find_data("release-no-assets.json")) == ROTA_ENOASSET);
    CHECK(strcmp(found.best.tag, "v1.0.0") == 0);
}

static void what_is_not_a_release_is_refused(void)
{
    find_configure("*");
    CHECK(find(find_data("error-not-found.json")) == ROTA_EJSON);
    CHECK(find("<html>") == ROTA_EJSON);
    CHECK(find_json("{}") == ROTA_EJSON);
    CHECK(find_json("{'id':1}") == ROTA_EJSON);
    CHECK(find_json("{'tag_name':'v1.0.0'}") == ROTA_EJSON);
    CHECK(find_json("{'id':1,'tag_name':null}") == ROTA_EJSON);
    CHECK(find_json("{'id':1,'tag_name':7}") == ROTA_EJSON);
    CHECK(find_json("{'id':-1,'tag_name':'v1.0.0'}") == ROTA_EJSON);
    CHECK(find_json("{'id':'1','tag_name':'v1.0.0'}") == ROTA_EJSON);
    CHECK(find_json("{'id':1,'tag_name':'v1.0.0','draft':0}") == ROTA_EJSON);
    CHECK(find_json("{'id':1,'tag_name':'v1.0.0','prerelease':''}")
          == ROTA_EJSON);
    CHECK(find_json("{'id':1,'tag_name':'v1.0.0'}") == ROTA_ENOASSET);
}

/* --- One asset --- */

/* A release v1.0.0 with these assets. */
static int find_among(const char *assets)
{
    return find_json("{'id':1,'tag_name':'v1.0.0','assets':[%s]}", assets);
}

/* An asset fw.bin with these members besides those that it needs. */
static int find_with(const char *members)
{
    return find_json("{'id':1,'tag_name':'v1.0.0','assets':[{"
                     "'name':'fw.bin','url':'u','id':5,'size':9%s}]}",
                     members);
}

static int find_sized(const char *id, const char *size)
{
    return find_json("{'id':1,'tag_name':'v1.0.0','assets':[{"
                     "'id':%s,'size':%s,'url':'u','name':'fw.bin'}]}",
                     id, size);
}

/* "sha256:" and the like, and digits. */
static int find_digest(const char *digest)
{
    return find_json("{'id':1,'tag_name':'v1.0.0','assets':[{'id':5,'url':'u',"
                     "'name':'fw.bin','digest':%s,'size':9}]}",
                     digest);
}

/* Of these many assets, separated by spaces. */
static int find_named(const char *names)
{
    char assets[2048] = "";
    size_t len = 0;

    for (; *names; names += strspn(names, " ")) {
        int n = (int)strcspn(names, " ");
        len += (size_t)snprintf(assets + len, sizeof assets - len,
                                "%s{'id':5,'size':9,'url':'u','name':'%.*s'}",
                                len ? "," : "", n, names);
        names += n;
    }
    return find_among(assets);
}

static void item_19_ids_have_64_bits(void)
{
    find_configure("fw.bin");
    CHECK(find_sized("4294967297", "9") == ROTA_OK);
    CHECK(found.best.asset_id == 4294967297u);
    CHECK(find_sized("18446744073709551615", "9") == ROTA_OK);
    CHECK(found.best.asset_id == UINT64_MAX);
    CHECK(find_json("{'id':18446744073709551615,'tag_name':'v1.0.0'}")
          == ROTA_ENOASSET);
    CHECK(found.best.release_id == UINT64_MAX);
    CHECK(find_sized("18446744073709551616", "9") == ROTA_EFIELD);
    CHECK(find_sized("-1", "9") == ROTA_EFIELD);
    CHECK(find_sized("1e3", "9") == ROTA_EFIELD);
    CHECK(find_sized("null", "9") == ROTA_EFIELD);
}

static void item_19_sizes_are_whole_numbers_below_2_gib(void)
{
    find_configure("fw.bin");
    found.slot.size = UINT32_MAX;
    CHECK(find_sized("5", "1") == ROTA_OK && found.best.size == 1);
    CHECK(find_sized("5", "2147483647") == ROTA_OK);
    CHECK(found.best.size == 2147483647);
    CHECK(find_sized("5", "2147483648") == ROTA_EFIELD);
    CHECK(find_sized("5", "4294967297") == ROTA_EFIELD);
    CHECK(find_sized("5", "18446744073709551617") == ROTA_EFIELD);
    CHECK(find_sized("5", "0") == ROTA_EFIELD);
    CHECK(find_sized("5", "-9") == ROTA_EFIELD);
    CHECK(find_sized("5", "1e3") == ROTA_EFIELD);
    CHECK(find_sized("5", "9.0") == ROTA_EFIELD);
    CHECK(find_sized("5", "'9'") == ROTA_EFIELD);
    CHECK(find_sized("5", "true") == ROTA_EFIELD);
    CHECK(find_sized("5", "null") == ROTA_EFIELD);
    CHECK(find_sized("5", "09") == ROTA_EJSON);
    CHECK(find_sized("5", "{}") == ROTA_EJSON);
}

static void an_asset_larger_than_the_slot_is_refused(void)
{
    find_configure("fw.bin");
    found.slot.size = 4096;
    CHECK(find_sized("5", "4096") == ROTA_OK);
    CHECK(find_sized("5", "4097") == ROTA_ETOOBIG);
    CHECK(found.best.size == 4097);
}

#define HEX32 "0123456789abcdef0123456789ABCDEF"

static void a_digest_is_sha256_null_or_absent(void)
{
    static const char *const bad[] = {
        "''",
        "'sha256'",
        "'sha256:'",
        "'sha256:" HEX32 "'",
        "'sha256:" HEX32 HEX32 "0'",
        "'sha256:" HEX32 HEX32 "00'",
        "'sha256:" HEX32 "0123456789abcdef0123456789abcdeg'",
        "'sha256:x" HEX32 HEX32 "'",
        "'sha256: " HEX32 HEX32 "'",
        "'SHA256:" HEX32 HEX32 "'",
        "':" HEX32 HEX32 "'",
        "'" HEX32 HEX32 "'",
        "7",
        "false",
    };

    find_configure("fw.bin");
    CHECK(find_digest("'sha256:" HEX32 HEX32 "'") == ROTA_OK);
    CHECK(found.best.has_digest && found.best.digest[0] == 0x01);
    CHECK(found.best.digest[15] == 0xef && found.best.digest[31] == 0xef);
    CHECK(find_digest("null") == ROTA_OK && !found.best.has_digest);
    CHECK(find_with("") == ROTA_OK && !found.best.has_digest);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(find_digest(bad[i]) == ROTA_EFIELD);
    CHECK(find_digest("[]") == ROTA_EJSON);
    CHECK(found.notes == 0);
}

static void a_digest_of_an_unknown_algorithm_is_reported_and_not_used(void)
{
    find_configure("fw.bin");
    CHECK(find_digest("'sha512:" HEX32 HEX32 HEX32 HEX32 "'") == ROTA_OK);
    CHECK(!found.best.has_digest);
    CHECK(found.notes == 1 && strstr(found.note, "fw.bin"));
    CHECK(find_digest("'blake3:x'") == ROTA_OK);
    CHECK(!found.best.has_digest && found.notes == 2);
    CHECK(find_digest("'sha256x:" HEX32 HEX32 "'") == ROTA_OK);
    CHECK(!found.best.has_digest && found.notes == 3);
    CHECK(find_digest("'sha512-256:" HEX32 HEX32 "'") == ROTA_OK);
    CHECK(!found.best.has_digest && found.notes == 4);
}

static int find_at(const char *url, const char *browser_url)
{
    return find_json("{'id':1,'tag_name':'v1.0.0','assets':[{"
                     "'name':'fw.bin','id':5,'size':9,'url':%s,"
                     "'browser_download_url':%s}]}",
                     url, browser_url);
}

static void an_asset_without_url_is_fetched_by_its_browser_url(void)
{
    char longest[600], too_long[600];

    find_configure("fw.bin");
    CHECK(find_at("'https://a/1'", "'https://b/2'") == ROTA_OK);
    CHECK(found.best.url[0] == '\0');
    CHECK(find_at("null", "'https://b/2'") == ROTA_OK);
    CHECK(strcmp(found.best.url, "https://b/2") == 0);
    CHECK(find_at("7", "'https://b/2'") == ROTA_EFIELD);
    CHECK(find_at("null", "null") == ROTA_EFIELD);
    CHECK(find_at("null", "7") == ROTA_EFIELD);
    CHECK(find_at("null", "''") == ROTA_EFIELD);
    CHECK(find_at("null", "'a\\u0000b'") == ROTA_EFIELD);

    snprintf(longest, sizeof longest, "'%0*d'", ROTA_ASSET_URL_MAX, 7);
    snprintf(too_long, sizeof too_long, "'%0*d'", ROTA_ASSET_URL_MAX + 1, 7);
    CHECK(find_at("null", longest) == ROTA_OK);
    CHECK(strlen(found.best.url) == ROTA_ASSET_URL_MAX);
    CHECK(find_at("null", too_long) == ROTA_ETOOLONG);
    CHECK(find_at(too_long, too_long) == ROTA_OK);
    CHECK(found.best.url[0] == '\0');
}

static void item_22_assets_that_are_not_uploaded_are_passed_over(void)
{
    static const char *const not [] = {
        "'starter'",  "'new'",       "'open'",      "''",
        "'Uploaded'", "'uploaded '", "'uploadedx'", "1"};
    char state[64];

    find_configure("fw.bin");
    CHECK(find_with(",'state':'uploaded'") == ROTA_OK);
    CHECK(find_with(",'state':null") == ROTA_OK);
    CHECK(find_with("") == ROTA_OK);
    for (size_t i = 0; i < sizeof not / sizeof *not ; i++) {
        snprintf(state, sizeof state, ",'state':%s", not [i]);
        CHECK(find_with(state) == ROTA_ENOASSET);
    }
}

static void item_23_two_matching_assets_are_refused(void)
{
    find_configure("fw*.bin");
    CHECK(find_named("fw1.bin") == ROTA_OK);
    CHECK(find_named("fw1.bin fw2.bin") == ROTA_EAMBIGUOUS);
    CHECK(strcmp(found.best.name, "fw1.bin") == 0);
    CHECK(find_named("fw1.bin x fw2.bin fw3.bin") == ROTA_EAMBIGUOUS);
    CHECK(find_named("fw1.bin fw1.bin.sig") == ROTA_OK);
    CHECK(strcmp(found.best.name, "fw1.bin") == 0);
}

static void item_23_a_repeated_name_is_refused(void)
{
    find_configure("fw.bin");
    CHECK(find_named("fw.bin fw.bin") == ROTA_EAMBIGUOUS);
    CHECK(find_named("x x fw.bin") == ROTA_OK);
    CHECK(find_among("{'state':'starter','name':'fw.bin'},"
                     "{'id':5,'size':9,'url':'u','name':'fw.bin'}")
          == ROTA_OK);
}

static void item_24_names_are_compared_exactly(void)
{
    find_configure("fw-a.b_1.bin");
    CHECK(find_named("fw-a.b_1.bin") == ROTA_OK);
    CHECK(find_named("fw-a.b_1\\u002ebin") == ROTA_OK);
    CHECK(find_named("fw-a.b_1.BIN") == ROTA_ENOASSET);
    CHECK(find_named("fw-a.b.1.bin") == ROTA_ENOASSET);
    CHECK(find_named("fw-a.b_1.bin\\t") == ROTA_ENOASSET);
    CHECK(find_named("\\u0020fw-a.b_1.bin") == ROTA_ENOASSET);
    CHECK(find_named("fw-a.b_1.bin\\u0000") == ROTA_ENOASSET);
    find_configure("fw?(1).bin");
    CHECK(find_named("fw.1.bin") == ROTA_ENOASSET);
}

static void other_assets_may_have_odd_fields(void)
{
    static const char *const odd[] = {
        "{}",
        "{'name':7}",
        "{'name':null,'size':-1}",
        "{'name':'x','size':1e99,'digest':false,'id':null}",
        "{'name':'\\ud800'}",
        "{'name':'fw.bin','state':'new','size':''}",
    };
    char assets[1024];

    find_configure("fw.bin");
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        snprintf(assets, sizeof assets,
                 "%s,{'id':5,'size':9,'url':'u','name':'fw.bin'},%s", odd[i],
                 odd[i]);
        CHECK(find_among(assets) == ROTA_OK);
    }
}

static void a_name_longer_than_this_build_holds_never_matches(void)
{
    char name[2 * ROTA_NAME_MAX];

    find_configure("*");
    for (int len = ROTA_NAME_MAX - 1; len < ROTA_NAME_MAX + 3; len++) {
        snprintf(name, sizeof name, "%0*d", len, 1);
        CHECK(find_named(name)
              == (len > ROTA_NAME_MAX ? ROTA_ENOASSET : ROTA_OK));
    }
}

int main(void)
{
    RUN(item_15_a_recorded_reply_gives_release_and_asset);
    RUN(item_16_the_documented_order_of_keys_gives_the_same);
    RUN(item_21_pretty_printed_json_gives_the_same);
    RUN(a_reply_split_anywhere_gives_the_same);
    RUN(a_reply_cut_short_anywhere_is_refused);
    RUN(item_18_and_22_gitea_omits_state_url_and_digest);
    RUN(a_reply_without_assets_has_none_that_matches);
    RUN(what_is_not_a_release_is_refused);
    RUN(item_19_ids_have_64_bits);
    RUN(item_19_sizes_are_whole_numbers_below_2_gib);
    RUN(an_asset_larger_than_the_slot_is_refused);
    RUN(a_digest_is_sha256_null_or_absent);
    RUN(a_digest_of_an_unknown_algorithm_is_reported_and_not_used);
    RUN(an_asset_without_url_is_fetched_by_its_browser_url);
    RUN(item_22_assets_that_are_not_uploaded_are_passed_over);
    RUN(item_23_two_matching_assets_are_refused);
    RUN(item_23_a_repeated_name_is_refused);
    RUN(item_24_names_are_compared_exactly);
    RUN(other_assets_may_have_odd_fields);
    RUN(a_name_longer_than_this_build_holds_never_matches);
    return test_end();
}
