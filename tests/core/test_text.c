/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "support/test.h"

static void same_compares_whole_texts(void)
{
    CHECK(rota_text_same("abc", 3, "abc"));
    CHECK(rota_text_same(NULL, 0, ""));
    CHECK(!rota_text_same("abc", 2, "abc"));
    CHECK(!rota_text_same("abcd", 4, "abc"));
    CHECK(!rota_text_same("abC", 3, "abc"));
    CHECK(!rota_text_same("a\0c", 3, "a"));
}

static void case_is_that_of_ascii_letters_alone(void)
{
    CHECK(rota_text_same_nocase("Content-LENGTH", 14, "content-length"));
    CHECK(!rota_text_same_nocase("content-length", 13, "content-length"));
    CHECK(!rota_text_same_nocase("[", 1, "{"));
    CHECK(!rota_text_same_nocase("@", 1, "`"));
    CHECK(!rota_text_same_nocase("\xc4", 1, "\xe4"));
    for (int a = 1; a < 128; a++)
        for (int b = 1; b < 128; b++) {
            char s[] = {(char)a}, t[] = {(char)b, '\0'};
            bool letters = (a ^ b) == 32 && (a | 32) >= 'a' && (a | 32) <= 'z';
            CHECK(rota_text_same_nocase(s, 1, t) == (a == b || letters));
        }
}

static bool decimal(const char *s, uint64_t max, uint64_t *v)
{
    return rota_text_decimal(s, strlen(s), max, v);
}

static void decimal_reads_up_to_its_limit_and_not_beyond(void)
{
    uint64_t v = 7;
    CHECK(decimal("0", 0, &v) && v == 0);
    CHECK(decimal("0042", 100, &v) && v == 42);
    CHECK(decimal("255", 255, &v) && v == 255);
    CHECK(decimal("18446744073709551615", UINT64_MAX, &v) && v == UINT64_MAX);
    v = 7;
    CHECK(!decimal("256", 255, &v));
    CHECK(!decimal("18446744073709551616", UINT64_MAX, &v));
    CHECK(!decimal("18446744073709551620", UINT64_MAX, &v));
    CHECK(!decimal("99999999999999999999999999", UINT64_MAX, &v));
    CHECK(v == 7);
}

static void decimal_refuses_all_but_digits(void)
{
    static const char *const bad[] = {"",    " 1",  "1 ", "+1",  "-1", "1.0",
                                      "1e3", "0x1", "a",  "1\n", "/",  ":"};
    uint64_t v = 7;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(!decimal(bad[i], 1000, &v) && v == 7);
    CHECK(!rota_text_decimal("1\0", 2, 1000, &v));
}

static void all_digits_are_taken_and_what_follows_is_next(void)
{
    static const struct {
        const char *text;
        size_t taken;
        bool fits;
        uint32_t v;
    } t[] = {{"198-", 3, true, 198},
             {"0", 1, true, 0},
             {"255x1", 3, true, 255},
             {"256", 3, false, 255},
             {"999999999999", 12, false, 255},
             {"-1", 0, false, 7},
             {"", 0, false, 7}};
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        const char *s = t[i].text;
        uint32_t v = 7;
        CHECK(rota_text_take_decimal(&s, 255, &v) == t[i].fits);
        CHECK(s == t[i].text + t[i].taken);
        CHECK(v == t[i].v);
    }
}

static void printable_is_ascii_without_controls(void)
{
    CHECK(rota_text_printable("", false));
    for (int c = 1; c < 256; c++) {
        char s[] = {'a', (char)c, 'z', '\0'};
        CHECK(rota_text_printable(s, false) == (c > 0x20 && c < 0x7f));
        CHECK(rota_text_printable(s, true) == (c >= 0x20 && c < 0x7f));
    }
}

static void a_word_ends_before_the_first_other_byte(void)
{
    for (int c = 0; c < 256; c++) {
        char s[] = {'a', 'Z', '9', (char)c, '0', '\0'};
        bool in = c
               && strchr("abcdefghijklmnopqrstuvwxyz-._"
                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
                         c);
        CHECK(rota_text_word(s, "-._") == (in ? 5 : 3));
        CHECK(rota_text_word(s + 3, "") == (in && isalnum(c) ? 2 : 0));
    }
}

static void unhex_takes_either_case_and_the_exact_length(void)
{
    static const uint8_t want[4] = {0x01, 0xab, 0xcd, 0xef};
    const char *text = "01abCDeF";
    uint8_t out[4];
    for (size_t len = 0; len <= 8; len++)
        CHECK(rota_text_unhex(text, len, out, 4) == (len == 8));
    CHECK(memcmp(out, want, 4) == 0);
    CHECK(!rota_text_unhex("01abcdef0", 9, out, 4));
    CHECK(!rota_text_unhex("01abcdef00", 10, out, 4));
}

static void unhex_refuses_every_other_character(void)
{
    uint8_t out[1];
    for (int c = 1; c < 256; c++) {
        char text[2] = {'0', (char)c};
        bool hex = strchr("0123456789abcdefABCDEF", c) != NULL;
        CHECK(rota_text_unhex(text, 2, out, 1) == hex);
        text[0] = text[1], text[1] = '0';
        CHECK(rota_text_unhex(text, 2, out, 1) == hex);
    }
}

static void a_text_is_whole_or_says_that_it_is_full(void)
{
    const char *want = "GET /x?n=18446744073709551615%2F";
    char buf[64];
    for (size_t size = 1; size <= sizeof buf; size++) {
        struct rota_text t;
        memset(buf, '#', sizeof buf);
        rota_text_init(&t, buf, size);
        rota_text_add(&t, "GET ");
        rota_text_add_n(&t, "/x?nope", 4);
        rota_text_add(&t, "=");
        rota_text_add_u64(&t, UINT64_MAX);
        rota_text_add_encoded(&t, "/");
        CHECK(t.full == (size <= strlen(want)));
        CHECK(t.len == strlen(buf) && t.len < size);
        CHECK(memcmp(buf, want, t.len) == 0);
        CHECK(t.full || t.len == strlen(want));
        for (size_t i = size; i < sizeof buf; i++)
            CHECK(buf[i] == '#');
    }
}

static void nothing_is_added_behind_a_gap(void)
{
    char buf[4];
    struct rota_text t;
    rota_text_init(&t, buf, sizeof buf);
    rota_text_add(&t, "a");
    rota_text_add(&t, "long");
    rota_text_add(&t, "b");
    rota_text_add_encoded(&t, "c");
    CHECK(t.full && strcmp(buf, "a") == 0);
}

static void numbers_are_written_without_padding(void)
{
    static const struct {
        uint64_t v;
        const char *text;
    } t[] = {{0, "0"}, {9, "9"}, {10, "10"}, {4294967296, "4294967296"}};
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        char buf[24];
        struct rota_text text;
        rota_text_init(&text, buf, sizeof buf);
        rota_text_add_u64(&text, t[i].v);
        CHECK(strcmp(buf, t[i].text) == 0);
    }
}

static void item_05_slash_plus_and_all_else_reserved_is_percent_encoded(void)
{
    char buf[64];
    struct rota_text t;
    rota_text_init(&t, buf, sizeof buf);
    rota_text_add_encoded(&t, "rel/v1.2.0+b_~-9 %\xc3\xbc\x7f");
    CHECK(strcmp(buf, "rel%2Fv1.2.0%2Bb_~-9%20%25%C3%BC%7F") == 0);
    for (int c = 1; c < 256; c++) {
        char s[] = {(char)c, '\0'};
        bool plain = strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV"
                            "WXYZ0123456789-._~",
                            c);
        rota_text_init(&t, buf, sizeof buf);
        rota_text_add_encoded(&t, s);
        CHECK(t.len == (plain ? 1 : 3));
    }
}

int main(void)
{
    RUN(same_compares_whole_texts);
    RUN(case_is_that_of_ascii_letters_alone);
    RUN(decimal_reads_up_to_its_limit_and_not_beyond);
    RUN(decimal_refuses_all_but_digits);
    RUN(all_digits_are_taken_and_what_follows_is_next);
    RUN(printable_is_ascii_without_controls);
    RUN(a_word_ends_before_the_first_other_byte);
    RUN(unhex_takes_either_case_and_the_exact_length);
    RUN(unhex_refuses_every_other_character);
    RUN(a_text_is_whole_or_says_that_it_is_full);
    RUN(nothing_is_added_behind_a_gap);
    RUN(numbers_are_written_without_padding);
    RUN(item_05_slash_plus_and_all_else_reserved_is_percent_encoded);
    return test_end();
}
