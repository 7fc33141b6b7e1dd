/* SPDX-License-Identifier: Apache-2.0 */
/* What a signed text must be before its members count. */
#include "core/parsed.h"

static struct parsed p;

static void keys_that_occur_twice_are_refused_everywhere(void)
{
    static const char why[] = "a key occurs twice";

    CHECK(parsed_bad(&p, "{\"rota\":1,\"rota\":1}", why));
    CHECK(parsed_bad(&p, MANIFEST("issued", "5,\"issued\":5"), why));
    CHECK(parsed_bad(&p, MANIFEST("issued", "5,\"seq\":42"), why));
    CHECK(parsed_bad(&p, MANIFEST("a", "1", "b", "2", "a", "1"), why));
    CHECK(parsed_bad(&p, MANIFEST("rollout", "{\"percent\":1,\"percent\":1}"),
                     why));
    CHECK(parsed_bad(&p, MANIFEST("notes", "{\"x\":[{\"\":1,\"a\":2,\"\":3}]}"),
                     why));
    CHECK(parsed_bad(&p,
                     parsed_image_with(&p, "0,\"id\":0", "\"a\"", "\"raw\"",
                                       "1", "\"" SHA "\""),
                     why));
    CHECK(parsed_good(&p,
                      MANIFEST("notes", "{\"a\":{\"a\":1},\"b\":{\"a\":1}}")));
    CHECK(parsed_good(
        &p, MANIFEST("Seq", "1", "seq ", "2", "seqq", "3", "se", "4")));
    CHECK(p.m.seq == 42);
}

static void keys_that_must_be_understood_are_refused_everywhere(void)
{
    static const char why[] = "a key with !";

    CHECK(parsed_bad(&p, MANIFEST("!new", "1"), why));
    CHECK(parsed_bad(&p, MANIFEST("!", "null"), why));
    CHECK(parsed_bad(&p, MANIFEST("rollout", "{\"percent\":1,\"!x\":1}"), why));
    CHECK(parsed_bad(&p, MANIFEST("notes", "[[{\"!x\":1}]]"), why));
    CHECK(parsed_bad(&p,
                     parsed_image_with(&p, "0,\"!delta\":0", "\"a\"", "\"raw\"",
                                       "1", "\"" SHA "\""),
                     why));
    CHECK(parsed_good(&p, MANIFEST("x!", "1", "new", "\"!\"")));
}

static void keys_have_one_spelling(void)
{
    static const char why[] = "a key is not plain";

    CHECK(parsed_bad(&p, MANIFEST("\\u0021new", "1"), why));
    CHECK(parsed_bad(&p, MANIFEST("s\\u0065q", "1"), why));
    CHECK(parsed_bad(&p, MANIFEST("a\\/b", "1"), why));
    CHECK(parsed_bad(&p, MANIFEST("\xc3\xa9", "1"), why));
    CHECK(parsed_bad(&p, MANIFEST("\x7f", "1"), why));
    CHECK(parsed_good(&p, MANIFEST("", "1")));
}

static void another_format_is_refused(void)
{
    char copy[2048];

    for (const char *v = "023456789-nt[{\""; *v; v++) {
        snprintf(copy, sizeof copy, "%s", MANIFEST("a", "1"));
        copy[8] = *v;
        CHECK(parsed_bytes(&p, copy, strlen(copy)) == ROTA_EMANIFEST);
    }
    CHECK(parsed_bad(&p, "{\"rota\":2,\"project\":\"a\"}", "rota"));
    CHECK(parsed_bad(&p, "{\"rota\":\"1\",\"project\":\"a\"}", "rota"));
    CHECK(parsed_bad(&p, "{\"rota\":10,\"project\":\"a\"}", "rota"));
    CHECK(parsed_bad(&p, "{\"seq\":1}", "rota"));
}

/* What jsmn takes for JSON and is none, among others. */
static void what_is_no_json_is_refused(void)
{
    static const char *const members[] = {
        "\"a\":1,",
        ",\"a\":1",
        "\"a\"",
        "\"a\",\"b\":1",
        "\"a\" 1",
        "\"a\"::1",
        "\"a\":",
        "1:2",
        "a:1",
        "'a':1",
        "\"a\":[1,,3]",
        "\"a\":[,]",
        "\"a\":[1,]",
        "\"a\":{,}",
        "\"a\":01",
        "\"a\":+1",
        "\"a\":.5",
        "\"a\":1.",
        "\"a\":tru",
        "\"a\":True",
        "\"a\":nul",
        "\"a\":1 2",
        "\"a\":\"\t\"",
        "\"a\":\"\\x\"",
        "\"a\":\"\\u12g4\"",
        "\"a\":[}",
        "\"a\":]",
        "\"a\":{\"b\"}",
        "\"a\":NaN",
        "\"a\":\"",
        "\"a\":1}",
        "\"a\":1}{\"b\":1",
        "/**/\"a\":1",
        "\"a\":0x1",
        "\"a\":1,\"b\":\"\x01\"",
    };
    const char *whole = MANIFEST("z", "1");
    char copy[4096];

    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        snprintf(copy, sizeof copy, "{%s,%s", members[i], whole + 1);
        CHECK(parsed_bad(&p, copy, "the signed text is no JSON"));
    }
    for (const char *c = "{}[],:\"a1\x01\x80\x7f#/"; *c; c++) {
        snprintf(copy, sizeof copy, "%s%c", whole, *c);
        CHECK(parsed_bad(&p, copy, "the signed text is no JSON"));
    }
    snprintf(copy, sizeof copy, "%s \t\r\n \n", whole);
    CHECK(parsed_good(&p, copy));
    snprintf(copy, sizeof copy, "[%s]", whole);
    CHECK(parsed_bad(&p, copy, "the signed text is no JSON"));
    CHECK(parsed_bad(&p, "", "the signed text is no JSON"));
    CHECK(parsed_bad(&p, "1", "the signed text is no JSON"));
}

static void a_nul_does_not_end_it(void)
{
    char copy[4096];
    size_t len = (size_t)snprintf(copy, sizeof copy, "%s", MANIFEST("z", "1"));

    CHECK(parsed_bytes(&p, copy, len) == ROTA_OK);
    CHECK(parsed_bytes(&p, copy, len + 1) == ROTA_EMANIFEST);
    for (size_t at = 0; at + 1 < len; at++) {
        char was = copy[at];
        copy[at] = '\0';
        CHECK(parsed_bytes(&p, copy, len) == ROTA_EMANIFEST);
        copy[at] = was;
    }
}

static void cut_at_every_byte_it_is_none(void)
{
    const char *whole =
        MANIFEST("rollout", "{\"percent\":3,\"salt\":\"x\"}", "hw", "[1,2]");
    size_t len = strlen(whole) - 1; /* a line feed at the end */

    CHECK(parsed_bytes(&p, whole, len) == ROTA_OK);
    for (size_t n = 0; n < len; n++)
        CHECK(parsed_bytes(&p, whole, n) == ROTA_EMANIFEST);
}

/* Keys and values, in arrays: one token each. */
static void more_tokens_than_there_is_room_for_are_refused(void)
{
    char list[1024] = "[0";
    int accepted = 0;

    for (int i = 1; i < 200; i++) {
        char copy[1100];
        snprintf(copy, sizeof copy, "%s]", list);
        const char *s = MANIFEST("extra", copy);
        int err = parsed_bytes(&p, s, strlen(s));
        accepted += err == ROTA_OK;
        CHECK((err == ROTA_OK) == (p.m.images > 0));
        CHECK(err == ROTA_OK || p.m.why == ROTA_WHY_TOKENS);
        strcat(list, ",0");
    }
    CHECK(accepted > 20 && accepted < ROTA_MANIFEST_TOKENS);
}

static void nesting_has_an_end(void)
{
    char deep[128] = "";

    for (int i = 0; i < 40; i++)
        strcat(deep, "[");
    CHECK(parsed_bad(&p, MANIFEST("x", deep), "the signed text is no JSON"));
}

int main(void)
{
    RUN(keys_that_occur_twice_are_refused_everywhere);
    RUN(keys_that_must_be_understood_are_refused_everywhere);
    RUN(keys_have_one_spelling);
    RUN(another_format_is_refused);
    RUN(what_is_no_json_is_refused);
    RUN(a_nul_does_not_end_it);
    RUN(cut_at_every_byte_it_is_none);
    RUN(more_tokens_than_there_is_room_for_are_refused);
    RUN(nesting_has_an_end);
    parsed_end(&p);
    return test_end();
}
