/* SPDX-License-Identifier: Apache-2.0 */
/* struct rota_finder: which release wins, the order of keys, large replies. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "find_release.h"

#define ASSET(name) "{\"id\":5,\"size\":9,\"url\":\"u\",\"name\":\"" name "\"}"

/* --- Lists --- */

static void item_27_the_highest_version_wins_and_drafts_do_not_count(void)
{
    find_configure("thermostat-m3-{version}.bin");
    CHECK(find(find_data("releases-list.json")) == ROTA_OK);
    CHECK(strcmp(found.best.tag, "v1.4.0-rc.10") == 0);
    CHECK(strcmp(found.best.name, "thermostat-m3-1.4.0-rc.10.bin") == 0);
    CHECK(found.best.asset_id == 5368709400 && found.best.prerelease);
    CHECK(found.best.release_id == 393410997);
}

static void a_list_split_anywhere_is_the_same(void)
{
    const char *doc = find_data("releases-list.json");
    size_t len = strlen(doc);

    find_configure("thermostat-m3-{version}.bin");
    for (size_t step = 1; step < 40; step++) {
        CHECK(find_by(doc, len, step, step) == ROTA_OK);
        CHECK(found.best.asset_id == 5368709400);
    }
    for (size_t cut = 0; cut < len; cut += 7)
        CHECK(find_by(doc, cut, cut, 1) == ROTA_EJSON);
}

/* {"tag_name":"x", ...} */
#define RELEASE(tag, more)                                                     \
    "{\"id\":1,\"tag_name\":\"" tag "\"" more                                  \
    ",\"assets\":[" ASSET("fw.bin") "]}"

static bool wins(const char *list, const char *tag)
{
    return find(list) == ROTA_OK && strcmp(found.best.tag, tag) == 0;
}

static void the_order_of_a_list_does_not_matter(void)
{
    find_configure("fw.bin");
    CHECK(wins("[" RELEASE("v1.9.0", "") "," RELEASE("v1.10.0", "") "," RELEASE(
                   "v1.2.0", "") "]",
               "v1.10.0"));
    CHECK(wins("[" RELEASE("v1.10.0", "") "," RELEASE("v1.9.0", "") "]",
               "v1.10.0"));
    CHECK(wins("[" RELEASE("v2.0.0-rc.1", ",\"prerelease\":true") "," RELEASE(
                   "v2.0.0", "") "]",
               "v2.0.0"));
    CHECK(!found.best.prerelease);
}

static void of_two_equal_versions_the_first_wins(void)
{
    find_configure("fw.bin");
    CHECK(wins("[" RELEASE("v1.0.0+a", "") "," RELEASE("v1.0.0+b", "") "]",
               "v1.0.0+a"));
    CHECK(
        wins("[" RELEASE("1.0.0", "") "," RELEASE("v1.0.0", "") "]", "1.0.0"));
}

static void tags_that_are_no_version_lose(void)
{
    find_configure("fw.bin");
    CHECK(wins("[" RELEASE("nightly", "") "," RELEASE("v0.1.0", "") "," RELEASE(
                   "zzz", "") "]",
               "v0.1.0"));
    CHECK(find("[" RELEASE("nightly", "") "," RELEASE("v1", "") "]")
          == ROTA_EVERSION);
    CHECK(strcmp(found.best.tag, "nightly") == 0);
    CHECK(find(RELEASE("", "")) == ROTA_EVERSION);
    CHECK(find(RELEASE("v1.0", "")) == ROTA_EVERSION);
    found.config.tag_prefix = "fw-v";
    CHECK(find(RELEASE("v1.0.0", "")) == ROTA_EVERSION);
    CHECK(wins(RELEASE("fw-v1.0.0", ""), "fw-v1.0.0"));
    CHECK(found.best.version_at == 4);
}

static void a_tag_longer_than_this_build_holds_is_its_own_error(void)
{
    char doc[600];

    find_configure("fw.bin");
    snprintf(doc, sizeof doc, RELEASE("v1.0.0-%0*d", ""), ROTA_TAG_MAX - 7, 1);
    CHECK(find(doc) == ROTA_EVERSION); /* a leading zero */
    CHECK(strlen(found.best.tag) == ROTA_TAG_MAX);
    snprintf(doc, sizeof doc, RELEASE("v1.0.0-%0*d", ""), ROTA_TAG_MAX - 6, 1);
    CHECK(find(doc) == ROTA_ETOOLONG);
    snprintf(doc, sizeof doc,
             "[" RELEASE("v1.0.0-%0*d", "") "," RELEASE("v0.1.0", "") "]",
             ROTA_TAG_MAX - 6, 1);
    CHECK(wins(doc, "v0.1.0"));
}

static void a_list_without_releases_has_none(void)
{
    find_configure("fw.bin");
    CHECK(find("[]") == ROTA_ENORELEASE);
    CHECK(found.best.tag[0] == '\0');
    CHECK(find("[" RELEASE("v1.0.0", ",\"draft\":true") "]")
          == ROTA_ENORELEASE);
    CHECK(find(RELEASE("v1.0.0", ",\"draft\":true")) == ROTA_ENORELEASE);
    CHECK(found.best.tag[0] == '\0');
}

static void the_winner_without_an_asset_is_the_answer(void)
{
    find_configure("fw-{version}.bin");
    CHECK(
        find("[{\"id\":1,\"tag_name\":\"v1.0.0\",\"assets\":[" ASSET(
            "fw-1.0.0.bin") "]},"
                            "{\"id\":2,\"tag_name\":\"v2.0.0\",\"assets\":[]}]")
        == ROTA_ENOASSET);
    CHECK(strcmp(found.best.tag, "v2.0.0") == 0);
    CHECK(
        wins(
            "[{\"id\":1,\"tag_name\":\"v1.0.0\",\"assets\":[" ASSET("fw-1.0.0."
                                                                    "bin") "," ASSET(
                "fw-1.0.0.bin") "]},"
                                "{\"id\":2,\"tag_name\":\"v2.0.0\",\"assets\":"
                                "[" ASSET("fw-1.0.0.bin") "," ASSET(
                                    "fw-2.0.0.bin") "]},"
                                                    "{\"id\":3,\"tag_name\":"
                                                    "\"v1.5.0\",\"assets\":["
                                                    "{\"name\":\"fw-1.5.0."
                                                    "bin\"}]}]",
            "v2.0.0"));
    CHECK(strcmp(found.best.name, "fw-2.0.0.bin") == 0);
}

static void item_28_the_pages_of_a_list_are_one_list(void)
{
    static const char *const pages[] = {
        "[" RELEASE("v1.1.0", "") "," RELEASE("v1.0.0", "") "]",
        "[]",
        "[" RELEASE("v0.9.0", "") "," RELEASE("v1.2.0", "") "]",
        "[" RELEASE("v0.1.0", "") "]",
    };
    struct rota_finder f;

    find_configure("fw.bin");
    rota_finder_init(&f, &found.config, &found.best);
    for (size_t i = 0; i < 4; i++)
        CHECK(find_page(&f, pages[i], strlen(pages[i]), 1, 1, NULL) == ROTA_OK);
    CHECK(rota_finder_result(&f) == ROTA_OK);
    CHECK(strcmp(found.best.tag, "v1.2.0") == 0);
}

/* --- The order of keys --- */

#define MEMBERS 6

static const char *const members[MEMBERS] = {
    "\"id\":7",
    "\"tag_name\":\"v1.5.0\"",
    "\"draft\":false",
    "\"body\":\"\\\"tag_name\\\":\\\"v9.0.0\\\"\"",
    "\"author\":{\"id\":8,\"tag_name\":\"v8.0.0\",\"assets\":[{}]}",
    "\"assets\":[{\"uploader\":{\"id\":1,\"url\":\"x\"},\"id\":5,\"url\":\"u\","
    "\"name\":\"fw-1.5.0.bin\",\"size\":9},{\"size\":3,\"id\":6,"
    "\"name\":\"fw-1.6.0.bin\",\"url\":\"u\"}]",
};

/* A release whose members stand in the nth order of all. */
static bool write_order(char *doc, size_t n)
{
    bool tag_first = false, used[MEMBERS] = {false};

    doc += sprintf(doc, "{");
    for (size_t left = MEMBERS; left > 0; n /= left, left--) {
        size_t pick = n % left, i = 0;
        while (used[i] || pick-- > 0)
            i++;
        used[i] = true;
        doc += sprintf(doc, "%s%s", members[i], left > 1 ? "," : "}");
        if (i == 1)
            tag_first = !used[5];
    }
    return tag_first;
}

static bool is_fw_150(void)
{
    return strcmp(found.best.tag, "v1.5.0") == 0 && found.best.asset_id == 5
        && found.best.release_id == 7 && found.best.size == 9
        && strcmp(found.best.name, "fw-1.5.0.bin") == 0;
}

/* Find, and read again with the tag when that is asked for. */
static int find_twice(const char *doc, bool *twice)
{
    struct rota_finder f;
    int err = find(doc);

    *twice = err == ROTA_EAGAIN;
    if (!*twice)
        return err;
    rota_finder_init(&f, &found.config, &found.best);
    err = find_page(&f, doc, strlen(doc), 3, 3, found.best.tag);
    return err ? err : rota_finder_result(&f);
}

static void item_16_any_order_of_keys_gives_the_same(void)
{
    char doc[1024];
    bool twice;

    for (size_t n = 0; n < 720; n++) {
        bool tag_first = write_order(doc, n);
        find_configure("fw-1.5*.bin");
        CHECK(find_twice(doc, &twice) == ROTA_OK && is_fw_150());
        CHECK(!twice);
        find_configure("fw-{version}.bin");
        CHECK(find_twice(doc, &twice) == ROTA_OK && is_fw_150());
        CHECK(twice == !tag_first);
    }
}

static void with_a_known_tag_other_releases_do_not_count(void)
{
    static const char list[] = "[" RELEASE("v3.0.0", "") "," RELEASE(
        "v2.0.0", "") "," RELEASE("v1.0.0", "") "]";
    struct rota_finder f;

    find_configure("fw.bin");
    rota_finder_init(&f, &found.config, &found.best);
    CHECK(find_page(&f, list, strlen(list), 9, 9, "v2.0.0") == ROTA_OK);
    CHECK(rota_finder_result(&f) == ROTA_OK);
    CHECK(strcmp(found.best.tag, "v2.0.0") == 0);
    rota_finder_init(&f, &found.config, &found.best);
    CHECK(find_page(&f, list, strlen(list), 9, 9, "v2.0.1") == ROTA_OK);
    CHECK(rota_finder_result(&f) == ROTA_ECHANGED);
}

/* --- Large replies --- */

static char large[4 << 20];

static char *add(char *at, const char *text)
{
    size_t n = strlen(text);

    memcpy(at, text, n + 1);
    return at + n;
}

/* A release with a body of 125,000 characters that repeats text. */
static const char *with_body(const char *text, bool first)
{
    size_t n = strlen(text);
    char *at = add(large, "{");

    if (!first)
        at = add(at, "\"id\":7,\"tag_name\":\"v1.0.0\",\"assets\":[" ASSET(
                         "fw-1.0.0.bin") "],");
    at = add(at, "\"body\":\"");
    for (size_t i = 0; i + n <= 125000; i += n)
        at = add(at, text);
    at = add(at, "\"");
    if (first)
        at = add(at, ",\"id\":7,\"tag_name\":\"v1.0.0\",\"assets\":[" ASSET(
                         "fw-1.0.0.bin") "]");
    add(at, "}");
    return large;
}

static void item_17_a_hostile_body_is_passed_over(void)
{
    static const char *const texts[] = {
        "\\\"tag_name\\\":\\\"v9.9.9\\\",\\\"assets\\\":[{\\\"id\\\":1}],",
        "{[}]",
        "\\\\",
        "\\u0022}",
        "\\\"",
        "\xf0\x9f\x9a\x80",
        "x",
        "\\n",
        "\\u0000",
        "\\ud800",
        "'",
        "//",
        "\x7f",
    };

    find_configure("fw-{version}.bin");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        CHECK(find(with_body(texts[i], true)) == ROTA_OK);
        CHECK(strcmp(found.best.name, "fw-1.0.0.bin") == 0);
        CHECK(find(with_body(texts[i], false)) == ROTA_OK);
        CHECK(find_by(large, strlen(large), 1460, 1460) == ROTA_OK);
        CHECK(found.best.release_id == 7);
    }
    CHECK(find(with_body("\"", true)) == ROTA_EJSON);
    CHECK(find(with_body("\n", true)) == ROTA_EJSON);
    CHECK(find(with_body("\\x", true)) == ROTA_EJSON);
}

/* A recorded asset's length, 1613 bytes, each. */
static const char *with_assets(unsigned count)
{
    char *at = add(large, "{\"id\":7,\"tag_name\":\"v1.0.0\",\"assets\":[");

    for (unsigned i = 0; i < count; i++)
        at += sprintf(at,
                      "%s{\"url\":\"https://api.github.com/repos/a/b/releases"
                      "/assets/%u\",\"id\":%u,\"name\":\"fw-%u.bin\","
                      "\"uploader\":{\"id\":1,\"url\":\"%01260d\"},"
                      "\"state\":\"uploaded\",\"size\":%u,\"digest\":null,"
                      "\"browser_download_url\":\"https://github.com/a/b/"
                      "releases/download/v1.0.0/fw-%u.bin\"}",
                      i ? "," : "", i, i, i, 0, i + 1, i);
    add(at, "]}");
    return large;
}

static void item_20_a_thousand_assets_take_no_more_memory_than_one(void)
{
    char name[32];

    for (unsigned i = 0; i < 1000; i += 333) {
        snprintf(name, sizeof name, "fw-%u.bin", i);
        find_configure(name);
        CHECK(find(with_assets(1000)) == ROTA_OK);
        CHECK(found.best.asset_id == i && found.best.size == i + 1);
    }
    CHECK(strlen(large) > 1500 * 1000);
    find_configure("fw-9?9.bin");
    CHECK(find(large) == ROTA_EAMBIGUOUS);
    find_configure("fw-1000.bin");
    CHECK(find(large) == ROTA_ENOASSET);
}

/* What makes a document endless makes it fail, or costs nothing. */
static void item_14_endless_values_are_refused_or_passed_over(void)
{
    char *at = add(large, "{\"id\":7,\"tag_name\":\"v1.0.0\",\"x\":");

    find_configure("fw.bin");
    memset(at, '[', 100000);
    CHECK(find_by(large, 100040, 100040, 1) == ROTA_EJSON);
    memset(at, ' ', 100000);
    add(at + 100000, "1}");
    CHECK(find(large) == ROTA_ENOASSET);
    memset(at, '1', 100000);
    CHECK(find(large) == ROTA_ENOASSET);
    at = add(large, "{\"id\":");
    memset(at, '1', 100000);
    CHECK(find(large) == ROTA_ETOOLONG);
    at = add(large, "{\"tag_name\":\"");
    memset(at, 'v', 100000);
    CHECK(find(large) == ROTA_ETOOLONG);
    at = add(large, "{\"");
    memset(at, 'k', 100000);
    add(at + 100000, "\":1,\"id\":7,\"tag_name\":\"v1.0.0\"}");
    CHECK(find(large) == ROTA_ENOASSET);
}

int main(void)
{
    RUN(item_27_the_highest_version_wins_and_drafts_do_not_count);
    RUN(a_list_split_anywhere_is_the_same);
    RUN(the_order_of_a_list_does_not_matter);
    RUN(of_two_equal_versions_the_first_wins);
    RUN(tags_that_are_no_version_lose);
    RUN(a_tag_longer_than_this_build_holds_is_its_own_error);
    RUN(a_list_without_releases_has_none);
    RUN(the_winner_without_an_asset_is_the_answer);
    RUN(item_28_the_pages_of_a_list_are_one_list);
    RUN(item_16_any_order_of_keys_gives_the_same);
    RUN(with_a_known_tag_other_releases_do_not_count);
    RUN(item_17_a_hostile_body_is_passed_over);
    RUN(item_20_a_thousand_assets_take_no_more_memory_than_one);
    RUN(item_14_endless_values_are_refused_or_passed_over);
    return test_end();
}
