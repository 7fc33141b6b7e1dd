/* SPDX-License-Identifier: Apache-2.0 */
/* A device of which nobody knows what it runs: config.version is NULL. */
#include "device/device.h"

static struct device d;

#define FETCHED "checking available verified downloaded "

/* It downloads for somebody else: nothing is booted, nothing is kept. */
static void new_downloader(void)
{
    rig_init(&d.rig, d.script.reply, d.script.count);
    d.rig.config.version = NULL;
    d.rig.config.boot = NULL;
    d.rig.config.store = NULL;
}

static void check(void)
{
    device_serve(&d);
    d.rig.told[0] = '\0';
    rota_check_now(&d.rig.rota);
    CHECK(rig_run(&d.rig));
    device_clear(&d);
}

static void fetches(const char *tag)
{
    device_clear(&d);
    device_offer(&d, tag);
    device_asset(&d);
    check();
    CHECK(device_told(&d, FETCHED));
}

static void rests_at(const char *tag, const char *events)
{
    device_clear(&d);
    device_offer(&d, tag);
    check();
    CHECK(device_told(&d, events) && !device_sent(&d, "assets/"));
}

static void each_release_is_wanted_and_fetched_once(void)
{
    device_clear(&d);
    new_downloader();
    CHECK(rota_init(&d.rig.rota, &d.rig.config) == ROTA_OK);
    fetches("v1.1.0");
    rests_at("v1.1.0", "checking downloaded ");
    fetches("v0.3.0");
    rests_at("v0.3.0", "checking downloaded ");
    fetches("v1.1.0");
    CHECK(rota_init(&d.rig.rota, &d.rig.config) == ROTA_OK);
    fetches("v1.1.0"); /* in another life */
}

static void a_tag_need_not_be_a_version(void)
{
    device_clear(&d);
    new_downloader();
    d.rig.config.choose = &rota_by_tag;
    d.rig.config.tag = "nightly";
    CHECK(rota_init(&d.rig.rota, &d.rig.config) == ROTA_OK);
    fetches("nightly");
    CHECK(device_sent(&d, "/releases/tags/nightly "));
    rests_at("nightly", "checking downloaded ");
    d.rig.config.version = "1.0.0";
    CHECK(rota_init(&d.rig.rota, &d.rig.config) == ROTA_OK);
    rests_at("nightly", "checking failed ");
    CHECK(d.rig.last.err == ROTA_EVERSION);
}

static void a_prefix_that_is_missing_does_not_matter(void)
{
    device_clear(&d);
    new_downloader();
    d.rig.config.tag_prefix = "app-";
    CHECK(rota_init(&d.rig.rota, &d.rig.config) == ROTA_OK);
    fetches("tool-1.0.0");
    fetches("app-1.0.0");
}

static void a_tag_that_is_too_long_is_an_error_still(void)
{
    char tag[ROTA_TAG_MAX + 2];

    memset(tag, 'x', sizeof tag - 1);
    tag[sizeof tag - 1] = '\0';
    device_clear(&d);
    new_downloader();
    CHECK(rota_init(&d.rig.rota, &d.rig.config) == ROTA_OK);
    rests_at(tag, "checking failed ");
    CHECK(d.rig.last.err == ROTA_ETOOLONG);
}

/* Of a list the highest version still wins over a tag that is none. */
static void of_a_list_a_version_wins(void)
{
    char list[8192];

    device_clear(&d);
    size_t n = (size_t)snprintf(
        list, sizeof list, "[%s,",
        script_release_json("nightly", "app-1.bin", "9000", NULL));
    snprintf(list + n, sizeof list - n, "%s]",
             script_release_json("v0.1.0", "app-1.bin", "9000", NULL));
    device_answer(&d, "HTTP/1.1 200 OK\nContent-Type: application/json\n",
                  list);
    device_asset(&d);
    new_downloader();
    d.rig.config.choose = &rota_newest;
    CHECK(rig_check(&d.rig) == ROTA_OK && device_told(&d, FETCHED));
    struct rota_status s;
    rota_get_status(&d.rig.rota, &s);
    CHECK(strcmp(s.found.tag, "v0.1.0") == 0 && strcmp(s.running, "") == 0);
}

static void new_agent(void)
{
    device_clear(&d);
    rig_init(&d.rig, d.script.reply, 0);
    d.rig.config.version = NULL;
    d.rig.config.confirm_by_hand = true;
    d.rig.bootloader.at_once = true;
    CHECK(rota_init(&d.rig.rota, &d.rig.config) == ROTA_OK);
}

static void installs(const char *tag)
{
    device_clear(&d);
    device_offer(&d, tag);
    device_asset(&d);
    check();
    CHECK(device_told(&d, INSTALLED));
    rests_at(tag, "checking ready ");
}

static void restart(void)
{
    fakeboot_restart(&d.rig.bootloader);
    d.rig.told[0] = '\0';
    CHECK(rota_init(&d.rig.rota, &d.rig.config) == ROTA_OK);
}

static void running_is(const char *version)
{
    struct rota_status s;

    rota_get_status(&d.rig.rota, &s);
    CHECK(strcmp(s.running, version) == 0);
}

/* With a boot and a store: until one is confirmed, and then any other. */
static void what_was_confirmed_is_not_installed_again(void)
{
    new_agent();
    running_is("");
    installs("v1.1.0");
    restart();
    CHECK(device_told(&d, "trial "));
    CHECK(rota_confirm(&d.rig.rota) == ROTA_OK);
    rests_at("v1.1.0", "checking up_to_date ");
    running_is("1.1.0");
    restart();
    rests_at("v1.1.0", "checking up_to_date ");
    installs("v1.0.0");
    CHECK(d.rig.bootloader.tries == 2);
}

static void what_has_failed_is_not_installed_again(void)
{
    new_agent();
    installs("v1.1.0");
    restart();
    restart();
    CHECK(device_told(&d, "rolled_back "));
    rests_at("v1.1.0", "checking quarantined ");
    running_is("");
}

static void a_boot_needs_a_store_and_a_confirming_hand(void)
{
    const char *field, *want;

    new_agent();
    CHECK(rota_config_check(&d.rig.config, &field, &want) == ROTA_OK);
    d.rig.config.confirm_by_hand = false;
    CHECK(rota_config_check(&d.rig.config, &field, &want) == ROTA_EINVAL);
    CHECK(strcmp(field, "version") == 0);
    d.rig.config.confirm_by_hand = true;
    d.rig.config.store = NULL;
    CHECK(rota_config_check(&d.rig.config, &field, &want) == ROTA_EINVAL);
    CHECK(strcmp(field, "version") == 0);
    d.rig.config.boot = NULL;
    CHECK(rota_config_check(&d.rig.config, &field, &want) == ROTA_OK);
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
