/* SPDX-License-Identifier: Apache-2.0 */
/* Where the publisher's token may go, and what names assets may have. */
#include <string.h>

#include "transport/api.h"
#include "plan/plan.h"
#include "support/test.h"

static bool trusts(const char *base, const char *url)
{
    static struct pub_api a;

    a.base = base;
    CHECK(rota_url_parse(&a.base_url, base) == ROTA_OK);
    return pub_api_trusts(&a, url);
}

static void the_token_goes_to_the_api_and_its_upload_host(void)
{
    static const char *const github = "https://api.github.com";
    static const char *const ghes = "https://git.acme.example:8443/api/v3";

    CHECK(trusts(github, "https://api.github.com/repos/a/b"));
    CHECK(trusts(github, "https://API.GitHub.com/repos/a/b"));
    CHECK(trusts(github, "https://uploads.github.com/repos/a/b"));
    CHECK(trusts(ghes, "https://git.acme.example:8443/api/uploads/x"));
    CHECK(trusts("https://api.acme.ghe.com", "https://uploads.acme.ghe.com/"));
}

static void it_goes_nowhere_else(void)
{
    static const char *const github = "https://api.github.com";
    static const char *const no[] = {
        "https://github.com/",
        "https://uploads.github.com.evil.example/",
        "https://evil.example/uploads.github.com",
        "https://uploads.githubxcom/",
        "https://xuploads.github.com/",
        "https://uploads.github.com:444/",
        "https://api.github.com:8080/",
        "http://api.github.com/",
        "http://uploads.github.com/",
        "https://user@api.github.com/",
        "https://release-assets.githubusercontent.com/x",
        "https://api.github.com@evil.example/",
        "",
    };

    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
        CHECK(!trusts(github, no[i]));
    CHECK(!trusts("https://git.acme.example/api/v3",
                  "https://uploads.acme.example/"));
    CHECK(!trusts("https://api", "https://uploads"));
}

static void names_are_good_that_the_service_leaves_alone(void)
{
    static const char *const good[] = {"a",  "a.bin", "A-b_c.1.2",
                                       "-x", "_",     "a.tar.gz"};
    static const char *const bad[] = {"",    ".a",  "a.",  "a..b",     "a b",
                                      "a+b", "a/b", "a~b", "\xc3\xa9", "a\nb",
                                      ".",   "..",  "a:b"};
    char longest[257];

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        CHECK(!pub_plan_bad_name(good[i]));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK(pub_plan_bad_name(bad[i]));
    memset(longest, 'a', sizeof(longest));
    longest[256] = '\0';
    CHECK(pub_plan_bad_name(longest));
    longest[255] = '\0';
    CHECK(!pub_plan_bad_name(longest));
}

int main(void)
{
    RUN(the_token_goes_to_the_api_and_its_upload_host);
    RUN(it_goes_nowhere_else);
    RUN(names_are_good_that_the_service_leaves_alone);
    return test_end();
}
