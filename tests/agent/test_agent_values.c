/* SPDX-License-Identifier: Apache-2.0 */
/* The values that the agent's options take, and those that they do not. */
#include "agent/agent_options.h"

static struct rota_options o;

/* Each is wrong in the file and as an option, and is named in the error. */
static const char *const bad[][2] = {
    {"repo", ""},
    {"repo", "acme"},
    {"repo", "/thermostat"},
    {"repo", "acme/"},
    {"repo", "acme//thermostat"},
    {"repo", "acme/thermostat/"},
    {"repo", "acme/ther/mostat"},
    {"repo", "../thermostat"},
    {"repo", "acme/.."},
    {"repo", "acme/../x"},
    {"repo", "acme/."},
    {"repo", "./x"},
    {"repo", "ac me/thermostat"},
    {"repo", "acme/thermostat?x"},
    {"api", ""},
    {"api", "http://api.github.com"},
    {"api", "HTTP://api.github.com"},
    {"api", "api.github.com"},
    {"api", "ftp://api.github.com"},
    {"api", "https://"},
    {"api", "https:///api/v3"},
    {"api", "https://:443"},
    {"api", "https://user@host"},
    {"api", "https://host:0"},
    {"api", "https://host:65536"},
    {"api", "https://host:"},
    {"api", "https://host:x"},
    {"api", "https://host/../x"},
    {"api", "https://host/api?x"},
    {"api", "https://host/api#x"},
    {"api", "https://ho st"},
    {"api", "https://[::1"},
    {"channel", ""},
    {"channel", "newest"},
    {"channel", "tag:"},
    {"channel", "tag"},
    {"channel", "Latest"},
    {"channel", "tag:"
                "0123456789012345678901234567890123456789012345678901234567890"
                "12345678901234567890"},
    {"asset", ""},
    {"version", ""},
    {"version-file", ""},
    {"root", ""},
    {"slot-a", ""},
    {"slot-b", ""},
    {"install-as", ""},
    {"install-as", "."},
    {"install-as", ".."},
    {"install-as", "../x"},
    {"install-as", "a/b"},
    {"install-as", "/x"},
    {"install-as", "x/"},
    {"install-as", "a..b"},
    {"state", ""},
    {"ca-file", ""},
    {"token-file", ""},
    {"asset-hosts", "githubusercontent.com"},
    {"asset-hosts", ".a,b"},
    {"asset-hosts", "."},
    {"asset-hosts", ".a,,.b"},
    {"asset-hosts", "*.a"},
    {"asset-hosts", ".a:443"},
    {"asset-hosts", "https://.a"},
    {"interval", ""},
    {"interval", "0"},
    {"interval", "1"},
    {"interval", "1s"},
    {"interval", "-6h"},
    {"interval", "6x"},
    {"interval", "6 h"},
    {"interval", "6.5h"},
    {"interval", "h"},
    {"interval", "forever"},
    {"interval", "366d"},
    {"interval", "1999ms"},
    {"interval", "99999999999999999999999h"},
    {"stall-timeout", ""},
    {"stall-timeout", "0"},
    {"stall-timeout", "99ms"},
    {"stall-timeout", "61m"},
    {"stall-timeout", "30 s"},
    {"stall-timeout", "30S"},
    {"allow-downgrade", ""},
    {"allow-downgrade", "maybe"},
    {"allow-downgrade", "Yes"},
    {"allow-downgrade", "1"},
    {"api-version", ""},
    {"api-version", "2022"},
    {"api-version", "2022-11-2"},
    {"api-version", "2022-11-28 "
                    "x"},
    {"api-version", "off"},
    {"trial-starts", ""},
    {"trial-starts", "0"},
    {"trial-starts", "101"},
    {"trial-starts", "-1"},
    {"trial-starts", "3x"},
    {"more-images", ""},
    {"boot", ""},
    {"boot", "uboot"},
    {"boot", "Link"},
    {"uboot-env", ""},
    {"uboot-slots", ""},
    {"uboot-slots", "A"},
    {"uboot-slots", "A,"},
    {"uboot-slots", ", B"},
    {"uboot-slots", "A B"},
    {"uboot-slots", "A, B, C"},
    {"uboot-slots", "A, A"},
    {"uboot-slots", "A, b=c"},
    {"uboot-slots", "A, 0123456789abcdef"},
    {"ca-image", "a/b"},
    {"keys", ""},
    {"key-threshold", ""},
    {"key-threshold", "0"},
    {"key-threshold", "33"},
    {"key-threshold", "two"},
    {"project", ""},
    {"hw", ""},
    {"hw", "-1"},
    {"hw", "4294967296"},
    {"hw", "99999999999999999999999"},
    {"hw", "B"},
};

static void every_bad_value_is_refused(void)
{
    char conf[256], option[64], value[256];

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        snprintf(conf, sizeof(conf), "%s = %s\n", bad[i][0], bad[i][1]);
        CHECK(!options_parse(&o, conf) && options_error_has(&o, "conf:1: ")
              && options_error_has(&o, bad[i][0]));
        snprintf(option, sizeof(option), "--%s", bad[i][0]);
        snprintf(value, sizeof(value), "%s", bad[i][1]);
        CHECK(!READ(&o, "check", option, value)
              && options_error_has(&o, option));
        if (o.error[0] == '\0')
            printf("taken: %s", conf);
    }
}

static const char *const good[][2] = {
    {"repo", "a/b"},
    {"repo", "Ac-me/ther_mo.stat"},
    {"api", "https://api.github.com"},
    {"api", "https://127.0.0.1:8443"},
    {"api", "https://[::1]:8443/api/v1"},
    {"api", "https://host/api/v3/"},
    {"channel", "prerelease"},
    {"channel", "tag:release/1.0+x"},
    {"tag-prefix", ""},
    {"board", ""},
    {"asset-hosts", ""},
    {"asset-hosts", ".a"},
    {"asset-hosts", " .a.b , .c-d "},
    {"interval", "2"},
    {"interval", "2000ms"},
    {"interval", "365d"},
    {"stall-timeout", "100ms"},
    {"stall-timeout", "1h"},
    {"allow-downgrade", "no"},
    {"api-version", "2026-03-10"},
    {"trial-starts", "1"},
    {"trial-starts", "100"},
    {"install-as", "thermostat-1.0"},
    {"keys", "none"},
    {"keys", "keys.d"},
    {"key-threshold", "1"},
    {"key-threshold", "32"},
    {"hw", "0"},
    {"boot", "link"},
    {"boot", "uboot-mender"},
    {"boot", "uboot-rauc"},
    {"uboot-slots", "2,3"},
    {"uboot-slots", "system0 ,  0123456789abcde"},
};

static void every_good_value_is_taken(void)
{
    char option[64], value[256];

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        snprintf(option, sizeof(option), "--%s", good[i][0]);
        snprintf(value, sizeof(value), "%s", good[i][1]);
        CHECK(READ(&o, "-c", "/dev/null", "check", option, value));
        if (o.error[0])
            printf("%s\n", o.error);
    }
}

static void times_have_units(void)
{
    CHECK(READ(&o, "-c", "/dev/null", "run", "--interval", "90"));
    CHECK(o.interval_s == 90);
    CHECK(options_parse(&o, "interval = 10m\nstall-timeout = 1500ms\n"));
    CHECK(o.interval_s == 600 && o.stall_ms == 1500);
    CHECK(options_parse(&o, "interval = 7d\n") && o.interval_s == 7 * 86400);
}

static void control_characters_are_refused(void)
{
    CHECK(!options_parse(&o, "board = a\x01z\n")
          && !options_parse(&o, "board = a\x7f\n"));
    CHECK(!READ(&o, "check", "--board", "a\nb")
          && options_error_has(&o, "a?b"));
}

int main(void)
{
    RUN(every_bad_value_is_refused);
    RUN(every_good_value_is_taken);
    RUN(times_have_units);
    RUN(control_characters_are_refused);
    return test_end();
}
