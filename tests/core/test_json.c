/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "json/json.h"

static const char *const names[] = {
    "a", "b", "c", "d", "e", "f", "g", "a_name_of_23_bytes_here", NULL};
static const char *const inner_names[] = {"n", NULL};
static const struct rota_scan_shape shape = {names, "list", inner_names};

/* What a member "a" is read as; the results of the last outer object. */
static struct {
    char string[16];
    uint64_t number;
    bool flag;
    int string_is, number_is, flag_is;
    uint64_t max;
} a = {.max = UINT64_MAX};

static int on_object(void *ctx, const struct rota_scan_piece *o)
{
    (void)ctx;
    if (o->inner || o->partial)
        return ROTA_OK;
    a.string_is = rota_json_string(o, "a", a.string, sizeof a.string);
    a.number_is = rota_json_uint(o, "a", a.max, &a.number);
    a.flag_is = rota_json_bool(o, "a", &a.flag);
    return ROTA_OK;
}

static int read_document(const char *doc)
{
    struct rota_scan j;
    char window[256];
    int err = ROTA_OK;

    memset(a.string, '?', sizeof a.string);
    a.number = 77;
    a.flag = true;
    rota_scan_init(&j, &shape, window, sizeof window, on_object, NULL);
    for (; *doc && !err; doc++)
        err = rota_scan_feed(&j, doc, 1);
    return err ? err : rota_scan_end(&j);
}

/* Read {"a":value}. */
static void read_value(const char *value)
{
    char doc[200];

    snprintf(doc, sizeof doc, "{\"b\":\"a\",\"a\":%s,\"z\":{\"a\":5}}", value);
    CHECK(read_document(doc) == ROTA_OK);
}

static bool is_string(const char *value, const char *expected)
{
    read_value(value);
    return a.string_is == ROTA_JSON_FOUND && strcmp(a.string, expected) == 0
        && a.number_is == ROTA_EJSON && a.flag_is == ROTA_EJSON;
}

static bool no_string(const char *value, int why)
{
    read_value(value);
    return a.string_is == why && a.string[0] == '\0';
}

static void strings_come_unescaped(void)
{
    CHECK(is_string("\"\"", ""));
    CHECK(is_string("\"abc\"", "abc"));
    CHECK(is_string("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"));
    CHECK(is_string("\"\\u0041\\u00e9b\"", "A\xc3\xa9"
                                           "b"));
    CHECK(is_string("\"\\u0001\\u007F\\u0080\"", "\x01\x7f\xc2\x80"));
    CHECK(is_string("\"\\u07ff\\u0800\"", "\xdf\xbf\xe0\xa0\x80"));
    CHECK(is_string("\"\\uFFFF\\ud7ff\\ue000\"",
                    "\xef\xbf\xbf\xed\x9f\xbf\xee\x80\x80"));
    CHECK(is_string("\"\\ud800\\udc00\"", "\xf0\x90\x80\x80"));
    CHECK(is_string("\"\\uD83D\\uDE80!\"", "\xf0\x9f\x9a\x80!"));
    CHECK(is_string("\"\\uDBFF\\uDFFF\"", "\xf4\x8f\xbf\xbf"));
    CHECK(is_string("\"\\\\u0041\"", "\\u0041"));
    CHECK(is_string("\"null\"", "null"));
    CHECK(is_string("\"\xc3\xa9\"", "\xc3\xa9"));
}

static void half_a_surrogate_pair_is_refused(void)
{
    CHECK(no_string("\"\\ud800\"", ROTA_EJSON));
    CHECK(no_string("\"\\udc00\"", ROTA_EJSON));
    CHECK(no_string("\"\\udfff\\ud800\"", ROTA_EJSON));
    CHECK(no_string("\"\\ud800x\"", ROTA_EJSON));
    CHECK(no_string("\"\\ud800\\n12345\"", ROTA_EJSON));
    CHECK(no_string("\"\\ud800xudc00\"", ROTA_EJSON));
    CHECK(no_string("\"\\ud800\\ndc00\"", ROTA_EJSON));
    CHECK(no_string("\"\\udfff\"", ROTA_EJSON));
    CHECK(no_string("\"\\ud800\\ud800\"", ROTA_EJSON));
    CHECK(no_string("\"\\ud800\\u0041\"", ROTA_EJSON));
    CHECK(no_string("\"\\ud800\\udbff\"", ROTA_EJSON));
    CHECK(no_string("\"\\ud800\\ue000\"", ROTA_EJSON));
}

static void a_string_with_a_nul_is_refused(void)
{
    CHECK(no_string("\"\\u0000\"", ROTA_EJSON));
    CHECK(no_string("\"v1\\u0000.0\"", ROTA_EJSON));
}

static void a_string_is_never_cut(void)
{
    CHECK(is_string("\"123456789012345\"", "123456789012345"));
    CHECK(no_string("\"1234567890123456\"", ROTA_ETOOLONG));
    CHECK(no_string("\"1234567890123456789\"", ROTA_ETOOLONG));
    CHECK(is_string("\"12345678901234\\u0061\"", "12345678901234a"));
    CHECK(no_string("\"12345678901234\\u00e9\"", ROTA_ETOOLONG));
    CHECK(is_string("\"12345678901\\ud83d\\ude80\"",
                    "12345678901\xf0\x9f\x9a\x80"));
    CHECK(no_string("\"123456789012\\ud83d\\ude80\"", ROTA_ETOOLONG));
    CHECK(no_string("\"123456789012345678\\u0000\"", ROTA_EJSON));
}

static void a_value_of_another_type_is_no_string(void)
{
    CHECK(no_string("1", ROTA_EJSON));
    CHECK(no_string("true", ROTA_EJSON));
    CHECK(no_string("false", ROTA_EJSON));
}

static void item_18_null_and_absent_are_the_same(void)
{
    CHECK(no_string("null", ROTA_JSON_ABSENT));
    CHECK(a.number_is == ROTA_JSON_ABSENT && a.number == 77);
    CHECK(a.flag_is == ROTA_JSON_ABSENT && a.flag);
    CHECK(read_document("{\"b\":1,\"list\":null}") == ROTA_OK);
    CHECK(a.string_is == ROTA_JSON_ABSENT && a.string[0] == '\0');
    CHECK(a.number_is == ROTA_JSON_ABSENT && a.number == 77);
    CHECK(a.flag_is == ROTA_JSON_ABSENT && a.flag);
    CHECK(read_document("{}") == ROTA_OK);
    CHECK(a.string_is == ROTA_JSON_ABSENT);
}

static bool is_number(const char *value, uint64_t expected)
{
    read_value(value);
    return a.number_is == ROTA_JSON_FOUND && a.number == expected
        && a.string_is == ROTA_EJSON && a.flag_is == ROTA_EJSON;
}

static bool no_number(const char *value)
{
    read_value(value);
    return a.number_is == ROTA_EJSON && a.number == 77;
}

static void item_19_numbers_are_whole_and_have_64_bits(void)
{
    CHECK(is_number("0", 0));
    CHECK(is_number("4294967295", 4294967295u));
    CHECK(is_number("4294967296", 4294967296u));
    CHECK(is_number("18446744073709551615", UINT64_MAX));
    CHECK(no_number("18446744073709551616"));
    CHECK(no_number("99999999999999999999999999999999"));
    CHECK(no_number("-1"));
    CHECK(no_number("-0"));
    CHECK(no_number("1.5"));
    CHECK(no_number("1.0"));
    CHECK(no_number("1e5"));
    CHECK(no_number("1E0"));
    CHECK(no_number("true"));
    CHECK(no_number("\"1\""));
    CHECK(no_number("\"\""));
}

static void item_19_a_number_may_be_as_large_as_its_limit(void)
{
    a.max = 0x7fffffff;
    CHECK(is_number("2147483647", 0x7fffffff));
    CHECK(no_number("2147483648"));
    CHECK(no_number("4294967297"));
    a.max = UINT64_MAX;
}

/* Every field that a shape may have, with names and text of the longest. */
static const char full[] =
    "{\"a\":\"x\",\"b\":\"\\\\\\\"\",\"c\":1,\"d\":null,\"e\":true,\"list\":["
    "{\"n\":1}],\"f\":\"a\",\"g\":\"\",\"a_name_of_23_bytes_here\":\"y\"}";

static int on_full(void *ctx, const struct rota_scan_piece *o)
{
    char b[8], last[8];

    if (o->inner) {
        CHECK(rota_json_uint(o, "n", 9, &a.number) == ROTA_JSON_FOUND);
    } else if (o->partial) {
        CHECK(rota_json_string(o, "g", b, sizeof b) == ROTA_JSON_ABSENT);
    } else {
        CHECK(rota_json_string(o, "b", b, sizeof b) == ROTA_JSON_FOUND);
        CHECK(strcmp(b, "\\\"") == 0);
        CHECK(rota_json_string(o, names[7], last, sizeof last)
              == ROTA_JSON_FOUND);
        CHECK(strcmp(last, "y") == 0);
    }
    ++*(int *)ctx;
    return ROTA_OK;
}

static void an_object_may_have_all_fields_of_its_shape(void)
{
    struct rota_scan j;
    char window[256];
    int calls = 0;

    rota_scan_init(&j, &shape, window, sizeof window, on_full, &calls);
    CHECK(rota_scan_feed(&j, full, strlen(full)) == ROTA_OK);
    CHECK(rota_scan_end(&j) == ROTA_OK);
    CHECK(calls == 3);
}

static void booleans_are_true_or_false(void)
{
    read_value("true");
    CHECK(a.flag_is == ROTA_JSON_FOUND && a.flag);
    read_value("false");
    CHECK(a.flag_is == ROTA_JSON_FOUND && !a.flag);
    read_value("\"true\"");
    CHECK(a.flag_is == ROTA_EJSON && a.flag);
    read_value("\"false\"");
    CHECK(a.flag_is == ROTA_EJSON && a.flag);
    read_value("1");
    CHECK(a.flag_is == ROTA_EJSON);
    read_value("0");
    CHECK(a.flag_is == ROTA_EJSON);
}

/* What "a" is as a string in the last of the objects of a document. */
static bool string_in(const char *doc, const char *expected)
{
    return read_document(doc) == ROTA_OK && a.string_is == ROTA_JSON_FOUND
        && strcmp(a.string, expected) == 0;
}

static void a_value_that_holds_json_hides_no_member(void)
{
    CHECK(string_in("{\"b\":\"\\\"a\\\":1\",\"a\":\"x\"}", "x"));
    CHECK(string_in("{\"b\":\",\\\"a\\\":\\\"no\\\",\",\"a\":\"x\"}", "x"));
    CHECK(string_in("{\"b\":\"}\",\"a\":\"x\"}", "x"));
    CHECK(string_in("{\"b\":\"{\\\"a\\\":{}}\",\"a\":\"x\"}", "x"));
    CHECK(string_in("{\"b\":\":,:,\",\"a\":\"x\"}", "x"));
    CHECK(string_in("{\"b\":\"[]\",\"a\":\"x\"}", "x"));
    CHECK(string_in("{\"b\":\"a\",\"a\":\"x\"}", "x"));
    CHECK(read_document("{\"b\":\"\\\",\\\"a\\\":\\\"no\\\"\"}") == ROTA_OK);
    CHECK(a.string_is == ROTA_JSON_ABSENT);
}

static void backslashes_before_a_quote_are_counted(void)
{
    CHECK(string_in("{\"b\":\"\\\\\",\"a\":\"x\"}", "x"));
    CHECK(string_in("{\"b\":\"\\\\\\\"\",\"a\":\"x\"}", "x"));
    CHECK(string_in("{\"b\":\"\\\\\\\\\",\"a\":\"x\"}", "x"));
    CHECK(string_in("{\"b\":\"\\u005c\",\"a\":\"x\"}", "x"));
    CHECK(string_in("{\"a\":\"\\\\\"}", "\\"));
    CHECK(string_in("{\"a\":\"\\\\\\\"\"}", "\\\""));
    CHECK(string_in("{\"a\":\"}\\\",{:\",\"b\":\"\"}", "}\",{:"));
}

static void a_value_of_each_kind_may_stand_in_front(void)
{
    static const char *const values[] = {"1",    "-2.5e+7", "0",   "true",
                                         "null", "false",   "\"\""};
    char doc[64];

    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        snprintf(doc, sizeof doc, "{\"b\":%s,\"c\":%s,\"a\":\"x\"}", values[i],
                 values[i]);
        CHECK(string_in(doc, "x"));
    }
}

/* --- Names that begin alike --- */

static const char *const alike[] = {"id", "i", "idx", "d", NULL};
static const struct rota_scan_shape alike_shape = {alike, NULL, alike};

static int on_alike(void *ctx, const struct rota_scan_piece *o)
{
    static const char *const seen[] = {"idx", "i", "id"};
    uint64_t v;

    for (size_t i = 0; i < 3; i++)
        CHECK(rota_json_uint(o, seen[i], 9, &v) == ROTA_JSON_FOUND
              && v == i + 1);
    CHECK(rota_json_uint(o, "d", 9, &v) == ROTA_JSON_ABSENT);
    CHECK(rota_json_uint(o, "", 9, &v) == ROTA_JSON_ABSENT);
    CHECK(rota_json_uint(o, "id\":3", 9, &v) == ROTA_JSON_ABSENT);
    ++*(int *)ctx;
    return ROTA_OK;
}

static void names_that_begin_alike_are_different(void)
{
    static const char doc[] = "{\"idx\":1,\"i\":2,\"id\":3,\"idxy\":4}";
    struct rota_scan j;
    char window[64];
    int calls = 0;

    rota_scan_init(&j, &alike_shape, window, sizeof window, on_alike, &calls);
    CHECK(rota_scan_feed(&j, doc, strlen(doc)) == ROTA_OK);
    CHECK(rota_scan_end(&j) == ROTA_OK && calls == 1);
}

/* The window is as long as the text, and no byte of it is behind that. */
static void nothing_behind_the_object_is_read(void)
{
    static const char doc[] = "{\"a\":\"x\"}";
    struct rota_scan j;
    char *window = malloc(sizeof doc - 1);

    rota_scan_init(&j, &shape, window, sizeof doc - 1, on_object, NULL);
    CHECK(rota_scan_feed(&j, doc, strlen(doc)) == ROTA_OK);
    CHECK(rota_scan_end(&j) == ROTA_OK);
    CHECK(a.string_is == ROTA_JSON_FOUND && strcmp(a.string, "x") == 0);
    free(window);
}

int main(void)
{
    RUN(strings_come_unescaped);
    RUN(half_a_surrogate_pair_is_refused);
    RUN(a_string_with_a_nul_is_refused);
    RUN(a_string_is_never_cut);
    RUN(a_value_of_another_type_is_no_string);
    RUN(item_18_null_and_absent_are_the_same);
    RUN(item_19_numbers_are_whole_and_have_64_bits);
    RUN(item_19_a_number_may_be_as_large_as_its_limit);
    RUN(an_object_may_have_all_fields_of_its_shape);
    RUN(booleans_are_true_or_false);
    RUN(a_value_that_holds_json_hides_no_member);
    RUN(backslashes_before_a_quote_are_counted);
    RUN(a_value_of_each_kind_may_stand_in_front);
    RUN(names_that_begin_alike_are_different);
    RUN(nothing_behind_the_object_is_read);
    return test_end();
}
