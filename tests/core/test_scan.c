/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "json/scan.h"

static const char *const outer[] = {"id", "name", NULL};
static const char *const inner[] = {"id", "size", NULL};
static const struct rota_scan_shape shape = {outer, "list", inner};
static const struct rota_scan_shape flat = {outer, NULL, NULL};

/* What the scanner shows: a line for each piece, o, p or i in front. */
struct seen {
    char text[4096];
    size_t len;
    int pieces;
    int answer; /* of the callback */
};

static int on_piece(void *ctx, const struct rota_scan_piece *p)
{
    struct seen *seen = ctx;

    seen->pieces++;
    if (seen->len + p->len + 3 > sizeof seen->text)
        return ROTA_ENOSPC;
    seen->text[seen->len++] = p->partial ? 'p' : p->inner ? 'i' : 'o';
    memcpy(seen->text + seen->len, p->text, p->len);
    seen->len += p->len;
    seen->text[seen->len++] = '\n';
    seen->text[seen->len] = '\0';
    return seen->answer;
}

/* Scan doc in pieces of at most step bytes, the first one of first bytes. */
static int scan_by(const struct rota_scan_shape *s, const char *doc, size_t len,
                   size_t first, size_t step, struct seen *seen)
{
    struct rota_scan scan;
    char window[256];
    size_t n = first;
    int err = ROTA_OK;

    *seen = (struct seen){.answer = 0};
    rota_scan_init(&scan, s, window, sizeof window, on_piece, seen);
    for (size_t at = 0; at < len && !err; at += n, n = step) {
        if (n > len - at)
            n = len - at;
        /* a copy of exact size, so that sanitizers see what is read past */
        char *copy = malloc(n + 1);
        memcpy(copy, doc + at, n);
        err = rota_scan_feed(&scan, copy, n);
        free(copy);
    }
    return err ? err : rota_scan_end(&scan);
}

static int scan(const char *doc, struct seen *seen)
{
    return scan_by(&shape, doc, strlen(doc), strlen(doc), 1, seen);
}

/* Scan doc as it is: whole. */
static int result(const char *doc)
{
    struct seen seen;

    return scan(doc, &seen);
}

static const char two_releases[] =
    " [ {\"id\" : 1, \"who\":{\"id\":7,\"name\":\"x\",\"list\":[{\"id\":9}]},"
    "\"name\":\"v\\u0031\\n\",\n\t\"list\":[{\"size\":10,\"by\":{\"id\":3},"
    "\"id\":-2.50e+7},{} , {\"id\":true}],\"tail\":[[],{},null,false]},\r\n"
    "{\"list\":[],\"name\":null},{\"name\":\"\"}]\n";

static const char two_releases_seen[] = "p{\"id\":1,\"name\":\"v\\u0031\\n\"}\n"
                                        "i{\"size\":10,\"id\":-2.50e+7}\n"
                                        "i{}\n"
                                        "i{\"id\":true}\n"
                                        "o{\"id\":1,\"name\":\"v\\u0031\\n\"}\n"
                                        "p{}\n"
                                        "o{\"name\":null}\n"
                                        "o{\"name\":\"\"}\n";

static void item_15_only_members_at_the_right_depth_are_shown(void)
{
    struct seen seen;

    CHECK(scan(two_releases, &seen) == ROTA_OK);
    CHECK(strcmp(seen.text, two_releases_seen) == 0);
}

static void a_document_split_anywhere_is_the_same(void)
{
    struct seen seen;
    size_t len = strlen(two_releases);

    for (size_t at = 0; at <= len; at++) {
        CHECK(scan_by(&shape, two_releases, len, at, len, &seen) == ROTA_OK);
        CHECK(strcmp(seen.text, two_releases_seen) == 0);
    }
    for (size_t step = 1; step < 8; step++) {
        CHECK(scan_by(&shape, two_releases, len, step, step, &seen) == ROTA_OK);
        CHECK(strcmp(seen.text, two_releases_seen) == 0);
    }
}

static void a_document_cut_short_anywhere_is_refused(void)
{
    struct seen seen;
    size_t len = strlen(two_releases) - 1; /* a line feed */

    for (size_t cut = 0; cut < len; cut++)
        CHECK(scan_by(&shape, two_releases, cut, cut, 1, &seen) == ROTA_EJSON);
    CHECK(scan_by(&shape, two_releases, len, len, 1, &seen) == ROTA_OK);
}

static void a_document_is_an_object_or_an_array_of_objects(void)
{
    CHECK(result("{}") == ROTA_OK);
    CHECK(result("[]") == ROTA_OK);
    CHECK(result("[{},{}]") == ROTA_OK);
    CHECK(result("") == ROTA_EJSON);
    CHECK(result("  ") == ROTA_EJSON);
    CHECK(result("1") == ROTA_EJSON);
    CHECK(result("null") == ROTA_EJSON);
    CHECK(result("\"id\"") == ROTA_EJSON);
    CHECK(result("[1]") == ROTA_EJSON);
    CHECK(result("[null]") == ROTA_EJSON);
    CHECK(result("[[]]") == ROTA_EJSON);
    CHECK(result("[{},[]]") == ROTA_EJSON);
    CHECK(result("]") == ROTA_EJSON);
    CHECK(result("\xef\xbb\xbf{}") == ROTA_EJSON);
}

static void the_inner_array_holds_objects_or_is_null(void)
{
    CHECK(result("{\"list\":null,\"id\":1}") == ROTA_OK);
    CHECK(result("{\"list\":{}}") == ROTA_EJSON);
    CHECK(result("{\"list\":\"\"}") == ROTA_EJSON);
    CHECK(result("{\"list\":7}") == ROTA_EJSON);
    CHECK(result("{\"list\":true}") == ROTA_EJSON);
    CHECK(result("{\"list\":[1]}") == ROTA_EJSON);
    CHECK(result("{\"list\":[null]}") == ROTA_EJSON);
    CHECK(result("{\"list\":[{},[]]}") == ROTA_EJSON);
    CHECK(result("{\"list\":[[{}]]}") == ROTA_EJSON);
}

static void without_an_inner_array_such_a_member_is_dropped(void)
{
    static const char doc[] = "{\"list\":[1,{\"id\":2}],\"id\":3}";
    struct seen seen;

    CHECK(scan_by(&flat, doc, strlen(doc), 1, 1, &seen) == ROTA_OK);
    CHECK(strcmp(seen.text, "o{\"id\":3}\n") == 0);
}

/* In the place of a value, separated by "|". */
static const char good_values[] =
    "0|-0|12|0.5|-0.0|1.5|-1.05|1e5|1E+5|0e-0|10.0e00|true|false|null|"
    "\"\"|\"a\"|\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"|\"\\u00aF\\ud800\"|"
    "\"\x7f\xc3\xa9\"|\"{[,:]}\"| \t\r\n 7 \n";
static const char bad_values[] =
    "|01|-|+1|-01|.5|1.|1.e5|1e|1e+|1e5.5|0x10|1-|1+|00|1 2|--1|1ee5|"
    "1.2.3|1e5e5|- 1|Infinity|NaN|nul|nulll|nullx|True|tru e|t|x|'a'|"
    "\"|\"a|\"\\|\"\\x\"|\"\\u12\"|\"\\u123\"|\"\\u123x\"|\"\\u12g4\"|"
    "\"\\u\"|\"\\U0041\"|\"\n\"|\"\t\"|\"\x1f\"|\"a\"\"b\"|\"a\" \"b\"|"
    "}|]|,|:|1:|1,,\"b\":2|1;|/**/1|\x80|\x01|\v1";
static const char good_containers[] =
    "[]|{}|[ ]|{ }|[1,2]|[[],[]]|[{}]|{\"a\":{}}|{\"a\":1,\"a\":2}|"
    "[\"]\"]|{\"}\":1}|{\"\\\"\":1}";
static const char bad_containers[] =
    "{,}|{\"a\":1,}|{\"a\"}|[1,,3]|[1,]|[,1]|[,]|{\"a\":}|{:1}|{1:1}|"
    "{a:1}|{\"a\" 1}|{\"a\"::1}|{\"a\":1 \"b\":2}|[1 2]|[1}|{]|[}|"
    "{\"a\":1]|[|{|[[]|{\"a\":[}|{\"a\":1,,\"b\":2}|{null:1}|"
    "{\"a\",\"b\"}|[1:2]|[\"a\":1]";

/* Scan each of the values as that of a member name. */
static void check_values(const char *values, const char *name, int expected)
{
    for (const char *v = values;; v++) {
        char doc[128];
        int n = (int)strcspn(v, "|");
        snprintf(doc, sizeof doc, "{\"%s\":%.*s}", name, n, v);
        CHECK(result(doc) == expected);
        if (result(doc) != expected)
            printf("  %s\n", doc);
        v += n;
        if (!*v)
            return;
    }
}

static void the_grammar_is_held_of_dropped_and_of_wanted_values(void)
{
    check_values(good_values, "dropped", ROTA_OK);
    check_values(good_values, "id", ROTA_OK);
    check_values(bad_values, "dropped", ROTA_EJSON);
    check_values(bad_values, "id", ROTA_EJSON);
    check_values(good_containers, "dropped", ROTA_OK);
    check_values(bad_containers, "dropped", ROTA_EJSON);
}

static void a_wanted_member_is_a_scalar(void)
{
    check_values(good_containers, "id", ROTA_EJSON);
    check_values(bad_containers, "id", ROTA_EJSON);
}

static void a_nul_byte_is_refused_anywhere(void)
{
    char doc[] = " { \"id\" : 12 , \"x\" : [ true , \"a\\u0041\" ] } ";
    struct seen seen;
    size_t len = strlen(doc);

    CHECK(scan_by(&shape, doc, len, len, 1, &seen) == ROTA_OK);
    for (size_t i = 0; i < len; i++) {
        char was = doc[i];
        doc[i] = '\0';
        CHECK(scan_by(&shape, doc, len, len, 1, &seen) == ROTA_EJSON);
        doc[i] = was;
    }
}

static void nothing_but_blanks_may_follow(void)
{
    static const char after[] = "{}[],:\"1atx\v";

    CHECK(result("{} \r\n\t") == ROTA_OK);
    CHECK(result("{}{}") == ROTA_EJSON);
    for (size_t i = 0; i < sizeof after; i++) {
        struct seen seen = {.answer = 0};
        struct rota_scan s;
        char window[8];
        rota_scan_init(&s, &shape, window, sizeof window, on_piece, &seen);
        CHECK(rota_scan_feed(&s, "{} ", 3) == ROTA_OK);
        CHECK(rota_scan_feed(&s, after + i, 1) == ROTA_EJSON);
    }
}

static void a_wanted_member_comes_once(void)
{
    CHECK(result("{\"id\":1,\"id\":1}") == ROTA_EJSON);
    CHECK(result("{\"name\":null,\"id\":1,\"name\":null}") == ROTA_EJSON);
    CHECK(result("{\"list\":[],\"list\":[]}") == ROTA_EJSON);
    CHECK(result("{\"list\":null,\"list\":[]}") == ROTA_EJSON);
    CHECK(result("{\"list\":[{\"size\":1,\"size\":1}]}") == ROTA_EJSON);
    CHECK(result("{\"list\":[{\"id\":1},{\"id\":1}],\"id\":1}") == ROTA_OK);
    CHECK(result("[{\"id\":1},{\"id\":1}]") == ROTA_OK);
    CHECK(result("{\"other\":1,\"other\":1}") == ROTA_OK);
    CHECK(result("{\"size\":1,\"size\":1}") == ROTA_OK);
}

static void names_are_compared_whole_and_as_written(void)
{
    struct seen seen;

    CHECK(scan("{\"i\":1,\"idd\":2,\"Id\":3,\"\":4,\"\\u0069d\":5,\"id \":6,"
               "\"a name of some more bytes than any that is wanted\":7,"
               "\"name\":8}",
               &seen)
          == ROTA_OK);
    CHECK(strcmp(seen.text, "o{\"name\":8}\n") == 0);
}

static void nesting_is_bounded(void)
{
    for (int depth = 1; depth < 100; depth++) {
        char doc[256];
        int expected = depth < ROTA_SCAN_DEPTH_MAX ? ROTA_OK : ROTA_EJSON;
        size_t n = (size_t)sprintf(doc, "{\"x\":");
        for (int i = 0; i < depth; i++)
            doc[n++] = '[';
        for (int i = 0; i < depth; i++)
            doc[n++] = ']';
        sprintf(doc + n, ",\"id\":1}");
        CHECK(result(doc) == expected);
    }
}

static void objects_and_arrays_end_as_they_began_at_any_depth(void)
{
    char doc[3 * ROTA_SCAN_DEPTH_MAX];

    for (size_t wrong = 0; wrong < 16; wrong++) {
        size_t n = (size_t)sprintf(doc, "{\"x\":");
        for (size_t i = 0; i < 15; i++)
            n += (size_t)sprintf(doc + n, i % 3 ? "[" : "{\"y\":");
        n += (size_t)sprintf(doc + n, "0");
        for (size_t i = 15; i-- > 0;)
            doc[n++] = (i % 3 == 0) != (i == wrong) ? '}' : ']';
        sprintf(doc + n, "}");
        CHECK(result(doc) == (wrong == 15 ? ROTA_OK : ROTA_EJSON));
    }
}

static void what_does_not_fit_the_window_is_refused(void)
{
    char doc[600];
    struct seen seen;
    int err;

    for (size_t len = 0; len < 500; len++) {
        char name[500 + 1];
        memset(name, 'x', len);
        name[len] = '\0';
        sprintf(doc, "{\"id\":1,\"name\":\"%s\"}", name);
        err = scan(doc, &seen);
        /* of 256 bytes, all but the name take 18 */
        CHECK(err == (len <= 256 - 18 ? ROTA_OK : ROTA_ETOOLONG));
        CHECK(err || seen.len == len + 20);

        sprintf(doc, "{\"name\":1,\"%s\":2}", name);
        CHECK(scan(doc, &seen) == ROTA_OK);
        sprintf(doc, "{\"name\":1,\"x\":\"%s\"}", name);
        CHECK(scan(doc, &seen) == ROTA_OK);
    }
}

static void any_window_is_kept_to(void)
{
    size_t len = strlen(two_releases);

    for (size_t size = 0; size < 128; size++) {
        struct seen seen = {.answer = 0};
        struct rota_scan s;
        char *window = malloc(size + 1);
        window[size] = 'w';
        rota_scan_init(&s, &shape, window, size, on_piece, &seen);
        int err = rota_scan_feed(&s, two_releases, len);
        /* the most at a time: {"id":1,"name":"v\u0031\n"} and
         * {"size":10,"id":-2.50e+7} */
        CHECK(err == (size < 26 + 25 ? ROTA_ETOOLONG : ROTA_OK));
        CHECK(window[size] == 'w');
        free(window);
    }
}

static void an_object_fits_its_window_whole_or_not_at_all(void)
{
    static const char doc[] = "{\"id\":1}";

    for (size_t size = 0; size < 12; size++) {
        struct seen seen = {.answer = 0};
        struct rota_scan s;
        char window[12];
        rota_scan_init(&s, &shape, window, size, on_piece, &seen);
        int err = rota_scan_feed(&s, doc, strlen(doc));
        CHECK(err == (size < strlen(doc) ? ROTA_ETOOLONG : ROTA_OK));
    }
}

static void an_error_of_the_callback_ends_the_scan(void)
{
    struct rota_scan s;
    struct seen seen = {.answer = ROTA_ENOASSET};
    char window[64];

    rota_scan_init(&s, &shape, window, sizeof window, on_piece, &seen);
    CHECK(rota_scan_feed(&s, "[{},{}]", 7) == ROTA_ENOASSET);
    CHECK(seen.pieces == 1);
    CHECK(rota_scan_end(&s) == ROTA_EJSON);
    CHECK(rota_scan_feed(&s, "", 0) == ROTA_OK);
    CHECK(rota_scan_feed(&s, " ", 1) == ROTA_EJSON);
}

static void after_an_error_nothing_is_taken(void)
{
    struct rota_scan s;
    struct seen seen = {.answer = 0};
    char window[64];

    rota_scan_init(&s, &shape, window, sizeof window, on_piece, &seen);
    CHECK(rota_scan_feed(&s, "{,", 2) == ROTA_EJSON);
    CHECK(rota_scan_feed(&s, "{}", 2) == ROTA_EJSON);
    CHECK(rota_scan_end(&s) == ROTA_EJSON && seen.pieces == 0);
}

/* Whatever comes, the window is kept to and the scan ends. */
static void damaged_documents_do_no_harm(void)
{
    static const char bytes[] = "{}[],:\"\\u0e1-.x \ntfn\x80";
    uint32_t seed = 1;
    struct seen seen;
    char doc[sizeof two_releases];

    for (int i = 0; i < 20000; i++) {
        memcpy(doc, two_releases, sizeof doc);
        for (int k = 0; k < 1 + i % 3; k++) {
            seed = seed * 1664525u + 1013904223u;
            doc[(seed >> 8) % (sizeof doc - 1)] =
                bytes[(seed >> 20) % (sizeof bytes - 1)];
        }
        int err = scan(doc, &seen);
        CHECK(err == ROTA_OK || err == ROTA_EJSON);
    }
}

int main(void)
{
    RUN(item_15_only_members_at_the_right_depth_are_shown);
    RUN(a_document_split_anywhere_is_the_same);
    RUN(a_document_cut_short_anywhere_is_refused);
    RUN(a_document_is_an_object_or_an_array_of_objects);
    RUN(the_inner_array_holds_objects_or_is_null);
    RUN(without_an_inner_array_such_a_member_is_dropped);
    RUN(the_grammar_is_held_of_dropped_and_of_wanted_values);
    RUN(a_wanted_member_is_a_scalar);
    RUN(a_nul_byte_is_refused_anywhere);
    RUN(nothing_but_blanks_may_follow);
    RUN(a_wanted_member_comes_once);
    RUN(names_are_compared_whole_and_as_written);
    RUN(nesting_is_bounded);
    RUN(objects_and_arrays_end_as_they_began_at_any_depth);
    RUN(what_does_not_fit_the_window_is_refused);
    RUN(any_window_is_kept_to);
    RUN(an_object_fits_its_window_whole_or_not_at_all);
    RUN(an_error_of_the_callback_ends_the_scan);
    RUN(after_an_error_nothing_is_taken);
    RUN(damaged_documents_do_no_harm);
    return test_end();
}
