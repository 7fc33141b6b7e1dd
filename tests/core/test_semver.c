/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "release/semver.h"
#include "support/test.h"

/* Parsed from a copy of exactly its size, so that a sanitizer sees the first
 * byte read behind it. */
static bool is_version(const char *text, size_t len)
{
    struct rota_semver v;
    char *copy = malloc(len + 1);
    if (!copy)
        abort();
    memcpy(copy, text, len);
    copy[len] = '\0';
    int err = rota_semver_parse(&v, copy);
    CHECK(err == ROTA_OK || err == ROTA_EVERSION);
    CHECK(err || (v.pre >= copy && v.pre + v.pre_len <= copy + len));
    free(copy);
    return err == ROTA_OK;
}

static const char *const good[] = {
    "0.0.0",
    "0.0.4",
    "1.2.3",
    "10.20.30",
    "1.1.2-prerelease+meta",
    "1.1.2+meta",
    "1.1.2+meta-valid",
    "1.0.0-alpha",
    "1.0.0-alpha.beta.1",
    "1.0.0-alpha0.valid",
    "1.0.0-alpha.0valid",
    "1.0.0-rc.1+build.1",
    "1.0.0-alpha-a.b-c-somethinglong+build.1-aef.1-its-okay",
    "1.2.3----RC-SNAPSHOT.12.9.1--.12+788",
    "1.0.0+0.build.1-rc.10000aaa",
    "1.0.0-0A.is.legal",
    "1.2.3-0",
    "1.2.3--",
    "1.2.3-00a",
    "1.2.3+001",
    "4294967295.4294967295.4294967295",
    "1.0.0-99999999999999999999999999999999999999"};

static const char *const garbage[] = {
    "",
    "1",
    "1.2",
    "1.2.",
    ".1.2",
    "1..2",
    "1.2.3.4",
    "v1.2.3",
    "V1.2.3",
    " 1.2.3",
    "1.2.3 ",
    "1.2.3\n",
    "+1.2.3",
    "-1.2.3",
    "01.2.3",
    "1.02.3",
    "1.2.03",
    "00.0.0",
    "1.2.3-",
    "1.2.3+",
    "1.2.3-+",
    "1.2.3-a..b",
    "1.2.3-.a",
    "1.2.3-a.",
    "1.2.3-01",
    "1.2.3-a.01",
    "1.2.3-00",
    "1.2.3+a..b",
    "1.2.3+.",
    "1.2.3+a+b",
    "1.2.3-a_b",
    "1.2.3_a",
    "1.2.3-\xc3\xa4",
    "1.2.3-a b",
    "1.2.3-a/b",
    "1.2.3-a%2e",
    "1.2.3a",
    "1.2-rc.1",
    "1.2-3",
    "1.2.x",
    "1.2.*",
    "a.b.c",
    "latest",
    "nightly-2024-01-01",
    "2024-01-01",
    "0x1.2.3",
    "1e1.2.3",
    "1,2,3",
    "4294967296.0.0",
    "0.4294967296.0",
    "0.0.4294967296",
    "99999999999999999999999.999999999999999999.99999999"};

static void every_valid_version_is_taken(void)
{
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        CHECK(is_version(good[i], strlen(good[i])));
}

static void garbage_is_refused(void)
{
    for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++)
        CHECK(!is_version(garbage[i], strlen(garbage[i])));
}

/* '1' or '0': is the text a version when cut after so many bytes? */
static void a_version_cut_at_any_byte_is_judged_by_what_is_left(void)
{
    const char *text = "1.20.3-rc.1.x-y+b.007";
    const char *want = "0000001011010111010111";
    CHECK(strlen(want) == strlen(text) + 1);
    for (size_t len = 0; len <= strlen(text); len++)
        CHECK(is_version(text, len) == (want[len] == '1'));
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        for (size_t len = 0; len <= strlen(good[i]); len++)
            (void)is_version(good[i], len);
}

static void any_byte_put_anywhere_never_leads_astray(void)
{
    const char *text = "1.20.3-rc.1+b.7";
    for (size_t at = 0; at < strlen(text); at++)
        for (int c = 1; c < 256; c++) {
            char copy[32];
            memcpy(copy, text, strlen(text) + 1);
            copy[at] = (char)c;
            bool ok = is_version(copy, strlen(text));
            CHECK(!ok
                  || strchr("0123456789abcdefghijklmnopqrstuvwxyz"
                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ.-+",
                            c));
        }
}

static void the_parts_are_numbers_and_the_prerelease(void)
{
    struct rota_semver v;
    CHECK(rota_semver_parse(&v, "1.20.300-rc.1+b-7") == ROTA_OK);
    CHECK(v.core[0] == 1 && v.core[1] == 20 && v.core[2] == 300);
    CHECK(v.pre_len == 4 && memcmp(v.pre, "rc.1", 4) == 0);
    CHECK(rota_semver_parse(&v, "1.2.3+b-7") == ROTA_OK && v.pre_len == 0);
}

static int compare(const char *a, const char *b)
{
    struct rota_semver va, vb;
    CHECK(rota_semver_parse(&va, a) == ROTA_OK);
    CHECK(rota_semver_parse(&vb, b) == ROTA_OK);
    int c = rota_semver_compare(&va, &vb);
    return (c > 0) - (c < 0);
}

/* Section 11's examples among them, ascending. */
static const char *const ascending[] = {"0.0.0-0",
                                        "0.0.0",
                                        "0.0.1",
                                        "0.1.0",
                                        "1.0.0--",
                                        "1.0.0-alpha",
                                        "1.0.0-alpha.1",
                                        "1.0.0-alpha.beta",
                                        "1.0.0-beta",
                                        "1.0.0-beta.2",
                                        "1.0.0-beta.11",
                                        "1.0.0-rc.1",
                                        "1.0.0",
                                        "1.2.0-1",
                                        "1.2.0-1.0",
                                        "1.2.0-2",
                                        "1.2.0-10",
                                        "1.2.0-18446744073709551616",
                                        "1.2.0-18446744073709551617",
                                        "1.2.0-20000000000000000000",
                                        "1.2.0-100000000000000000000",
                                        "1.2.0-RC",
                                        "1.2.0-a",
                                        "1.2.0-a-b",
                                        "1.2.0-a0",
                                        "1.2.0-aa",
                                        "1.2.0-rc",
                                        "1.2.0-rc.2",
                                        "1.2.0-rc.10",
                                        "1.2.0-rc.10.0",
                                        "1.2.0-rc1",
                                        "1.2.0",
                                        "1.9.0",
                                        "1.10.0",
                                        "2.0.0",
                                        "2.1.0",
                                        "2.1.1",
                                        "10.0.0",
                                        "4294967295.0.0"};

static void precedence_is_that_of_section_11(void)
{
    int n = sizeof ascending / sizeof *ascending;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++)
            CHECK(compare(ascending[i], ascending[k]) == (i > k) - (i < k));
}

static void build_metadata_has_no_precedence(void)
{
    CHECK(compare("1.2.3+b1", "1.2.3+b2") == 0);
    CHECK(compare("1.2.3", "1.2.3+b") == 0);
    CHECK(compare("1.2.3-rc.1+z", "1.2.3-rc.1") == 0);
    CHECK(compare("1.2.3-rc.1+z", "1.2.3-rc.2+a") == -1);
}

static void a_v_in_front_of_the_version_is_optional_by_default(void)
{
    CHECK(rota_semver_in_tag("v1.2.3", NULL) == 1);
    CHECK(rota_semver_in_tag("1.2.3", NULL) == 0);
    CHECK(rota_semver_in_tag("V1.2.3", NULL) == ROTA_EVERSION);
    CHECK(rota_semver_in_tag("vv1.2.3", NULL) == ROTA_EVERSION);
    CHECK(rota_semver_in_tag("fw-v1.2.3", NULL) == ROTA_EVERSION);
    CHECK(rota_semver_in_tag("v", NULL) == ROTA_EVERSION);
    CHECK(rota_semver_in_tag("", NULL) == ROTA_EVERSION);
}

static void a_prefix_that_is_given_is_required(void)
{
    CHECK(rota_semver_in_tag("v1.2.3", "v") == 1);
    CHECK(rota_semver_in_tag("1.2.3", "v") == ROTA_EVERSION);
    CHECK(rota_semver_in_tag("1.2.3", "") == 0);
    CHECK(rota_semver_in_tag("v1.2.3", "") == ROTA_EVERSION);
    CHECK(rota_semver_in_tag("fw-v1.2.3-rc.1", "fw-v") == 4);
    CHECK(rota_semver_in_tag("fw-v", "fw-v") == ROTA_EVERSION);
    CHECK(rota_semver_in_tag("fw-", "fw-v") == ROTA_EVERSION);
    CHECK(rota_semver_in_tag("FW-v1.2.3", "fw-v") == ROTA_EVERSION);
    CHECK(rota_semver_in_tag("app-v1.2.3", "fw-v") == ROTA_EVERSION);
}

int main(void)
{
    RUN(every_valid_version_is_taken);
    RUN(garbage_is_refused);
    RUN(a_version_cut_at_any_byte_is_judged_by_what_is_left);
    RUN(any_byte_put_anywhere_never_leads_astray);
    RUN(the_parts_are_numbers_and_the_prerelease);
    RUN(precedence_is_that_of_section_11);
    RUN(build_metadata_has_no_precedence);
    RUN(a_v_in_front_of_the_version_is_optional_by_default);
    RUN(a_prefix_that_is_given_is_required);
    return test_end();
}
