/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <string.h>

#include "release/github.h"

static struct rota_config config;
static char note[160];

static void on_event(void *app, const struct rota_event *ev)
{
    (void)app;
    snprintf(note, sizeof note, "%s", ev->text);
}

static void configure(void)
{
    config = (struct rota_config){
        .repo = "acme/thermostat",
        .asset = "{board}-*.bin",
        .version = "1.0.0",
        .event = on_event,
    };
    note[0] = '\0';
}

static char url[256];

static bool asks(enum rota_endpoint e, uint64_t id, const char *tag,
                 const char *expected)
{
    return rota_github_url(&config, e, id, tag, url, sizeof url) == ROTA_OK
        && strcmp(url, expected) == 0;
}

static void each_endpoint_has_its_url(void)
{
    configure();
    CHECK(asks(ROTA_GET_LATEST, 0, NULL,
               "https://api.github.com/repos/acme/thermostat/releases"
               "/latest"));
    CHECK(asks(ROTA_GET_BY_TAG, 0, "v1.2.0",
               "https://api.github.com/repos/acme/thermostat/releases"
               "/tags/v1.2.0"));
    CHECK(asks(ROTA_GET_BY_ID, 393410694, NULL,
               "https://api.github.com/repos/acme/thermostat/releases"
               "/393410694"));
    CHECK(asks(ROTA_LIST, 0, NULL,
               "https://api.github.com/repos/acme/thermostat/releases"
               "?per_page=30"));
    CHECK(asks(ROTA_GET_ASSET, UINT64_MAX, NULL,
               "https://api.github.com/repos/acme/thermostat/releases"
               "/assets/18446744073709551615"));
}

static void item_05_tags_are_percent_encoded(void)
{
    configure();
    config.api = "https://h";
    config.repo = "o/r";
    CHECK(asks(ROTA_GET_BY_TAG, 0, "app/v1.0.0+b?c#d%e &",
               "https://h/repos/o/r/releases/tags/app%2Fv1.0.0%2Bb%3Fc%23d"
               "%25e%20%26"));
    CHECK(asks(ROTA_GET_BY_TAG, 0, "a-b._~\xc3\xa9",
               "https://h/repos/o/r/releases/tags/a-b._~%C3%A9"));
}

static void item_05_no_url_ends_with_a_slash(void)
{
    configure();
    for (int e = ROTA_GET_LATEST; e <= ROTA_GET_ASSET; e++) {
        CHECK(rota_github_url(&config, (enum rota_endpoint)e, 1, "t", url,
                              sizeof url)
              == ROTA_OK);
        CHECK(url[strlen(url) - 1] != '/');
    }
}

static void item_06_the_api_may_be_at_another_base(void)
{
    configure();
    config.api = "https://git.example.com:8443/api/v3";
    CHECK(asks(ROTA_GET_LATEST, 0, NULL,
               "https://git.example.com:8443/api/v3/repos/acme/thermostat"
               "/releases/latest"));
    config.api = "https://git.example.com/api/v1/";
    CHECK(asks(ROTA_GET_LATEST, 0, NULL,
               "https://git.example.com/api/v1/repos/acme/thermostat"
               "/releases/latest"));
    config.api = "https://git.example.com//";
    CHECK(asks(ROTA_GET_LATEST, 0, NULL,
               "https://git.example.com/repos/acme/thermostat"
               "/releases/latest"));
}

static void a_url_that_does_not_fit_is_never_cut(void)
{
    static const char expected[] =
        "https://api.github.com/repos/acme/thermostat/releases/tags/%2F";

    configure();
    for (size_t size = 1; size < sizeof expected + 2; size++) {
        int err = rota_github_url(&config, ROTA_GET_BY_TAG, 0, "/", url, size);
        CHECK(err == (size < sizeof expected ? ROTA_ETOOLONG : ROTA_OK));
        CHECK(strlen(url) < size);
    }
    CHECK(strcmp(url, expected) == 0);
}

static void an_asset_is_asked_for_by_id_or_by_its_own_url(void)
{
    struct rota_release r = {.asset_id = 5};

    configure();
    CHECK(rota_github_asset_url(&config, &r, url, sizeof url) == ROTA_OK);
    CHECK(strcmp(url, "https://api.github.com/repos/acme/thermostat/releases"
                      "/assets/5")
          == 0);
    strcpy(r.url, "https://git.example.com/a/b");
    CHECK(rota_github_asset_url(&config, &r, url, sizeof url) == ROTA_OK);
    CHECK(strcmp(url, r.url) == 0);
    CHECK(rota_github_asset_url(&config, &r, url, 27) == ROTA_ETOOLONG);
    CHECK(rota_github_asset_url(&config, &r, url, 28) == ROTA_OK);
}

static bool valid(void)
{
    note[0] = '\0';
    return rota_github_check_config(&config) == ROTA_OK && note[0] == '\0';
}

/* Is config refused, with a note that ends with the field's name? */
static bool refused(const char *field)
{
    size_t n = strlen(field);

    note[0] = '\0';
    if (rota_github_check_config(&config) != ROTA_EINVAL || strlen(note) < n)
        return false;
    return strcmp(note + strlen(note) - n, field) == 0;
}

/* Try each text for a field; NULL ends the good, then the bad ones. */
static void try_texts(const char **field, const char *name,
                      const char *const *texts)
{
    for (; *texts; texts++) {
        *field = *texts;
        CHECK(valid());
        if (note[0])
            printf("  good: %s\n", *texts);
    }
    for (texts++; *texts; texts++) {
        *field = *texts;
        CHECK(refused(name));
        if (!note[0])
            printf("  bad: %s\n", *texts);
    }
}

#define TRY(field, ...)                                                        \
    do {                                                                       \
        configure();                                                           \
        try_texts(&config.field, #field,                                       \
                  (const char *const[]){__VA_ARGS__, NULL});                   \
    } while (0)

static void a_small_configuration_is_valid(void)
{
    configure();
    CHECK(valid());
}

static void required_fields_are_missed(void)
{
    configure();
    config.repo = NULL;
    CHECK(refused("repo"));
    configure();
    config.asset = NULL;
    CHECK(refused("asset"));
    configure();
    config.version = NULL;
    CHECK(refused("version"));
}

static void a_repo_is_owner_and_name(void)
{
    TRY(repo, "a/b", "A-b.c_9/D.e-f_0", ".github/.github", "a/b.", NULL, "",
        "a/b..c", "a", "/", "a/", "/b", "a/b/", "/a/b", "a/b/c", "a//b", "../b",
        "a/..", "./b", "a/.", "a b/c", "a/b?c", "a/b#c", "a/b%2f", "a/b\n",
        "a/\xc3\xa9", "https://github.com/a/b", "a%/b", "a?b/c");
}

static void item_06_an_api_is_an_https_url_without_a_query(void)
{
    TRY(api, "https://api.github.com", "https://git.example.com/api/v3",
        "https://git.example.com:8443/api/v1/", "https://[::1]:8443",
        "https://127.0.0.1:9", NULL, "", "api.github.com",
        "http://api.github.com", "https://", "https:///api",
        "https://user@git.example.com", "https://git.example.com:0",
        "https://git.example.com/api?x=1", "https://git.example.com/api#x",
        "https://git.example.com/../api", "https://git.example.com/a b",
        "https://git.example.com/\n", "ftp://git.example.com");
}

static void an_asset_pattern_is_a_file_name(void)
{
    TRY(asset, "fw.bin", "*", "{board}-{version}.bin", "fw (1).bin", NULL, "",
        "a/b", "/fw.bin", "fw.bin\n", "fw\x7f", "../fw.bin");
}

static void a_version_is_a_semantic_version(void)
{
    TRY(version, "1.0.0", "0.0.0-rc.1+b", NULL, "", "v1.0.0", "1.0", "1.0.0 ",
        "01.0.0", "latest",
        "1.0.0-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "a");
}

static void a_token_cannot_hold_a_header(void)
{
    TRY(token, "ghp_0123", "x", NULL, "", "a b", "a\r\nHost: b", "a\n", "\t",
        "\xc3\xa9");
}

static void other_texts_that_are_sent_are_printable(void)
{
    TRY(user_agent, "acme/1.0 (m3)", "x", NULL, "", "a\r\nb", "a\x80");
    TRY(api_version, "2022-11-28", "", NULL, "a b", "a\r\nb");
    TRY(tag_prefix, "v", "", "fw-v", NULL, "fw v", "\n");
    TRY(board, "thermostat-m3", "", NULL, "m3\n", "\x7f");
}

static void asset_hosts_have_their_leading_dot(void)
{
    TRY(asset_hosts, "", ".githubusercontent.com", ".a.com,.b.com",
        " .a.com , .b.com ", ".x", NULL, ".", ",", "a.com", "ab.com",
        ".a.com,b.com", ".a.com,", ".a.com,,.b.com", "..com", ".a.com .b.com",
        "*.a.com", ".a.com:443", "https://.a.com", ".a/b", " ");
}

static void a_channel_may_need_a_tag(void)
{
    configure();
    config.channel = (enum rota_channel)7;
    CHECK(refused("channel"));
    config.channel = ROTA_PRERELEASE;
    CHECK(valid());
    config.channel = ROTA_TAG;
    CHECK(refused("tag"));
    config.tag = "v1.0.0";
    CHECK(valid());
    config.tag = "app/v1.0.0+b";
    CHECK(valid());
    config.tag = "";
    CHECK(refused("tag"));
    config.tag = "v1 0";
    CHECK(refused("tag"));
}

int main(void)
{
    RUN(each_endpoint_has_its_url);
    RUN(item_05_tags_are_percent_encoded);
    RUN(item_05_no_url_ends_with_a_slash);
    RUN(item_06_the_api_may_be_at_another_base);
    RUN(a_url_that_does_not_fit_is_never_cut);
    RUN(an_asset_is_asked_for_by_id_or_by_its_own_url);
    RUN(a_small_configuration_is_valid);
    RUN(required_fields_are_missed);
    RUN(a_repo_is_owner_and_name);
    RUN(item_06_an_api_is_an_https_url_without_a_query);
    RUN(an_asset_pattern_is_a_file_name);
    RUN(a_version_is_a_semantic_version);
    RUN(a_token_cannot_hold_a_header);
    RUN(other_texts_that_are_sent_are_printable);
    RUN(asset_hosts_have_their_leading_dot);
    RUN(a_channel_may_need_a_tag);
    return test_end();
}
