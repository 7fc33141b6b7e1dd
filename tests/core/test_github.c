/* SPDX-License-Identifier: Apache-2.0 */
/* Which URL is asked for what. */
#include "support/test.h"

#include <string.h>

#include "release/choice.h"
#include "release/github.h"

static struct rota_config config;
static char url[256];

static void configure(void)
{
    config = (struct rota_config){.repo = "acme/thermostat"};
}

/* What a choice asks for first. */
static int first_url(const struct rota_choice *choice, uint64_t id,
                     const char *tag, size_t size)
{
    struct rota_get get = {.config = &config};
    const struct rota_check d = {
        .get = &get, .choice = choice, .release_id = id};

    config.tag = tag;
    return choice->url(&d, url, size);
}

static bool asks(const struct rota_choice *choice, uint64_t id, const char *tag,
                 const char *expected)
{
    return first_url(choice, id, tag, sizeof url) == ROTA_OK
        && strcmp(url, expected) == 0;
}

static void each_endpoint_has_its_url(void)
{
    configure();
    CHECK(asks(&rota_latest, 0, NULL,
               "https://api.github.com/repos/acme/thermostat/releases"
               "/latest"));
    CHECK(asks(&rota_by_tag, 0, "v1.2.0",
               "https://api.github.com/repos/acme/thermostat/releases"
               "/tags/v1.2.0"));
    CHECK(asks(&rota_choice_by_id, 393410694, NULL,
               "https://api.github.com/repos/acme/thermostat/releases"
               "/393410694"));
    CHECK(asks(&rota_newest, 0, NULL,
               "https://api.github.com/repos/acme/thermostat/releases"
               "?per_page=30"));
    CHECK(rota_github_asset_url(&config, UINT64_MAX, "", url, sizeof url)
          == ROTA_OK);
    CHECK(strcmp(url, "https://api.github.com/repos/acme/thermostat/releases"
                      "/assets/18446744073709551615")
          == 0);
}

static void item_05_tags_are_percent_encoded(void)
{
    configure();
    config.api = "https://h";
    config.repo = "o/r";
    CHECK(asks(&rota_by_tag, 0, "app/v1.0.0+b?c#d%e &",
               "https://h/repos/o/r/releases/tags/app%2Fv1.0.0%2Bb%3Fc%23d"
               "%25e%20%26"));
    CHECK(asks(&rota_by_tag, 0, "a-b._~\xc3\xa9",
               "https://h/repos/o/r/releases/tags/a-b._~%C3%A9"));
}

static void item_05_no_url_ends_with_a_slash(void)
{
    const struct rota_choice *const all[] = {&rota_latest, &rota_newest,
                                             &rota_by_tag, &rota_choice_by_id};

    configure();
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        CHECK(first_url(all[i], 1, "t", sizeof url) == ROTA_OK);
        CHECK(url[strlen(url) - 1] != '/');
    }
}

static void item_06_the_api_may_be_at_another_base(void)
{
    configure();
    config.api = "https://git.example.com:8443/api/v3";
    CHECK(asks(&rota_latest, 0, NULL,
               "https://git.example.com:8443/api/v3/repos/acme/thermostat"
               "/releases/latest"));
    config.api = "https://git.example.com/api/v1/";
    CHECK(asks(&rota_latest, 0, NULL,
               "https://git.example.com/api/v1/repos/acme/thermostat"
               "/releases/latest"));
    config.api = "https://git.example.com//";
    CHECK(asks(&rota_latest, 0, NULL,
               "https://git.example.com/repos/acme/thermostat"
               "/releases/latest"));
}

static void a_url_that_does_not_fit_is_never_cut(void)
{
    static const char expected[] =
        "https://api.github.com/repos/acme/thermostat/releases/tags/%2F";

    configure();
    for (size_t size = 1; size < sizeof expected + 2; size++) {
        int err = first_url(&rota_by_tag, 0, "/", size);
        CHECK(err == (size < sizeof expected ? ROTA_ETOOLONG : ROTA_OK));
        CHECK(strlen(url) < size);
    }
    CHECK(strcmp(url, expected) == 0);
}

static void an_asset_is_asked_for_by_id_or_by_its_own_url(void)
{
    static const char own[] = "https://git.example.com/a/b";

    configure();
    CHECK(rota_github_asset_url(&config, 5, "", url, sizeof url) == ROTA_OK);
    CHECK(strcmp(url, "https://api.github.com/repos/acme/thermostat/releases"
                      "/assets/5")
          == 0);
    CHECK(rota_github_asset_url(&config, 5, own, url, sizeof url) == ROTA_OK);
    CHECK(strcmp(url, own) == 0);
    CHECK(rota_github_asset_url(&config, 5, own, url, 27) == ROTA_ETOOLONG);
    CHECK(rota_github_asset_url(&config, 5, own, url, 28) == ROTA_OK);
}

int main(void)
{
    RUN(each_endpoint_has_its_url);
    RUN(item_05_tags_are_percent_encoded);
    RUN(item_05_no_url_ends_with_a_slash);
    RUN(item_06_the_api_may_be_at_another_base);
    RUN(a_url_that_does_not_fit_is_never_cut);
    RUN(an_asset_is_asked_for_by_id_or_by_its_own_url);
    return test_end();
}
