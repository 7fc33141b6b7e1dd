/* SPDX-License-Identifier: Apache-2.0 */
/* Redirects: where a request may go, and what it takes along. */
#include "device/download.h"

static struct download d;

static void item_44_bytes_come_from_the_asset_host_or_at_once(void)
{
    download_begin(&d);
    script_redirect(&d.script, SCRIPT_CDN);
    download_whole(&d);
    download_run(&d);
    CHECK(download_installed(&d));
    CHECK(strcmp(d.rig.server.opened,
                 "api.github.com:443 "
                 "release-assets.githubusercontent.com:443 ")
          == 0);
    download_begin(&d);
    download_whole(&d);
    download_run(&d);
    CHECK(download_installed(&d) && d.rig.server.opens == 1);
}

static void item_42_a_location_goes_back_byte_for_byte(void)
{
    download_begin(&d);
    script_redirect(&d.script, SCRIPT_CDN);
    download_whole(&d);
    download_run(&d);
    CHECK(strstr(download_request(&d, 2),
                 "GET /a/7?sig=x%2By%3d&t=a+b%20c HTTP/1.1\r\n"));
}

static void item_41_the_token_stays_with_the_origin_of_the_api(void)
{
    download_begin(&d);
    script_redirect(&d.script, SCRIPT_CDN);
    download_whole(&d);
    download_init(&d);
    d.rig.config.token = "sesame";
    CHECK(rig_check(&d.rig) == ROTA_OK && download_installed(&d));
    CHECK(strstr(download_request(&d, 0), "Authorization: Bearer sesame"));
    CHECK(strstr(download_request(&d, 1), "Authorization: Bearer sesame"));
    CHECK(*download_request(&d, 2)
          && !strstr(download_request(&d, 2), "sesame"));
}

static void item_41_another_port_is_another_origin(void)
{
    download_begin(&d);
    script_redirect(&d.script, "https://api.github.com:8443/a");
    download_whole(&d);
    download_init(&d);
    d.rig.config.token = "sesame";
    CHECK(rig_check(&d.rig) == ROTA_OK && download_installed(&d));
    CHECK(*download_request(&d, 2)
          && !strstr(download_request(&d, 2), "sesame"));
}

static void item_40_a_renamed_repository_keeps_accept_and_token(void)
{
    download_begin(&d);
    script_add(&d.script,
               "HTTP/1.1 301 Moved Permanently\n"
               "Location: https://api.github.com/repositories/5/releases/"
               "assets/7\n",
               "{\"message\":\"Moved Permanently\"}", 31);
    download_whole(&d);
    download_init(&d);
    d.rig.config.token = "sesame";
    CHECK(rig_check(&d.rig) == ROTA_OK && download_installed(&d));
    CHECK(d.rig.server.opens == 1);
    CHECK(strstr(download_request(&d, 2),
                 "GET /repositories/5/releases/assets/7 "));
    CHECK(strstr(download_request(&d, 2), "Accept: application/octet-stream"));
    CHECK(strstr(download_request(&d, 2), "sesame"));
}

static void item_43_redirects_lead_to_allowed_https_hosts_only(void)
{
    static const char *const bad[] = {
        "http://release-assets.githubusercontent.com/a",
        "https://user:pw@release-assets.githubusercontent.com/a",
        "https://evil.example/a",
        "https://githubusercontent.com.evil.example/a",
        "https://evilgithubusercontent.com/a",
        "https://githubusercontent.com/a",
        "//evil.example/a",
        "ftp://release-assets.githubusercontent.com/a",
        "a/relative/one",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        download_begin(&d);
        script_redirect(&d.script, bad[i]);
        download_whole(&d);
        download_run(&d);
        CHECK(download_failed(&d, ROTA_EREDIRECT));
        CHECK(d.rig.server.opens == 1);
    }
}

/* Servers such as Gitea name the place themselves. */
static void item_43_a_release_names_allowed_https_hosts_only(void)
{
    static const char *const bad[] = {"https://evil.example/a",
                                      "http://api.github.com/a", "/a"};
    char json[256];

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        memset(&d.script, 0, sizeof d.script);
        int len = snprintf(
            json, sizeof json,
            "{\"id\":1,\"tag_name\":\"v1.1.0\",\"assets\":"
            "[{\"id\":2,\"name\":\"app-1.bin\",\"size\":" DOWNLOAD_SIZE_TEXT
            ",\"browser_download_url\":\"%s\"}]}",
            bad[i]);
        script_add(&d.script, "HTTP/1.1 200 OK\n", json, (size_t)len);
        download_whole(&d);
        download_run(&d);
        CHECK(download_failed(&d, ROTA_EREDIRECT) && d.rig.server.opens == 1);
    }
}

static void item_43_a_loop_ends_after_five_redirects(void)
{
    download_begin(&d);
    for (int i = 0; i < 20; i++)
        script_redirect(&d.script, "https://api.github.com/loop");
    download_run(&d);
    CHECK(download_failed(&d, ROTA_EREDIRECT));
    CHECK(download_count(&d, "GET /loop") == ROTA_REDIRECTS_MAX);
}

static void a_location_without_a_host_stays_on_it(void)
{
    download_begin(&d);
    script_redirect(&d.script, "/elsewhere?x=1");
    download_whole(&d);
    download_run(&d);
    CHECK(download_installed(&d) && d.rig.server.opens == 1);
    CHECK(strstr(download_request(&d, 2), "GET /elsewhere?x=1 "));
}

static void item_48_a_login_page_means_no_access(void)
{
    static const struct {
        const char *path;
        bool login;
    } t[] = {{"/login?return_to=%2F", true},
             {"/login", true},
             {"/session#top", true},
             {"/user/login/x", true},
             {"/users/sign_in", true},
             {"/login.bin", false},
             {"/a/login", false},
             {"/use", false}};

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        download_begin(&d);
        script_redirect(&d.script, t[i].path);
        download_whole(&d);
        download_run(&d);
        CHECK(t[i].login ? download_failed(&d, ROTA_EAUTH)
                         : download_installed(&d));
    }
}

static void item_45_pages_and_json_are_not_firmware(void)
{
    static const char *const types[] = {"text/html; charset=utf-8",
                                        "application/json", "application/xml",
                                        "application/vnd.github.v3+json"};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        char head[128];
        download_begin(&d);
        snprintf(head, sizeof head, "HTTP/1.1 200 OK\nContent-Type: %s\n",
                 types[i]);
        script_add(&d.script, head, script_image(), DOWNLOAD_SIZE);
        download_run(&d);
        CHECK(download_failed(&d, ROTA_EFORMAT));
        CHECK(d.rig.slot_bytes[0] == 0xff);
    }
}

static void item_46_and_47_a_refused_url_is_made_anew(void)
{
    static const char *const refusals[] = {
        "HTTP/1.1 400 Bad Request\n", "HTTP/1.1 401 Unauthorized\n",
        "HTTP/1.1 403 Forbidden\nContent-Type: application/xml\n",
        "HTTP/1.1 404 Not Found\n"};

    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        download_begin(&d);
        script_redirect(&d.script, SCRIPT_CDN);
        script_add(&d.script, refusals[i], "<Error/>", 8);
        script_redirect(&d.script, SCRIPT_CDN "2");
        download_whole(&d);
        download_run(&d);
        CHECK(download_installed(&d));
        CHECK(download_count(&d,
                             "GET /repos/acme/app/releases/assets/4300000007 ")
              == 2);
        CHECK(d.rig.server.now_ms >= 2000);
    }
}

static void item_47_endless_refusals_end(void)
{
    download_begin(&d);
    for (int i = 0; i < 12; i++) {
        script_redirect(&d.script, SCRIPT_CDN);
        script_add(&d.script, "HTTP/1.1 403 Forbidden\n", "", 0);
    }
    download_run(&d);
    CHECK(download_failed(&d, ROTA_EAUTH) && d.rig.last.status == 403);
    CHECK(download_count(&d, "GET /a/7") == ROTA_ATTEMPTS_MAX);
}

static void a_refusal_by_the_api_is_final(void)
{
    download_begin(&d);
    script_add(&d.script, "HTTP/1.1 404 Not Found\n", "{}", 2);
    download_whole(&d);
    download_run(&d);
    CHECK(download_failed(&d, ROTA_ENOTFOUND));
}

int main(void)
{
    RUN(item_44_bytes_come_from_the_asset_host_or_at_once);
    RUN(item_42_a_location_goes_back_byte_for_byte);
    RUN(item_41_the_token_stays_with_the_origin_of_the_api);
    RUN(item_41_another_port_is_another_origin);
    RUN(item_40_a_renamed_repository_keeps_accept_and_token);
    RUN(item_43_redirects_lead_to_allowed_https_hosts_only);
    RUN(item_43_a_release_names_allowed_https_hosts_only);
    RUN(item_43_a_loop_ends_after_five_redirects);
    RUN(a_location_without_a_host_stays_on_it);
    RUN(item_48_a_login_page_means_no_access);
    RUN(item_45_pages_and_json_are_not_firmware);
    RUN(item_46_and_47_a_refused_url_is_made_anew);
    RUN(item_47_endless_refusals_end);
    RUN(a_refusal_by_the_api_is_final);
    return test_end();
}
