/* SPDX-License-Identifier: Apache-2.0 */
/* Which configurations are ones to work with, and what is said of the others.
 * Those with keys: device/test_keys_config.c. */
#include "support/test.h"

#include <string.h>

#include "rota.h"

static int read_(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    (void)ctx, (void)off, (void)buf, (void)len;
    return ROTA_OK;
}

static int prog_(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    (void)ctx, (void)off, (void)buf, (void)len;
    return ROTA_OK;
}

static int erase_(void *ctx, uint32_t off)
{
    (void)ctx, (void)off;
    return ROTA_OK;
}

static struct rota_flash slot;
static struct rota_config config;
static const char *field, *want;

static void configure(void)
{
    static const struct rota_net net;
    static const struct rota_sys sys;
    static const struct rota_anchor anchor;
    static char buffer[512];

    slot = (struct rota_flash){.read = read_,
                               .prog = prog_,
                               .erase = erase_,
                               .size = 4096,
                               .erase_size = 4096,
                               .prog_size = 4,
                               .erased = 0xff};
    config = (struct rota_config){
        .net = &net,
        .sys = &sys,
        .slot = &slot,
        .buffer = buffer,
        .buffer_size = sizeof buffer,
        .anchors = &anchor,
        .anchor_count = 1,
        .repo = "acme/thermostat",
        .asset = "{board}-*.bin",
        .version = "1.0.0",
    };
}

static bool valid(void)
{
    return rota_config_check(&config, &field, &want) == ROTA_OK && !field
        && !want;
}

/* Is config refused for this field, with a word about what it must be? */
static bool refused(const char *name)
{
    return rota_config_check(&config, &field, &want) == ROTA_EINVAL && field
        && strcmp(field, name) == 0 && want && *want;
}

/* Try each text for a field; NULL ends the good, then the bad ones. */
static void try_texts(const char **text, const char *name,
                      const char *const *texts)
{
    for (; *texts; texts++) {
        *text = *texts;
        CHECK(valid());
        if (field)
            printf("  good: %s\n", *texts);
    }
    for (texts++; *texts; texts++) {
        *text = *texts;
        CHECK(refused(name));
        if (!field)
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
    CHECK(valid());
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

static void a_choice_may_need_a_tag(void)
{
    configure();
    config.choose = &rota_newest;
    CHECK(valid());
    config.choose = &rota_by_tag;
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

static void the_platform_is_there(void)
{
    configure();
    config.net = NULL;
    CHECK(refused("net, sys"));
    configure();
    slot.prog_size = 3;
    CHECK(refused("slot"));
    configure();
    config.buffer_size = 511;
    CHECK(refused("buffer"));
    configure();
    config.anchor_count = 0;
    CHECK(refused("anchors"));
}

static void a_store_has_its_functions(void)
{
    struct rota_journal journal;
    struct rota_store store = rota_journal_store(&journal, &slot);

    configure();
    config.store = &store;
    CHECK(valid());
    store.get = NULL;
    CHECK(refused("store"));
}

int main(void)
{
    RUN(a_small_configuration_is_valid);
    RUN(required_fields_are_missed);
    RUN(a_repo_is_owner_and_name);
    RUN(item_06_an_api_is_an_https_url_without_a_query);
    RUN(an_asset_pattern_is_a_file_name);
    RUN(a_version_is_a_semantic_version);
    RUN(a_token_cannot_hold_a_header);
    RUN(other_texts_that_are_sent_are_printable);
    RUN(asset_hosts_have_their_leading_dot);
    RUN(a_choice_may_need_a_tag);
    RUN(the_platform_is_there);
    RUN(a_store_has_its_functions);
    return test_end();
}
