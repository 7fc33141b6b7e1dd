/* SPDX-License-Identifier: Apache-2.0 */
/* A device of which nobody knows what it runs: config.version is NULL. */
#include "device/device.h"

#define FETCHED "checking available verified downloaded "

/* It downloads for somebody else: nothing is booted, nothing is kept. */
static void new_downloader(void)
{
    rig_init(&rig, script.reply, script.count);
    rig.config.version = NULL;
    rig.config.boot = NULL;
    rig.config.store = NULL;
}

static void check(void)
{
    serve();
    rig.told[0] = '\0';
    rota_check_now(&rig.rota);
    CHECK(rig_run(&rig));
    empty();
}

static void fetches(const char *tag)
{
    empty();
    offer(tag);
    asset();
    check();
    CHECK(told(FETCHED));
}

static void rests_at(const char *tag, const char *events)
{
    empty();
    offer(tag);
    check();
    CHECK(told(events) && !sent("assets/"));
}

static void each_release_is_wanted_and_fetched_once(void)
{
    empty();
    new_downloader();
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    fetches("v1.1.0");
    rests_at("v1.1.0", "checking downloaded ");
    fetches("v0.3.0");
    rests_at("v0.3.0", "checking downloaded ");
    fetches("v1.1.0");
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    fetches("v1.1.0"); /* in another life */
}

static void a_tag_need_not_be_a_version(void)
{
    empty();
    new_downloader();
    rig.config.choose = &rota_by_tag;
    rig.config.tag = "nightly";
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    fetches("nightly");
    CHECK(sent("/releases/tags/nightly "));
    rests_at("nightly", "checking downloaded ");
    rig.config.version = "1.0.0";
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    rests_at("nightly", "checking failed ");
    CHECK(rig.last.err == ROTA_EVERSION);
}

static void a_prefix_that_is_missing_does_not_matter(void)
{
    empty();
    new_downloader();
    rig.config.tag_prefix = "app-";
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    fetches("tool-1.0.0");
    fetches("app-1.0.0");
}

static void a_tag_that_is_too_long_is_an_error_still(void)
{
    char tag[ROTA_TAG_MAX + 2];

    memset(tag, 'x', sizeof tag - 1);
    tag[sizeof tag - 1] = '\0';
    empty();
    new_downloader();
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    rests_at(tag, "checking failed ");
    CHECK(rig.last.err == ROTA_ETOOLONG);
}

/* Of a list the highest version still wins over a tag that is none. */
static void of_a_list_a_version_wins(void)
{
    char list[8192];

    empty();
    size_t n = (size_t)snprintf(
        list, sizeof list, "[%s,",
        script_release_json("nightly", "app-1.bin", "9000", NULL));
    snprintf(list + n, sizeof list - n, "%s]",
             script_release_json("v0.1.0", "app-1.bin", "9000", NULL));
    answer("HTTP/1.1 200 OK\nContent-Type: application/json\n", list);
    asset();
    new_downloader();
    rig.config.choose = &rota_newest;
    CHECK(rig_check(&rig) == ROTA_OK && told(FETCHED));
    struct rota_status s;
    rota_get_status(&rig.rota, &s);
    CHECK(strcmp(s.found.tag, "v0.1.0") == 0 && strcmp(s.running, "") == 0);
}

static void new_agent(void)
{
    empty();
    rig_init(&rig, script.reply, 0);
    rig.config.version = NULL;
    rig.config.confirm_by_hand = true;
    rig.bootloader.at_once = true;
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
}

static void installs(const char *tag)
{
    empty();
    offer(tag);
    asset();
    check();
    CHECK(told(INSTALLED));
    rests_at(tag, "checking ready ");
}

static void restart(void)
{
    fakeboot_restart(&rig.bootloader);
    rig.told[0] = '\0';
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
}

static void running_is(const char *version)
{
    struct rota_status s;

    rota_get_status(&rig.rota, &s);
    CHECK(strcmp(s.running, version) == 0);
}

/* With a boot and a store: until one is confirmed, and then any other. */
static void what_was_confirmed_is_not_installed_again(void)
{
    new_agent();
    running_is("");
    installs("v1.1.0");
    restart();
    CHECK(told("trial "));
    CHECK(rota_confirm(&rig.rota) == ROTA_OK);
    rests_at("v1.1.0", "checking up-to-date ");
    running_is("1.1.0");
    restart();
    rests_at("v1.1.0", "checking up-to-date ");
    installs("v1.0.0");
    CHECK(rig.bootloader.tries == 2);
}

static void what_has_failed_is_not_installed_again(void)
{
    new_agent();
    installs("v1.1.0");
    restart();
    restart();
    CHECK(told("rolled-back "));
    rests_at("v1.1.0", "checking quarantined ");
    running_is("");
}

static void a_boot_needs_a_store_and_a_confirming_hand(void)
{
    const char *field, *want;

    new_agent();
    CHECK(rota_config_check(&rig.config, &field, &want) == ROTA_OK);
    rig.config.confirm_by_hand = false;
    CHECK(rota_config_check(&rig.config, &field, &want) == ROTA_EINVAL);
    CHECK(strcmp(field, "version") == 0);
    rig.config.confirm_by_hand = true;
    rig.config.store = NULL;
    CHECK(rota_config_check(&rig.config, &field, &want) == ROTA_EINVAL);
    CHECK(strcmp(field, "version") == 0);
    rig.config.boot = NULL;
    CHECK(rota_config_check(&rig.config, &field, &want) == ROTA_OK);
}

int main(void)
{
    RUN(each_release_is_wanted_and_fetched_once);
    RUN(a_tag_need_not_be_a_version);
    RUN(a_prefix_that_is_missing_does_not_matter);
    RUN(a_tag_that_is_too_long_is_an_error_still);
    RUN(of_a_list_a_version_wins);
    RUN(what_was_confirmed_is_not_installed_again);
    RUN(what_has_failed_is_not_installed_again);
    RUN(a_boot_needs_a_store_and_a_confirming_hand);
    return test_end();
}
