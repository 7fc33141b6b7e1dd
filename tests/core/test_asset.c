/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <time.h>

#include "release/asset.h"
#include "support/test.h"

static bool matches(const char *pattern, const char *name)
{
    struct rota_config c = {.asset = pattern, .board = "rpi4"};
    return rota_asset_matches(&c, "v1.2.0", "1.2.0", name);
}

static void patterns_match_whole_names(void)
{
    static const struct {
        const char *pattern, *name;
        bool matches;
    } t[] = {{"a", "a", true},
             {"a", "", false},
             {"a", "aa", false},
             {"", "", true},
             {"", "a", false},
             {"*", "", true},
             {"*", "anything.bin", true},
             {"**", "a", true},
             {"?", "a", true},
             {"?", "", false},
             {"?", "ab", false},
             {"??*", "a", false},
             {"??*", "ab", true},
             {"*.bin", "fw.bin", true},
             {"*.bin", ".bin", true},
             {"*.bin", "fw.bin.sig", false},
             {"*.bin", "fw.binx", false},
             {"fw*", "xfw", false},
             {"a*b*c", "abbcbc", true},
             {"a*b*c", "abbcb", false},
             {"*a*a*", "a", false},
             {"*a*a*", "aa", true},
             {"*ab", "aab", true},
             {"*aab", "aaab", true},
             {"a?c", "abc", true},
             {"a?c", "ac", false},
             {"*?", "", false},
             {"*?", "x", true},
             {"?*", "x", true},
             {"*?*?*", "x", false},
             {"*.tar.??", "a.tar.gz", true}};
    for (size_t i = 0; i < sizeof t / sizeof *t; i++)
        CHECK(matches(t[i].pattern, t[i].name) == t[i].matches);
}

static void item_24_names_are_compared_exactly(void)
{
    CHECK(!matches("fw.bin", "FW.bin"));
    CHECK(!matches("fw.bin", "fwxbin"));
    CHECK(!matches("fw+a.bin", "fw.a.bin"));
    CHECK(matches("fw+a.bin", "fw+a.bin"));
    CHECK(!matches("my fw.bin", "my.fw.bin"));
    CHECK(matches("my.fw.bin", "my.fw.bin"));
    CHECK(!matches("fw.bin", "fw.bin."));
    CHECK(!matches("fw.bin", " fw.bin"));
    CHECK(matches("[a-z].bin", "[a-z].bin"));
    CHECK(!matches("[a-z].bin", "b.bin"));
    CHECK(!matches("fw\\*.bin", "fw*.bin"));
}

static void braces_stand_for_the_release_and_the_board(void)
{
    CHECK(matches("fw-{version}.bin", "fw-1.2.0.bin"));
    CHECK(matches("fw-{tag}.bin", "fw-v1.2.0.bin"));
    CHECK(matches("{board}-*.bin", "rpi4-1.2.0.bin"));
    CHECK(matches("{board}{board}", "rpi4rpi4"));
    CHECK(matches("*{board}", "rpi3rprpi4"));
    CHECK(matches("{board}*-{tag}?{version}", "rpi4-v1.2-v1.2.0-1.2.0"));
    CHECK(matches("{tag}", "v1.2.0"));
    CHECK(!matches("fw-{version}.bin", "fw-1.2.1.bin"));
    CHECK(!matches("fw-{version}.bin", "fw-1.2.0-rc.1.bin"));
    CHECK(!matches("{board}-*.bin", "rpi40-1.2.0.bin"));
    CHECK(!matches("{board}-*.bin", "rpi3-1.2.0.bin"));
}

static void other_braces_mean_themselves(void)
{
    CHECK(matches("{", "{"));
    CHECK(matches("{}", "{}"));
    CHECK(matches("{Board}", "{Board}"));
    CHECK(matches("{boards}", "{boards}"));
    CHECK(matches("{board", "{board"));
    CHECK(matches("{{board}}", "{rpi4}"));
    CHECK(!matches("{os}", "linux"));
}

static void star_and_question_mark_in_what_a_brace_stands_for_are_literal(void)
{
    struct rota_config c = {.asset = "{board}-{tag}-{version}", .board = "b*"};
    CHECK(rota_asset_matches(&c, "v?", "*", "b*-v?-*"));
    CHECK(!rota_asset_matches(&c, "v?", "*", "bx-v?-*"));
    CHECK(!rota_asset_matches(&c, "v?", "*", "b*-v1-*"));
    CHECK(!rota_asset_matches(&c, "v?", "*", "b*-v?-1"));
    CHECK(rota_asset_matches(&c, "{board}", "{tag}", "b*-{board}-{tag}"));
}

static void a_board_that_is_not_set_is_empty(void)
{
    struct rota_config c = {.asset = "{board}fw{board}"};
    CHECK(rota_asset_matches(&c, "", "", "fw"));
    CHECK(!rota_asset_matches(&c, "", "", "{board}fw{board}"));
}

static void a_name_or_pattern_cut_at_any_byte_does_not_match(void)
{
    const char *pattern = "{board}-{version}-?.bin";
    const char *name = "rpi4-1.2.0-x.bin";
    char cut[64];
    for (size_t len = 0; len <= strlen(name); len++) {
        memcpy(cut, name, len);
        cut[len] = '\0';
        CHECK(matches(pattern, cut) == (len == strlen(name)));
    }
    for (size_t len = 0; len <= strlen(pattern); len++) {
        memcpy(cut, pattern, len);
        cut[len] = '\0';
        CHECK(matches(cut, name) == (len == strlen(pattern)));
    }
}

/* The plain recursive rule, to hold the iterative one against. */
static bool simple(const char *p, const char *s)
{
    if (*p == '*')
        return simple(p + 1, s) || (*s && simple(p, s + 1));
    if (*p == '\0' || *s == '\0')
        return *p == *s;
    return (*p == '?' || *p == *s) && simple(p + 1, s + 1);
}

static void nth_text(unsigned n, const char *letters, char out[8])
{
    size_t base = strlen(letters), len = 0;
    for (; n > 0; n /= (unsigned)base)
        out[len++] = letters[(n - 1) % base], n -= 1;
    out[len] = '\0';
}

static void all_short_patterns_agree_with_the_plain_rule(void)
{
    for (unsigned i = 0; i < 1365; i++)
        for (unsigned k = 0; k < 127; k++) {
            char pattern[8], name[8];
            nth_text(i, "ab*?", pattern);
            nth_text(k, "ab", name);
            CHECK(matches(pattern, name) == simple(pattern, name));
        }
}

static void a_hostile_pattern_takes_no_more_than_both_lengths_multiplied(void)
{
    static char pattern[4001], name[4001];
    clock_t begin = clock();
    for (size_t i = 0; i < 4000; i += 2)
        memcpy(pattern + i, "*a", 2);
    memset(name, 'a', 4000);
    name[3999] = 'b';
    CHECK(!matches(pattern, name));
    CHECK(clock() - begin < 10 * CLOCKS_PER_SEC);
}

static void a_pattern_says_whether_it_needs_the_tag(void)
{
    struct rota_config c = {.asset = "{board}-*.bin"};
    CHECK(!rota_asset_needs_tag(&c));
    c.asset = "fw-{version}";
    CHECK(rota_asset_needs_tag(&c));
    c.asset = "{tag}";
    CHECK(rota_asset_needs_tag(&c));
}

static void without_a_pattern_it_is_the_manifest_of_the_board(void)
{
    CHECK(matches(NULL, "rpi4.ota"));
    CHECK(!matches(NULL, "rpi3.ota"));
    CHECK(!matches(NULL, "rpi4.otax"));
    CHECK(!rota_asset_needs_tag(&(struct rota_config){.board = "rpi4"}));
}

int main(void)
{
    RUN(patterns_match_whole_names);
    RUN(item_24_names_are_compared_exactly);
    RUN(braces_stand_for_the_release_and_the_board);
    RUN(other_braces_mean_themselves);
    RUN(star_and_question_mark_in_what_a_brace_stands_for_are_literal);
    RUN(a_board_that_is_not_set_is_empty);
    RUN(a_name_or_pattern_cut_at_any_byte_does_not_match);
    RUN(all_short_patterns_agree_with_the_plain_rule);
    RUN(a_hostile_pattern_takes_no_more_than_both_lengths_multiplied);
    RUN(a_pattern_says_whether_it_needs_the_tag);
    RUN(without_a_pattern_it_is_the_manifest_of_the_board);
    return test_end();
}
