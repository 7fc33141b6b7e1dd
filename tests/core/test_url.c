/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "support/test.h"
#include "http/url.h"
#include "base/text.h"

/* Parsed from a copy of exactly its size, so that a sanitizer sees the first
 * byte read behind it. */
static int parse(struct rota_url *u, const char *text, size_t len)
{
    char *copy = malloc(len + 1);
    if (!copy)
        abort();
    memcpy(copy, text, len);
    copy[len] = '\0';
    *u = (struct rota_url){0};
    int err = rota_url_parse(u, copy);
    if (!err) {
        CHECK(u->host_len > 0 && u->host + u->host_len <= len);
        CHECK(u->path + u->path_len <= len && u->port > 0);
        CHECK(u->path_len == 0 || copy[u->path] == '/');
    }
    free(copy);
    return err;
}

static bool host_is(const char *text, const struct rota_url *u,
                    const char *host)
{
    return rota_text_same(text + u->host, u->host_len, host);
}

static bool path_is(const char *text, const struct rota_url *u,
                    const char *path)
{
    return rota_text_same(text + u->path, u->path_len, path);
}

static void a_url_is_cut_into_host_port_and_path(void)
{
    static const struct {
        const char *text, *host;
        unsigned port;
        const char *path;
    } t[] = {{"https://a.example/x", "a.example", 443, "/x"},
             {"HTTPS://A.example/X", "A.example", 443, "/X"},
             {"https://h", "h", 443, ""},
             {"https://h/", "h", 443, "/"},
             {"https://h:8443/x", "h", 8443, "/x"},
             {"https://h:8443", "h", 8443, ""},
             {"https://h/a?b=c&d=/e?f", "h", 443, "/a?b=c&d=/e?f"},
             {"https://h/a?b#c?d", "h", 443, "/a?b"},
             {"https://h#c", "h", 443, ""},
             {"https://h:1#c", "h", 1, ""},
             {"https://h//a/../b//", "h", 443, "//a/../b//"},
             {"https://192.0.2.1:8443/", "192.0.2.1", 8443, "/"},
             {"https://my_host-1.lan/", "my_host-1.lan", 443, "/"},
             {"https://h/@:[]/", "h", 443, "/@:[]/"}};
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct rota_url u;
        CHECK(parse(&u, t[i].text, strlen(t[i].text)) == ROTA_OK);
        CHECK(host_is(t[i].text, &u, t[i].host));
        CHECK(u.port == t[i].port);
        CHECK(path_is(t[i].text, &u, t[i].path));
    }
}

static void an_ipv6_host_comes_without_its_brackets(void)
{
    const char *text = "https://[2001:db8::1]:8443/x";
    struct rota_url u;
    CHECK(parse(&u, text, strlen(text)) == ROTA_OK);
    CHECK(host_is(text, &u, "2001:db8::1") && u.port == 8443);
    CHECK(path_is(text, &u, "/x"));
    text = "https://[::ffff:192.0.2.1]";
    CHECK(parse(&u, text, strlen(text)) == ROTA_OK);
    CHECK(host_is(text, &u, "::ffff:192.0.2.1") && u.port == 443);
}

static void item_04_the_port_is_443_unless_one_from_1_to_65535_is_named(void)
{
    static const struct {
        const char *text;
        unsigned port; /* 0: refused */
    } t[] = {{"https://h/", 443},
             {"https://h:/", 443},
             {"https://h:443/", 443},
             {"https://h:1/", 1},
             {"https://h:65535/", 65535},
             {"https://h:0443/", 443},
             {"https://h:80/", 80},
             {"https://h:0/", 0},
             {"https://h:65536/", 0},
             {"https://h:-1/", 0},
             {"https://h:+1/", 0},
             {"https://h:4 43/", 0},
             {"https://h:443x/", 0},
             {"https://h:443:443/", 0},
             {"https://h:99999999999999999999/", 0},
             {"https://[::1]:0/", 0},
             {"https://[::1]:65536/", 0},
             {"https://[::1]443/", 0}};
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct rota_url u;
        int err = parse(&u, t[i].text, strlen(t[i].text));
        CHECK(err == (t[i].port ? ROTA_OK : ROTA_EREDIRECT));
        CHECK(err || u.port == t[i].port);
    }
}

static void item_42_a_target_of_mixed_escapes_is_kept_byte_for_byte(void)
{
    const char *host = "release-assets.example.test";
    const char *target =
        "/production-release-asset/10/0a1b?sp=r&se=2031-02-22T15%3A30%3a41Z"
        "&rscd=attachment%3B+filename%3Dfw.bin&sig=Sd00%2BZu%2f8s%3D&x=%7e~"
        "&jwt=eyJ0.eyJp-_Q.vuDS&rcd=attachment%3B%20filename%3Dfw.bin&a='(*)'"
        "&b={|}\\^`\"<>[]%zz%";
    char text[512];
    struct rota_url u;
    struct rota_text t;
    rota_text_init(&t, text, sizeof text);
    rota_text_add(&t, "https://");
    rota_text_add(&t, host);
    rota_text_add(&t, target);
    CHECK(parse(&u, text, t.len) == ROTA_OK);
    CHECK(host_is(text, &u, host) && path_is(text, &u, target));
}

static void item_43_what_no_redirect_may_lead_to_is_refused(void)
{
    static const char *const bad[] = {"",
                                      "/path",
                                      "//host/path",
                                      "host/path",
                                      "https",
                                      "https:",
                                      "https:/h",
                                      "https:h",
                                      "https:///",
                                      "https://",
                                      "https://#",
                                      "http://h/",
                                      "HTTP://h/",
                                      "httpss://h/",
                                      "ftp://h/",
                                      "file:///etc",
                                      " https://h/",
                                      "https ://h/",
                                      "javascript:alert(1)",
                                      "https://user@h/",
                                      "https://user:pass@h/",
                                      "https://:pass@h/",
                                      "https://@h/",
                                      "https://h@evil/",
                                      "https://h:443@evil/",
                                      "https://h:pass@evil/",
                                      "https://h%40evil/",
                                      "https://h\\@evil/",
                                      "https://h\\evil/",
                                      "https://h;evil/",
                                      "https://h,evil/",
                                      "https://?q",
                                      "https://h?q",
                                      "https://h:1?q",
                                      "https:// /",
                                      "https://.h/",
                                      "https://h./",
                                      "https://a..b/",
                                      "https://./",
                                      "https://:443/",
                                      "https://*.h/",
                                      "https://h%2eexample/",
                                      "https://h\xc3\xa4/",
                                      "https://[]/",
                                      "https://[::1/",
                                      "https://::1/",
                                      "https://[::1]x/",
                                      "https://[::1]@h/",
                                      "https://[fe80::1%25eth0]/",
                                      "https://[h]/",
                                      "https://[1]/",
                                      "https://[v1.x]/",
                                      "https://[[::1]]/",
                                      "https://h/a b",
                                      "https://h/a\tb",
                                      "https://h/a\r\nX: y",
                                      "https://h/\x7f",
                                      "https://h/\xc3\xa4",
                                      "https://h/#\n",
                                      "https://h\n/",
                                      "https://h/\x1f"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct rota_url u;
        int err = parse(&u, bad[i], strlen(bad[i]));
        CHECK(err == ROTA_EREDIRECT);
        if (err != ROTA_EREDIRECT)
            printf("taken: %s\n", bad[i]);
    }
}

static void item_43_hosts_are_allowed_by_suffix_at_a_label_boundary(void)
{
    static const struct {
        const char *host, *suffixes;
        bool allowed;
    } t[] = {{"a.example.com", ".example.com", true},
             {"A.EXAMPLE.Com", ".example.COM", true},
             {"b.a.example.com", ".example.com", true},
             {"example.com", ".example.com", false},
             {"badexample.com", ".example.com", false},
             {"a.example.com.evil", ".example.com", false},
             {"a.example.co", ".example.com", false},
             {"a.example.com", "example.com", false},
             {"example.com", "example.com", false},
             {"a.example.com", "", false},
             {"a.example.com", ",", false},
             {"a.example.com", " , \t,", false},
             {"a.example.com", ".", false},
             {"a.example.com", "*.example.com", false},
             {"a.two", ".one,.two,.three", true},
             {"a.three", ".one,.two,.three", true},
             {"a.three", " .one , .two ,\t.three ", true},
             {"a.three", ".one .three", false},
             {"a.four", ".one,.two,.three", false}};
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct rota_url u = {.host = 0,
                             .host_len = (uint16_t)strlen(t[i].host)};
        CHECK(rota_url_host_allowed(t[i].host, &u, t[i].suffixes)
              == t[i].allowed);
    }
}

static bool same_origin(const char *a, const char *b)
{
    struct rota_url ua, ub;
    CHECK(rota_url_parse(&ua, a) == ROTA_OK);
    CHECK(rota_url_parse(&ub, b) == ROTA_OK);
    CHECK(rota_url_same_origin(a, &ua, b, &ub)
          == rota_url_same_origin(b, &ub, a, &ua));
    return rota_url_same_origin(a, &ua, b, &ub);
}

static void item_41_an_origin_is_scheme_host_and_port(void)
{
    CHECK(same_origin("https://h/a", "https://h:443/b?c"));
    CHECK(same_origin("https://API.h", "HTTPS://api.H/#x"));
    CHECK(same_origin("https://[::A]/", "https://[::a]:443/"));
    CHECK(!same_origin("https://h/a", "https://h:8443/a"));
    CHECK(!same_origin("https://h/", "https://h.evil/"));
    CHECK(!same_origin("https://h.evil/", "https://x.h.evil/"));
    CHECK(!same_origin("https://api.h/", "https://apj.h/"));
}

static void a_url_cut_at_any_byte_is_refused_or_has_a_shorter_part(void)
{
    const char *text = "https://a.example:8443/p?q=%2F#f";
    for (size_t len = 0; len <= strlen(text); len++) {
        struct rota_url u;
        int err = parse(&u, text, len);
        bool no_host = len <= strlen("https://");
        bool ends_in_dot = len == strlen("https://a.");
        CHECK(err == (no_host || ends_in_dot ? ROTA_EREDIRECT : ROTA_OK));
        CHECK(err || strncmp(text + u.host, "a.example", u.host_len) == 0);
        CHECK(err || strncmp(text + u.path, "/p?q=%2F", u.path_len) == 0);
    }
    text = "https://[2001:db8::1]:8443/";
    for (size_t len = 0; len <= strlen(text); len++) {
        struct rota_url u;
        int err = parse(&u, text, len);
        CHECK(err
              == (len > strlen("https://[2001:db8::1") ? ROTA_OK
                                                       : ROTA_EREDIRECT));
    }
}

static void any_byte_put_anywhere_never_leads_astray(void)
{
    const char *text = "https://a.example:8443/p?q#f";
    for (size_t at = 0; at < strlen(text); at++)
        for (int c = 1; c < 256; c++) {
            char copy[64];
            struct rota_url u;
            memcpy(copy, text, strlen(text) + 1);
            copy[at] = (char)c;
            int err = parse(&u, copy, strlen(text));
            CHECK(err || (c > ' ' && c <= '~'));
            CHECK(err || c != '@' || at >= u.path);
        }
}

/* "https://", so many bytes of host, "/", and "p" up to len bytes. */
static char *long_url(size_t host, size_t len)
{
    static char text[ROTA_URL_MAX + ROTA_HOST_MAX + 16];
    memset(text, 'p', len);
    memcpy(text, "https://", 8);
    memset(text + 8, 'h', host);
    text[8 + host] = '/';
    text[len] = '\0';
    return text;
}

static void item_09_a_url_is_held_up_to_its_limit_and_never_cut(void)
{
    struct rota_url u;
    const char *text = long_url(ROTA_HOST_MAX, ROTA_URL_MAX);
    CHECK(parse(&u, text, ROTA_URL_MAX) == ROTA_OK);
    CHECK(u.host_len == ROTA_HOST_MAX);
    CHECK(u.path + u.path_len == ROTA_URL_MAX);
    text = long_url(1, ROTA_URL_MAX + 1);
    CHECK(parse(&u, text, ROTA_URL_MAX + 1) == ROTA_ETOOLONG);
    text = long_url(ROTA_HOST_MAX + 1, ROTA_URL_MAX);
    CHECK(parse(&u, text, ROTA_URL_MAX) == ROTA_ETOOLONG);
}

int main(void)
{
    RUN(a_url_is_cut_into_host_port_and_path);
    RUN(an_ipv6_host_comes_without_its_brackets);
    RUN(item_04_the_port_is_443_unless_one_from_1_to_65535_is_named);
    RUN(item_42_a_target_of_mixed_escapes_is_kept_byte_for_byte);
    RUN(item_43_what_no_redirect_may_lead_to_is_refused);
    RUN(item_43_hosts_are_allowed_by_suffix_at_a_label_boundary);
    RUN(item_41_an_origin_is_scheme_host_and_port);
    RUN(a_url_cut_at_any_byte_is_refused_or_has_a_shorter_part);
    RUN(any_byte_put_anywhere_never_leads_astray);
    RUN(item_09_a_url_is_held_up_to_its_limit_and_never_cut);
    return test_end();
}
