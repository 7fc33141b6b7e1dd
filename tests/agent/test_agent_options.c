/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "agent/agent_options.h"

#include <stdlib.h>
#include <unistd.h>

static struct rota_options o;

static const char whole[] =
    "repo = acme/thermostat            ; owner/name\n"
    "api = https://ghe.example.com:8443/api/v3\n"
    "channel = tag:v1.2.0\n"
    "tag-prefix = fw-v\n"
    "board = thermostat-rpi\n"
    "asset = {board}-*.bin             ; * ? {version} {tag} {board}\n"
    "version = 1.0.0\n"
    "root = /opt/thermostat\n"
    "install-as = thermostat\n"
    "state = /var/lib/thermostat\n"
    "ca-file = /etc/ca.pem\n"
    "asset-hosts = .githubusercontent.com, .example.com\n"
    "token-file = /etc/rota/token\n"
    "interval = 2h\n"
    "stall-timeout = 45s\n"
    "allow-downgrade = yes\n"
    "api-version = none\n"
    "trial-starts = 5\n"
    "keys = /etc/keys\n"
    "key-threshold = 2\n"
    "project = acme/boiler\n"
    "hw = 4294967295\n";

static void every_key_of_the_file_is_understood(void)
{
    CHECK(options_parse(&o, whole));
    CHECK(same(o.repo, "acme/thermostat"));
    CHECK(same(o.api, "https://ghe.example.com:8443/api/v3"));
    CHECK(same(o.channel, "tag:v1.2.0"));
    CHECK(same(o.tag_prefix, "fw-v"));
    CHECK(same(o.board, "thermostat-rpi"));
    CHECK(same(o.asset, "{board}-*.bin"));
    CHECK(same(o.version, "1.0.0"));
    CHECK(same(o.root, "/opt/thermostat"));
    CHECK(same(o.install_as, "thermostat"));
    CHECK(same(o.state, "/var/lib/thermostat"));
    CHECK(same(o.ca_file, "/etc/ca.pem"));
    CHECK(same(o.asset_hosts, ".githubusercontent.com, .example.com"));
    CHECK(same(o.token_file, "/etc/rota/token"));
    CHECK(o.interval_s == 7200 && o.stall_ms == 45000);
    CHECK(o.allow_downgrade && o.trial_starts == 5);
    CHECK(same(o.api_version, ""));
    CHECK(same(o.keys, "/etc/keys") && o.key_threshold == 2);
    CHECK(same(o.project, "acme/boiler") && o.hw == UINT32_MAX);
    CHECK(rota_options_complete(&o, false));
    CHECK(options_parse(&o, "slot-a = /dev/sda1\nslot-b = /dev/sda2\n"));
    CHECK(same(o.slot_a, "/dev/sda1") && same(o.slot_b, "/dev/sda2"));
    CHECK(options_parse(&o, "version-file = /opt/v\n")
          && same(o.version_file, "/opt/v"));
    CHECK(options_parse(
        &o, "boot = uboot-rauc\nuboot-env = /e\nuboot-slots = x, y\n"));
    CHECK(same(o.boot, "uboot-rauc") && same(o.uboot_env, "/e"));
    CHECK(same(o.uboot_slots, "x, y"));
}

static void what_is_not_said_has_its_default(void)
{
    CHECK(options_parse(&o,
                        "repo = acme/thermostat\nasset = *\nversion = 1.0.0\n"
                        "root = /opt/t\n"));
    CHECK(rota_options_complete(&o, false));
    CHECK(same(o.channel, "latest") && same(o.state, "/var/lib/rota"));
    CHECK(same(o.ca_file, "/etc/ssl/certs/ca-certificates.crt"));
    CHECK(same(o.install_as, "thermostat"));
    CHECK(o.trial_starts == 3 && !o.allow_downgrade);
    CHECK(same(o.boot, "link") && !o.uboot_env && !o.uboot_slots);
    CHECK(!o.api && !o.tag_prefix && !o.asset_hosts && !o.api_version);
    CHECK(!o.interval_s && !o.stall_ms && !o.token_file);
    CHECK(!o.keys && !o.key_threshold && !o.project && !o.hw && !o.files);
}

static void comments_begin_at_the_start_or_after_white_space(void)
{
    CHECK(options_parse(&o, "; one\n# two\n  ; three\n\t# four\n\n   \n"
                            "board = a;b#c\n"));
    CHECK(same(o.board, "a;b#c"));
    CHECK(options_parse(&o, "board = x ;y\n") && same(o.board, "x"));
    CHECK(options_parse(&o, "board = x\t#y\n") && same(o.board, "x"));
    CHECK(options_parse(&o, "board = x;y ;z\n") && same(o.board, "x;y"));
    CHECK(options_parse(&o, "board = ;none\n") && same(o.board, ""));
    CHECK(options_parse(&o, "#board = x\n") && !o.board);
}

static void white_space_around_names_and_values_is_dropped(void)
{
    CHECK(options_parse(&o, "  board\t =   two words \t\r\n")
          && same(o.board, "two words"));
    CHECK(options_parse(&o, "board=x") && same(o.board, "x"));
    CHECK(options_parse(&o, "board = a=b\n") && same(o.board, "a=b"));
    CHECK(options_parse(&o, "board = \"x\"\n") && same(o.board, "\"x\""));
    CHECK(options_parse(&o, "") && options_parse(&o, "\n\n"));
}

static void the_last_of_two_counts(void)
{
    CHECK(options_parse(&o, "board = x\nboard = y\n") && same(o.board, "y"));
    CHECK(options_parse(&o, "version = 1.0.0\nversion-file = /v\n"));
    CHECK(!o.version && same(o.version_file, "/v"));
    CHECK(options_parse(&o, "version-file = /v\nversion = 1.0.0\n"));
    CHECK(!o.version_file && same(o.version, "1.0.0"));
}

static void a_wrong_line_is_named_with_its_number(void)
{
    CHECK(!options_parse(&o, "repo = a/b\n\nbored = x\n"));
    CHECK(options_error_has(&o, "conf:3: unknown key 'bored'"));
    CHECK(!options_parse(&o, "[rota]\n")
          && options_error_has(&o, "conf:1: '[rota]'"));
    CHECK(!options_parse(&o, "board\n")
          && options_error_has(&o, "key = value"));
    CHECK(!options_parse(&o, "= x\n") && options_error_has(&o, "unknown key"));
    CHECK(!options_parse(&o, "Repo = a/b\n")
          && options_error_has(&o, "unknown key 'Repo'"));
    CHECK(!options_parse(&o, "json = yes\n") && !options_parse(&o, "c = x\n")
          && !options_parse(&o, "help = x\n"));
}

static void options_stand_before_or_after_the_command(void)
{
    CHECK(
        READ(&o, "-c", "/dev/null", "--board", "x", "check", "--repo", "a/b"));
    CHECK(same(o.command, "check") && same(o.board, "x"));
    CHECK(same(o.repo, "a/b"));
    CHECK(READ(&o, "check", "--board=x=y", "--tag-prefix=", "-c", "/dev/null"));
    CHECK(same(o.board, "x=y") && same(o.tag_prefix, ""));
    CHECK(READ(&o, "check", "--board", "--json", "-c", "/dev/null"));
    CHECK(same(o.board, "--json") && !o.json);
}

static void flags_take_no_value_and_all_others_one(void)
{
    CHECK(READ(&o, "--json", "check", "-c", "/dev/null"));
    CHECK(o.json && same(o.command, "check"));
    CHECK(READ(&o, "check", "--help") && o.help && same(o.command, "check"));
    CHECK(READ(&o, "-h") && o.help && !o.command);
    CHECK(!READ(&o, "check", "--json=yes")
          && options_error_has(&o, "unknown option"));
    CHECK(!READ(&o, "check", "--board")
          && options_error_has(&o, "needs a value"));
    CHECK(!READ(&o, "check", "--allow-downgrade")
          && options_error_has(&o, "needs a value"));
    CHECK(!READ(&o, "--version") && options_error_has(&o, "rota version"));
    CHECK(!READ(&o, "check", "-c") && options_error_has(&o, "needs a value"));
}

static void what_is_unknown_is_refused(void)
{
    CHECK(!READ(&o, "check", "--bored", "x")
          && options_error_has(&o, "unknown option"));
    CHECK(!READ(&o, "check", "-x")
          && options_error_has(&o, "unknown option '-x'"));
    CHECK(!READ(&o, "check", "--insecure", "yes")
          && options_error_has(&o, "--insecure"));
    CHECK(!READ(&o, "check", "--") && options_error_has(&o, "unknown option"));
    CHECK(!READ(&o, "check", "update")
          && options_error_has(&o, "after the command"));
    CHECK(!READ(&o, "help", "check", "update")
          && options_error_has(&o, "update"));
    CHECK(READ(&o, "help", "check") && same(o.topic, "check"));
}

/* A configuration file of this text, whose name is returned. */
static const char *file_of(const void *bytes, size_t len)
{
    static char name[] = "/tmp/rota-options-XXXXXX";
    int fd;

    strcpy(name + strlen(name) - 6, "XXXXXX");
    fd = mkstemp(name);
    CHECK(fd >= 0 && write(fd, bytes, len) == (ssize_t)len);
    close(fd);
    return name;
}

static bool read_conf(const void *bytes, size_t len, char *option, char *value)
{
    const char *name = file_of(bytes, len);
    bool result = option ? READ(&o, "check", option, value, "-c", (char *)name)
                         : READ(&o, "check", "-c", (char *)name);

    unlink(name);
    return result;
}

static void options_outweigh_the_file(void)
{
    CHECK(read_conf(whole, strlen(whole), "--board", "other"));
    CHECK(same(o.board, "other") && same(o.repo, "acme/thermostat"));
    CHECK(read_conf(whole, strlen(whole), "--version-file", "/v"));
    CHECK(!o.version && same(o.version_file, "/v"));
    CHECK(read_conf(whole, strlen(whole), NULL, NULL));
    CHECK(same(o.board, "thermostat-rpi"));
}

static void a_file_that_is_named_must_be_there_and_be_text(void)
{
    static char large[ROTA_CONF_MAX + 1];

    CHECK(!READ(&o, "check", "-c", "/nonexistent/rota.conf"));
    CHECK(options_error_has(&o, "/nonexistent/rota.conf: No such file"));
    CHECK(!READ(&o, "check", "-c", "/tmp") && options_error_has(&o, "/tmp: "));
    CHECK(!read_conf("board = x\0\n", 11, NULL, NULL)
          && options_error_has(&o, "no text"));
    memset(large, '\n', sizeof(large));
    CHECK(!read_conf(large, sizeof(large), NULL, NULL));
    CHECK(options_error_has(&o, "longer than"));
    CHECK(read_conf(large, sizeof(large) - 1, NULL, NULL));
    CHECK(READ(&o, "version", "-c", "/nonexistent/rota.conf"));
    CHECK(READ(&o, "help", "-c", "/nonexistent/rota.conf"));
}

static void an_incomplete_configuration_says_what_is_missing(void)
{
    CHECK(options_parse(&o, "asset = *\nversion = 1.0.0\nroot = /r\n"));
    CHECK(!rota_options_complete(&o, false) && options_error_has(&o, "repo"));
    CHECK(options_parse(&o, "repo = a/b\nversion = 1.0.0\nroot = /r\n"));
    CHECK(!rota_options_complete(&o, false) && options_error_has(&o, "asset"));
    CHECK(options_parse(&o, "repo = a/b\nasset = *\nroot = /r\n"));
    CHECK(!rota_options_complete(&o, false)
          && options_error_has(&o, "version"));
    CHECK(options_parse(&o, "repo = a/b\nasset = *\nversion = 1.0.0\n"));
    CHECK(!rota_options_complete(&o, false) && options_error_has(&o, "root"));
    CHECK(options_parse(
        &o, "repo = a/b\nasset = *\nversion = 1.0.0\nslot-a = /a\n"));
    CHECK(!rota_options_complete(&o, false)
          && options_error_has(&o, "slot-a and slot-b"));
}

static void keys_make_asset_optional_and_board_required(void)
{
    CHECK(options_parse(&o,
                        "repo = a/b\nversion = 1.0.0\nroot = /r\nboard = x\n"));
    CHECK(rota_options_complete(&o, true));
    CHECK(!rota_options_complete(&o, false)
          && options_error_has(&o, "asset is not set"));
    CHECK(options_parse(&o,
                        "repo = a/b\nversion = 1.0.0\nroot = /r\nasset = x\n"));
    CHECK(rota_options_complete(&o, false));
    CHECK(!rota_options_complete(&o, true)
          && options_error_has(&o, "board is not set"));
    CHECK(
        options_parse(&o, "repo = a/b\nversion = 1.0.0\nroot = /r\nboard =\n"));
    CHECK(!rota_options_complete(&o, true)
          && options_error_has(&o, "board is not set"));
    CHECK(options_parse(&o, "keys = none\n") && same(o.keys, ""));
}

static void more_images_need_keys_and_a_root(void)
{
    CHECK(options_parse(&o,
                        "repo = a/b\nversion = 1.0.0\nroot = /r\nboard = x\n"
                        "asset = y\nmore-images = c, d\nca-image = d\n"));
    CHECK(same(o.more_images, "c, d") && same(o.ca_image, "d"));
    CHECK(rota_options_complete(&o, true));
    CHECK(!rota_options_complete(&o, false)
          && options_error_has(&o, "root and keys"));
    CHECK(options_parse(
        &o, "repo = a/b\nversion = 1.0.0\nslot-a = /a\nslot-b = /b\n"
            "board = x\nmore-images = c\n"));
    CHECK(!rota_options_complete(&o, true)
          && options_error_has(&o, "root and keys"));
    CHECK(options_parse(&o,
                        "repo = a/b\nversion = 1.0.0\nroot = /r\nboard = x\n"
                        "ca-image = d\n"));
    CHECK(!rota_options_complete(&o, true)
          && options_error_has(&o, "ca-image"));
}

static void only_verify_takes_files(void)
{
    CHECK(READ(&o, "-c", "/dev/null", "verify", "m.ota", "--board", "x",
               "a.bin"));
    CHECK(o.files == 2 && same(o.file[0], "m.ota") && same(o.file[1], "a.bin"));
    CHECK(same(o.command, "verify") && same(o.board, "x"));
    CHECK(READ(&o, "-c", "/dev/null", "verify") && o.files == 0);
    CHECK(READ(&o, "verify", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10",
               "11", "12", "13", "14", "15", "16", "17", "-c", "/dev/null"));
    CHECK(o.files == ROTA_FILES_MAX);
    CHECK(!READ(&o, "verify", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10",
                "11", "12", "13", "14", "15", "16", "17", "18"));
    CHECK(options_error_has(&o, "'18' after the command 'verify'"));
}

static void root_and_slots_exclude_each_other(void)
{
    CHECK(options_parse(
        &o, "root = /r\nslot-a = /a\nslot-b = /b\ninstall-as = x\n"));
    CHECK(!rota_options_bootable(&o) && options_error_has(&o, "both"));
    CHECK(options_parse(&o, "slot-a = /a\nslot-b = /b\n")
          && rota_options_bootable(&o));
    CHECK(options_parse(&o, "slot-a = /a\nslot-b = /a\n"));
    CHECK(!rota_options_bootable(&o) && options_error_has(&o, "the same"));
    CHECK(options_parse(&o, "root = /r\n") && !rota_options_bootable(&o));
    CHECK(options_error_has(&o, "install-as"));
    CHECK(options_parse(&o, "root = /r\ninstall-as = x\n")
          && rota_options_bootable(&o));
}

static bool bootable(const char *conf)
{
    char all[256];

    snprintf(all, sizeof(all), "slot-a = /a\nslot-b = /b\n%s", conf);
    CHECK(options_parse(&o, all));
    return rota_options_bootable(&o);
}

static void uboot_starts_slots_that_it_has_names_for(void)
{
    CHECK(bootable("boot = uboot-rauc\n"));
    CHECK(bootable("boot = uboot-rauc\nuboot-slots = x, y\n"));
    CHECK(bootable("boot = uboot-mender\nuboot-slots = 2, 3\n"));
    CHECK(!bootable("boot = uboot-mender\n")
          && options_error_has(&o, "uboot-slots"));
    CHECK(bootable("boot = uboot-rauc\ntrial-starts = 9\n"));
    CHECK(!bootable("boot = uboot-rauc\ntrial-starts = 10\n"));
    CHECK(options_error_has(&o, "at most 9 with boot = uboot-rauc"));
    CHECK(!bootable("uboot-env = /e\n")
          && options_error_has(&o, "need boot ="));
    CHECK(!bootable("uboot-slots = 2, 3\n")
          && options_error_has(&o, "need boot ="));
    CHECK(options_parse(&o, "root = /r\ninstall-as = x\nboot = uboot-rauc\n"));
    CHECK(!rota_options_bootable(&o)
          && options_error_has(&o, "needs slot-a and slot-b"));
}

static int rows;

static void count(const char *name, const char *form, const char *about)
{
    CHECK(name[0] && form[0] && about[0]);
    rows++;
}

static void every_key_is_in_the_help(void)
{
    rows = 0;
    rota_options_each(count);
    CHECK(rows == 30);
}

int main(void)
{
    RUN(every_key_of_the_file_is_understood);
    RUN(what_is_not_said_has_its_default);
    RUN(comments_begin_at_the_start_or_after_white_space);
    RUN(white_space_around_names_and_values_is_dropped);
    RUN(the_last_of_two_counts);
    RUN(a_wrong_line_is_named_with_its_number);
    RUN(options_stand_before_or_after_the_command);
    RUN(flags_take_no_value_and_all_others_one);
    RUN(what_is_unknown_is_refused);
    RUN(options_outweigh_the_file);
    RUN(a_file_that_is_named_must_be_there_and_be_text);
    RUN(an_incomplete_configuration_says_what_is_missing);
    RUN(keys_make_asset_optional_and_board_required);
    RUN(more_images_need_keys_and_a_root);
    RUN(only_verify_takes_files);
    RUN(root_and_slots_exclude_each_other);
    RUN(uboot_starts_slots_that_it_has_names_for);
    RUN(every_key_is_in_the_help);
    return test_end();
}
