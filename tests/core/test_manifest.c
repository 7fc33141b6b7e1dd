/* SPDX-License-Identifier: Apache-2.0 */
/* What the members of a signed text may be. */
#include "core/parsed.h"

static struct parsed p;

static bool is(struct rota_manifest_text t, const char *value)
{
    char out[256];

    rota_manifest_text(&p.m, t, out, sizeof out);
    return strcmp(out, value) == 0 && rota_manifest_is(&p.m, t, value)
        && !rota_manifest_is(&p.m, t, "another");
}

static void what_it_says_is_found(void)
{
    struct rota_image image;

    CHECK(parsed_good(
        &p, MANIFEST("min_version", "\"1.0.0\"", "issued", "1700000000",
                     "expires", "9007199254740992", "hw", "[2, 3]", "rollout",
                     "{\"percent\":25,\"salt\":\"x\"}", "revoke",
                     "[\"0123456789abcdef\",\"00000000000000aa\"]")));
    CHECK(is(p.m.project, "acme/app") && is(p.m.board, "m3"));
    CHECK(is(p.m.version, "1.3.0") && is(p.m.min_version, "1.0.0"));
    CHECK(is(p.m.salt, "x") && p.m.percent == 25);
    CHECK(p.m.seq == 42 && p.m.security == 7 && p.m.issued == 1700000000);
    CHECK(p.m.expires == 9007199254740992 && p.m.hw_min == 2
          && p.m.hw_max == 3);
    CHECK(p.m.images == 1 && p.m.revoked == 2);
    rota_manifest_image(&p.m, 0, &image);
    CHECK(image.id == 0 && image.size == 65536);
    CHECK(strcmp(image.name, "app.bin") == 0);
    CHECK(image.sha256[0] == 0xab && image.sha256[31] == 0xab);
    CHECK(memcmp(p.m.revoke[0], "\x01\x23\x45\x67\x89\xab\xcd\xef", 8) == 0);
    CHECK(memcmp(p.m.revoke[1], "\0\0\0\0\0\0\0\xaa", 8) == 0);
}

static void what_it_leaves_out_has_a_default(void)
{
    CHECK(parsed_good(&p, MANIFEST("security", "")));
    CHECK(p.m.security == 0 && p.m.issued == 0 && p.m.expires == 0);
    CHECK(p.m.hw_min == 0 && p.m.hw_max == UINT32_MAX && p.m.percent == 100);
    CHECK(p.m.revoked == 0 && is(p.m.min_version, "") && is(p.m.salt, ""));
}

static void the_order_of_members_does_not_matter(void)
{
    CHECK(parsed_good(
        &p,
        "{\"images\":[{\"sha256\":\"" SHA "\",\"size\":1,\"format\":\"raw\","
        "\"id\":0,\"name\":\"a\"}],\"version\":\"0.0.1\",\"seq\":1,"
        "\"board\":\"b\",\"project\":\"p\",\"rota\":1}"));
    CHECK(p.m.images == 1 && p.m.seq == 1 && is(p.m.board, "b"));
}

static void names_of_inner_members_are_not_those_of_outer_ones(void)
{
    CHECK(
        parsed_good(&p, MANIFEST("notes",
                                 "{\"seq\":1,\"board\":[\"seq\",{\"seq\":2}],"
                                 "\"revoke\":[1]}",
                                 "rollout", "{\"percent\":3,\"security\":9}")));
    CHECK(p.m.seq == 42 && p.m.security == 7 && is(p.m.board, "m3"));
    CHECK(p.m.revoked == 0 && is(p.m.salt, ""));
    CHECK(parsed_good(&p, MANIFEST("salt", "\"outer\"")) && is(p.m.salt, ""));
    CHECK(parsed_bad(&p, MANIFEST("seq", "", "notes", "{\"seq\":1}"), "seq"));
    CHECK(parsed_bad(&p, MANIFEST("board", "", "notes", "[\"board\",\"m3\"]"),
                     "board"));
}

/* Values that a member may have and may not have. */
static const struct {
    const char *name, *good[10], *bad[24];
} values[] = {
    {"seq",
     {"1", "4294967295"},
     {"", "0", "-1", "1.0", "1e3", "1E0", "4294967296", "18446744073709551617",
      "\"1\"", "null", "true", "[1]", "{}", "{\"seq\":1}", "\"\""}},
    {"security",
     {"", "0", "4294967295"},
     {"-0", "0.0", "4294967296", "\"0\"", "null", "false", "[]"}},
    {"issued",
     {"", "0", "9007199254740992"},
     {"9007199254740993", "-1", "\"2026\"", "null", "1e9"}},
    {"expires",
     {"", "0", "9007199254740992"},
     {"9007199254740993", "99999999999999999999", "\"2026\"", "null"}},
    {"project",
     {"\"a\"", "\"a/b c\"", "\"~ !#\""},
     {"", "\"\"", "1", "null", "[\"a\"]", "\"a\\u0062\"", "\"a\\/b\"",
      "\"\\\\\"", "\"\xc3\xa9\"", "\"\xff\"", "\"a\x7f\"", "\"\\n\""}},
    {"board", {"\"m4\""}, {"", "\"\"", "3", "null", "{}", "\"m\\u0033\""}},
    {"version",
     {"\"1.0.0\"", "\"1.0.0-rc.1+5\""},
     {"", "\"\"", "\"1\"", "\"v1.0.0\"", "\"1.0.0 \"", "1", "null", "1.0",
      "\"01.0.0\"",
      "\"1.0.0-0123456789012345678901234567890123456789012345678"
      "901234567890\""}},
    {"min_version",
     {"", "\"1.0.0-a\""},
     {"\"\"", "\"1.0\"", "null", "0", "[\"1.0.0\"]"}},
    {"hw",
     {"", "[0,0]", "[1,4294967295]"},
     {"[]", "[1]", "[1,2,3]", "1", "[1,\"2\"]", "[1,-2]", "[1,4294967296]",
      "null", "{}", "[[1],2]", "\"12\"", "[1,null]"}},
    {"rollout",
     {"", "{\"percent\":0}", "{\"percent\":100,\"salt\":\"a\"}",
      "{\"salt\":\"01234567890123456789012345678901\",\"percent\":1}"},
     {"{}", "{\"salt\":\"a\"}", "{\"percent\":101}", "{\"percent\":-1}",
      "{\"percent\":\"5\"}", "{\"percent\":5,\"salt\":\"\"}",
      "{\"percent\":5,\"salt\":1}", "50", "[50]", "null",
      "{\"percent\":5,\"salt\":\"012345678901234567890123456789012\"}"}},
    {"revoke",
     {"", "[]", "[\"0123456789abcdef\"]",
      "[\"0123456789abcdef\",\"1123456789abcdef\",\"2123456789abcdef\","
      "\"3123456789abcdef\"]"},
     {"[\"0123456789abcde\"]", "[\"0123456789abcdef0\"]",
      "[\"0123456789ABCDEF\"]", "[\"0123456789abcdeg\"]", "[1]", "{}", "null",
      "\"0123456789abcdef\"", "[null]", "[\"\"]",
      "[\"0123456789abcdef\",\"1123456789abcdef\",\"2123456789abcdef\","
      "\"3123456789abcdef\",\"4123456789abcdef\"]"}},
    {"images", {NULL}, {"", "[]", "{}", "null", "1", "[1]", "[{}]", "\"x\""}},
    {"notes", {"null", "-1.5e3", "\"\\u00e9\xc3\xa9\"", "[[],{}]"}, {NULL}},
};

static void each_member_has_its_type_and_range(void)
{
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        const char *name = values[i].name, *const *v = values[i].good;
        bool inner = !strcmp(name, "rollout") || !strcmp(name, "images");
        for (; *v; v++)
            CHECK(parsed_good(&p, MANIFEST(name, *v)));
        for (v = values[i].bad; *v; v++)
            CHECK(parsed_bad(&p, MANIFEST(name, *v), inner ? "" : name));
    }
}

static void each_member_of_an_image_has_its_type_and_range(void)
{
    static const char *const fine[] = {"0", "\"a\"", "\"raw\"", "1",
                                       "\"" SHA "\""};
    static const struct {
        int member;
        const char *value, *why;
    } odd[] = {
        {0, "1", "no image has the id 0"},
        {0, "4", "id"},
        {0, "-1", "id"},
        {0, "\"0\"", "id"},
        {0, "null", "id"},
        {1, "\"\"", "name"},
        {1, "\"a/b\"", "name"},
        {1, "\"\\u0061\"", "name"},
        {1, "\"\xc3\xa9\"", "name"},
        {1, "1", "name"},
        {2, "\"lz\"", "format"},
        {2, "\"RAW\"", "format"},
        {2, "\"rawx\"", "format"},
        {2, "\"\"", "format"},
        {2, "null", "format"},
        {3, "0", "size"},
        {3, "2147483648", "size"},
        {3, "-1", "size"},
        {3, "1.0", "size"},
        {3, "\"1\"", "size"},
        {4, "\"\"", "sha256"},
        {4, "\"" SHA "a\"", "sha256"},
        {4, "\"" SHA "ab\"", "sha256"},
        {4,
         "\"ABababababababababababababababababababababababababababababababab"
         "\"",
         "sha256"},
        {4,
         "\"xbababababababababababababababababababababababababababababababab"
         "\"",
         "sha256"},
        {4, "0", "sha256"},
    };
    const char *v[5];

    memcpy(v, fine, sizeof v);
    CHECK(parsed_good(&p, parsed_image_with(&p, v[0], v[1], v[2], v[3], v[4])));
    v[3] = "2147483647";
    CHECK(parsed_good(&p, parsed_image_with(&p, v[0], v[1], v[2], v[3], v[4])));
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        memcpy(v, fine, sizeof v);
        v[odd[i].member] = odd[i].value;
        CHECK(parsed_bad(&p,
                         parsed_image_with(&p, v[0], v[1], v[2], v[3], v[4]),
                         odd[i].why));
    }
}

static void the_members_of_an_image_are_all_needed(void)
{
    static const char *const names[] = {"id", "name", "format", "size",
                                        "sha256"};

    for (int i = 0; i < 5; i++) {
        char copy[2048], quoted[16];
        snprintf(
            copy, sizeof copy, "%s",
            parsed_image_with(&p, "0", "\"a\"", "\"raw\"", "1", "\"" SHA "\""));
        snprintf(quoted, sizeof quoted, "\"%s\":", names[i]);
        strstr(strstr(copy, "images"), quoted)[1] = 'X';
        CHECK(parsed_bad(&p, copy, names[i]));
    }
}

static void the_longest_name_of_an_asset_is_kept(void)
{
    char name[ROTA_NAME_MAX + 2];
    struct rota_image image;

    memset(name, 'n', sizeof name);
    name[ROTA_NAME_MAX + 1] = '\0';
    CHECK(parsed_bad(&p, MANIFEST("images", "[]"), "images"));
    char list[512];
    snprintf(list, sizeof list, "[%s]", manifest_image(0, name, 1, 'a'));
    CHECK(parsed_bad(&p, MANIFEST("images", list), "name"));
    name[ROTA_NAME_MAX] = '\0';
    snprintf(list, sizeof list, "[%s]", manifest_image(0, name, 1, 'a'));
    CHECK(parsed_good(&p, MANIFEST("images", list)));
    rota_manifest_image(&p.m, 0, &image);
    CHECK(strcmp(image.name, name) == 0);
}

static const char *images(int a, int b, int c, int d, int e)
{
    const int ids[] = {a, b, c, d, e};
    static char list[2048];
    size_t len = 0;

    list[0] = '[';
    for (int i = 0; i < 5 && ids[i] >= 0; i++)
        len += (size_t)snprintf(
            list + 1 + len, sizeof list - 1 - len, "%s%s", i ? "," : "",
            manifest_image(ids[i], "x.bin", 100u + (unsigned)i,
                           (char)('0' + i)));
    snprintf(list + 1 + len, sizeof list - 1 - len, "]");
    return MANIFEST("images", list);
}

static void images_have_ids_of_their_own(void)
{
    struct rota_image image;

    CHECK(parsed_good(&p, images(2, 0, 1, 3, -1)) && p.m.images == 4);
    for (int i = 0; i < 4; i++) {
        static const int ids[] = {2, 0, 1, 3};
        rota_manifest_image(&p.m, i, &image);
        CHECK(image.id == ids[i] && image.size == 100u + (unsigned)i);
        CHECK(image.sha256[31] == 0x11 * i);
    }
    CHECK(parsed_bad(&p, images(0, 1, 0, -1, -1), "two images have one id"));
    CHECK(parsed_bad(&p, images(1, 2, -1, -1, -1), "no image has the id 0"));
    CHECK(parsed_bad(&p, images(0, 1, 2, 3, 1), "images"));
}

int main(void)
{
    RUN(what_it_says_is_found);
    RUN(what_it_leaves_out_has_a_default);
    RUN(the_order_of_members_does_not_matter);
    RUN(names_of_inner_members_are_not_those_of_outer_ones);
    RUN(each_member_has_its_type_and_range);
    RUN(each_member_of_an_image_has_its_type_and_range);
    RUN(the_members_of_an_image_are_all_needed);
    RUN(the_longest_name_of_an_asset_is_kept);
    RUN(images_have_ids_of_their_own);
    parsed_end(&p);
    return test_end();
}
