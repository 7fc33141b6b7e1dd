/* SPDX-License-Identifier: Apache-2.0 */
/* struct rota_finder: which release wins, the order of keys, large replies. */
#include "support/test.h"

#include <string.h>

#include "core/find_release.h"

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

/* A list of releases with these tags, separated by spaces, a "-" in front of
 * each that is a draft and a "~" of a prerelease. Each has an asset fw.bin. */
static size_t write_list(char *buf, size_t size, const char *tags)
{
    size_t len = find_write(buf, size, "[");

    for (const char *tag = tags; *tag; tag += strspn(tag, " ")) {
        bool draft = *tag == '-', early = *tag == '~';
        int n = (int)strcspn(tag += draft || early, " ");
        len += find_write(buf + len, size - len,
                          "%s{'id':1,'tag_name':'%.*s','draft':%s,"
                          "'prerelease':%s,'assets':[{'id':5,'size':9,"
                          "'url':'u','name':'fw.bin'}]}",
                          len > 1 ? "," : "", n, tag, draft ? "true" : "false",
                          early ? "true" : "false");
        tag += n;
    }
    return len + find_write(buf + len, size - len, "]");
}

static int find_tags(const char *tags)
{
    char list[2048];

    find_configure("fw.bin");
    write_list(list, sizeof list, tags);
    return find(list);
}

static bool wins(const char *tags, const char *tag)
{
    return find_tags(tags) == ROTA_OK && strcmp(found.best.tag, tag) == 0;
}

static void item_27_the_order_of_a_list_does_not_matter(void)
{
    CHECK(wins("v1.9.0 v1.10.0 v1.2.0", "v1.10.0"));
    CHECK(wins("v1.10.0 v1.9.0", "v1.10.0"));
    CHECK(wins("-v3.0.0 v1.0.0 -v2.0.0", "v1.0.0"));
    CHECK(wins("~v2.0.0-rc.1 v1.9.0", "v2.0.0-rc.1"));
    CHECK(found.best.prerelease);
    CHECK(wins("~v2.0.0-rc.1 v2.0.0", "v2.0.0"));
    CHECK(!found.best.prerelease);
}

static void of_two_equal_versions_the_first_wins(void)
{
    CHECK(wins("v1.0.0+a v1.0.0+b", "v1.0.0+a"));
    CHECK(wins("1.0.0 v1.0.0", "1.0.0"));
}

static void tags_that_are_no_version_lose(void)
{
    CHECK(wins("nightly v0.1.0 zzz", "v0.1.0"));
    CHECK(find_tags("nightly v1") == ROTA_EVERSION);
    CHECK(strcmp(found.best.tag, "nightly") == 0);
    CHECK(find_tags("v1.0") == ROTA_EVERSION);
    CHECK(find_json("{'id':1,'tag_name':''}") == ROTA_EVERSION);
    found.config.tag_prefix = "fw-v";
    CHECK(find_json("{'id':1,'tag_name':'v1.0.0'}") == ROTA_EVERSION);
    CHECK(find_json("{'id':1,'tag_name':'fw-v1.0.0'}") == ROTA_ENOASSET);
    CHECK(found.best.version_at == 4);
}

static void a_tag_longer_than_this_build_holds_is_its_own_error(void)
{
    char tags[600];

    snprintf(tags, sizeof tags, "v%0*d", ROTA_TAG_MAX - 1, 1);
    CHECK(find_tags(tags) == ROTA_EVERSION);
    CHECK(strlen(found.best.tag) == ROTA_TAG_MAX);
    snprintf(tags, sizeof tags, "v%0*d", ROTA_TAG_MAX, 1);
    CHECK(find_tags(tags) == ROTA_ETOOLONG);
    strcat(tags, " v0.1.0");
    CHECK(wins(tags, "v0.1.0"));
}

static void a_list_without_releases_has_none(void)
{
    CHECK(find_tags("") == ROTA_ENORELEASE);
    CHECK(found.best.tag[0] == '\0');
    CHECK(find_tags("-v1.0.0 -v2.0.0") == ROTA_ENORELEASE);
    CHECK(find_json("{'id':1,'tag_name':'v1.0.0','draft':true}")
          == ROTA_ENORELEASE);
    CHECK(found.best.tag[0] == '\0');
}

static void what_was_found_before_is_not_an_answer(void)
{
    struct rota_finder f;

    find_configure("fw.bin");
    strcpy(found.best.tag, "v1.0.0");
    rota_finder_init(&f, &found.config, &found.best);
    CHECK(find_page(&f, "[]", 2, 1, 1, NULL) == ROTA_OK);
    CHECK(rota_finder_result(&f) == ROTA_ENORELEASE);
    CHECK(found.best.tag[0] == '\0');
}

static void the_winner_without_an_asset_is_the_answer(void)
{
    find_configure("fw-{version}.bin");
    CHECK(find_json("[{'id':1,'tag_name':'v1.0.0','assets':["
                    "{'id':5,'size':9,'url':'u','name':'fw-1.0.0.bin'}]},"
                    "{'id':2,'tag_name':'v2.0.0','assets':[]}]")
          == ROTA_ENOASSET);
    CHECK(strcmp(found.best.tag, "v2.0.0") == 0);
}

static void assets_of_other_releases_do_not_matter(void)
{
    find_configure("fw-{version}.bin");
    CHECK(find_json("[{'id':1,'tag_name':'v1.0.0','assets':["
                    "{'name':'fw-1.0.0.bin'},{'name':'fw-1.0.0.bin'}]},"
                    "{'id':2,'tag_name':'v2.0.0','assets':["
                    "{'name':'fw-1.0.0.bin'},"
                    "{'id':5,'size':9,'url':'u','name':'fw-2.0.0.bin'}]},"
                    "{'id':3,'tag_name':'v1.5.0','assets':["
                    "{'name':'fw-1.5.0.bin','size':-1}]}]")
          == ROTA_OK);
    CHECK(strcmp(found.best.name, "fw-2.0.0.bin") == 0);
    CHECK(found.best.release_id == 2);
}

static void item_28_the_pages_of_a_list_are_one_list(void)
{
    static const char *const pages[] = {"v1.1.0 v1.0.0", "", "v0.9.0 v1.2.0",
                                        "v0.1.0"};
    struct rota_finder f;
    char list[1024];

    find_configure("fw.bin");
    rota_finder_init(&f, &found.config, &found.best);
    for (size_t i = 0; i < 4; i++) {
        size_t len = write_list(list, sizeof list, pages[i]);
        CHECK(find_page(&f, list, len, 1, 1, NULL) == ROTA_OK);
    }
    CHECK(rota_finder_result(&f) == ROTA_OK);
    CHECK(strcmp(found.best.tag, "v1.2.0") == 0);
}

static void with_a_known_tag_other_releases_do_not_count(void)
{
    struct rota_finder f;
    char list[1024];
    size_t len = write_list(list, sizeof list, "v3.0.0 v2.0.0 v1.0.0");

    find_configure("fw.bin");
    rota_finder_init(&f, &found.config, &found.best);
    CHECK(find_page(&f, list, len, 9, 9, "v2.0.0") == ROTA_OK);
    CHECK(rota_finder_result(&f) == ROTA_OK);
    CHECK(strcmp(found.best.tag, "v2.0.0") == 0);
    rota_finder_init(&f, &found.config, &found.best);
    CHECK(find_page(&f, list, len, 9, 9, "v2.0.1") == ROTA_OK);
    CHECK(rota_finder_result(&f) == ROTA_ECHANGED);
}

/* --- The order of keys --- */

#define MEMBERS 6

static const char *const members[MEMBERS] = {
    "'id':7",
    "'tag_name':'v1.5.0'",
    "'draft':false",
    "'body':'\\'tag_name\\':\\'v9.0.0\\''",
    "'author':{'id':8,'tag_name':'v8.0.0','assets':[{}]}",
    "'assets':[{'uploader':{'id':1,'url':'x'},'id':5,'url':'u',"
    "'name':'fw-v1.5.0.bin','size':9},{'size':3,'id':6,"
    "'name':'fw-v1.6.0.bin','url':'u'}]",
};

/* A release whose members stand in the nth order of all. Does the tag stand
 * before the assets? */
static bool write_order(char *doc, size_t size, size_t n)
{
    bool tag_first = false, used[MEMBERS] = {false};
    size_t len = find_write(doc, size, "{");

    for (size_t left = MEMBERS; left > 0; n /= left, left--) {
        size_t pick = n % left, i = 0;
        while (used[i] || pick-- > 0)
            i++;
        used[i] = true;
        len += find_write(doc + len, size - len, "%s%s", members[i],
                          left > 1 ? "," : "}");
        if (i == 1)
            tag_first = !used[5];
    }
    return tag_first;
}

static bool is_fw_150(void)
{
    return strcmp(found.best.tag, "v1.5.0") == 0 && found.best.asset_id == 5
        && found.best.release_id == 7 && found.best.size == 9
        && strcmp(found.best.name, "fw-v1.5.0.bin") == 0;
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
        bool tag_first = write_order(doc, sizeof doc, n);
        find_configure("fw-v1.5*.bin");
        CHECK(find_twice(doc, &twice) == ROTA_OK && is_fw_150());
        CHECK(!twice);
        find_configure("fw-v{version}.bin");
        CHECK(find_twice(doc, &twice) == ROTA_OK && is_fw_150());
        CHECK(twice == !tag_first);
        find_configure("fw-{tag}.bin");
        CHECK(find_twice(doc, &twice) == ROTA_OK && is_fw_150());
    }
}

static void a_tag_is_that_of_its_own_release(void)
{
    find_configure("fw-{version}.bin");
    CHECK(find_json("[{'id':1,'tag_name':'v1.0.0','assets':[]},"
                    "{'id':2,'assets':[{'name':'x'}],'tag_name':'v2.0.0'}]")
          == ROTA_EAGAIN);
    CHECK(strcmp(found.best.tag, "v2.0.0") == 0);
    CHECK(find_json("[{'id':2,'assets':[{'name':'x'}],'tag_name':'v2.0.0'},"
                    "{'id':3,'tag_name':'v3.0.0','assets':[]}]")
          == ROTA_ENOASSET);
}

/* --- Large replies --- */

static char large[4 << 20];

/* A release with a body of 125,000 characters that repeats text. */
static const char *with_body(const char *text, bool first)
{
    static const char rest[] = "'id':7,'tag_name':'v1.0.0','assets':[{'id':5,"
                               "'size':9,'url':'u','name':'fw-1.0.0.bin'}]";
    size_t n = strlen(text), len = 0;

    len += find_write(large, sizeof large, "{%s%s'body':'", first ? "" : rest,
                      first ? "" : ",");
    for (size_t i = 0; i + n <= 125000; i += n, len += n)
        memcpy(large + len, text, n);
    find_write(large + len, sizeof large - len, "'%s%s}", first ? "," : "",
               first ? rest : "");
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

/* A release with assets of a recorded one's length, 1613 bytes. */
static const char *with_assets(unsigned count)
{
    size_t len = find_write(large, sizeof large,
                            "{'id':7,'tag_name':'v1.0.0','assets':[");

    for (unsigned i = 0; i < count; i++)
        len += find_write(large + len, sizeof large - len,
                          "%s{'url':'https://api.github.com/repos/a/b/releases"
                          "/assets/%u','id':%u,'name':'fw-%u.bin',"
                          "'uploader':{'id':1,'url':'%01260d'},"
                          "'state':'uploaded','size':%u,'digest':null,"
                          "'browser_download_url':'https://github.com/a/b/"
                          "releases/download/v1.0.0/fw-%u.bin'}",
                          i ? "," : "", i, i, i, 0, i + 1, i);
    find_write(large + len, sizeof large - len, "]}");
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

/* 100,000 times c between begin and end. */
static int find_endless(const char *begin, char c, const char *end)
{
    size_t len = find_write(large, sizeof large, "%s", begin);

    memset(large + len, c, 100000);
    find_write(large + len + 100000, 100, "%s", end);
    return find(large);
}

static void item_14_endless_values_are_refused_or_passed_over(void)
{
    find_configure("fw.bin");
    CHECK(find_endless("{'id':7,'tag_name':'v1.0.0','x':", '[', "")
          == ROTA_EJSON);
    CHECK(find_endless("{'id':7,'tag_name':'v1.0.0','x':", ' ', "1}")
          == ROTA_ENOASSET);
    CHECK(find_endless("{'id':7,'tag_name':'v1.0.0','x':", '1', "}")
          == ROTA_ENOASSET);
    CHECK(find_endless("{'id':7,'tag_name':'v1.0.0','", 'x', "':1}")
          == ROTA_ENOASSET);
    CHECK(find_endless("{'id':", '1', "}") == ROTA_ETOOLONG);
    CHECK(find_endless("{'tag_name':'", 'v', "'}") == ROTA_ETOOLONG);
}

int main(void)
{
    RUN(item_27_the_highest_version_wins_and_drafts_do_not_count);
    RUN(a_list_split_anywhere_is_the_same);
    RUN(item_27_the_order_of_a_list_does_not_matter);
    RUN(of_two_equal_versions_the_first_wins);
    RUN(tags_that_are_no_version_lose);
    RUN(a_tag_longer_than_this_build_holds_is_its_own_error);
    RUN(a_list_without_releases_has_none);
    RUN(what_was_found_before_is_not_an_answer);
    RUN(the_winner_without_an_asset_is_the_answer);
    RUN(assets_of_other_releases_do_not_matter);
    RUN(item_28_the_pages_of_a_list_are_one_list);
    RUN(with_a_known_tag_other_releases_do_not_count);
    RUN(item_16_any_order_of_keys_gives_the_same);
    RUN(a_tag_is_that_of_its_own_release);
    RUN(item_17_a_hostile_body_is_passed_over);
    RUN(item_20_a_thousand_assets_take_no_more_memory_than_one);
    RUN(item_14_endless_values_are_refused_or_passed_over);
    return test_end();
}
