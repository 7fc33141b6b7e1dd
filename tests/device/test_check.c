/* SPDX-License-Identifier: Apache-2.0 */
/* Which release, which answer, which error. */
#include "device/device.h"

static struct device d;

/* --- Versions ------------------------------------------------------------- */

static void item_26_an_older_release_is_no_update(void)
{
    static const char *const older[] = {"v0.9.9", "v1.0.0", "v1.0.0-rc.1",
                                        "1.0.0"};
    for (size_t i = 0; i < 4; i++) {
        device_clear(&d);
        device_offer(&d, older[i]);
        device_run(&d);
        CHECK(device_told(&d, "checking up_to_date "));
    }
}

static void item_26_a_downgrade_when_it_is_allowed(void)
{
    device_clear(&d);
    device_offer(&d, "v0.9.0");
    device_asset(&d);
    device_init(&d);
    d.rig.config.allow_downgrade = true;
    CHECK(rig_check(&d.rig) == ROTA_OK && device_told(&d, INSTALLED));
}

static void a_final_release_follows_its_candidate(void)
{
    device_clear(&d);
    device_offer(&d, "v1.0.0");
    device_asset(&d);
    device_init(&d);
    d.rig.config.version = "1.0.0-rc.2";
    CHECK(rig_check(&d.rig) == ROTA_OK && device_told(&d, INSTALLED));
}

static void a_tag_that_is_no_version_is_an_error(void)
{
    device_clear(&d);
    device_offer(&d, "nightly");
    device_run(&d);
    CHECK(device_failed(&d, ROTA_EVERSION));
}

/* --- Answers -------------------------------------------------------------- */

static void item_25_no_release_is_an_answer_of_its_own(void)
{
    device_clear(&d);
    device_answer(&d,
                  "HTTP/1.1 404 Not Found\nContent-Type: application/json\n",
                  "{\"message\":\"Not Found\",\"status\":\"404\"}");
    device_run(&d);
    CHECK(device_failed(&d, ROTA_ENORELEASE) && !d.rig.last.retry);
}

static void item_01_a_refusal_for_want_of_a_user_agent_is_reported(void)
{
    device_clear(&d);
    device_answer(&d,
                  "HTTP/1.0 403 Forbidden\nConnection: close\n"
                  "Content-Type: text/html\n",
                  "\r\nRequest forbidden by administrative rules.");
    d.script.reply[0].then = FAKENET_CLOSE;
    device_run(&d);
    CHECK(device_failed(&d, ROTA_EAUTH) && d.rig.last.status == 403);
    CHECK(device_sent(&d, "User-Agent: rota/"));
}

static void item_03_an_unknown_api_version_is_named(void)
{
    device_clear(&d);
    device_answer(
        &d, "HTTP/1.1 400 Bad Request\nContent-Type: application/json\n", "{}");
    device_run(&d);
    CHECK(device_failed(&d, ROTA_EAPIVERSION));
    CHECK(device_sent(&d, "X-GitHub-Api-Version: 2022-11-28"));
    device_serve(&d);
    d.rig.config.api_version = "";
    CHECK(rig_check(&d.rig) == ROTA_OK && device_failed(&d, ROTA_ESTATUS));
    CHECK(!device_sent(&d, "Api-Version"));
}

static void item_12_a_compressed_answer_is_refused(void)
{
    device_clear(&d);
    device_answer(&d,
                  "HTTP/1.1 200 OK\nContent-Type: application/json\n"
                  "Content-Encoding: gzip\n",
                  "{}");
    device_run(&d);
    CHECK(device_failed(&d, ROTA_EENCODING) && !device_sent(&d, "gzip"));
}

static void a_page_in_place_of_json_is_refused(void)
{
    device_clear(&d);
    device_answer(&d, "HTTP/1.1 200 OK\nContent-Type: text/html\n", "<html>");
    device_run(&d);
    CHECK(device_failed(&d, ROTA_EJSON));
}

static void statuses_have_their_errors(void)
{
    static const struct {
        const char *head;
        int err;
    } table[] = {
        {"HTTP/1.1 401 Unauthorized\n", ROTA_EAUTH},
        {"HTTP/1.1 403 Forbidden\n", ROTA_EAUTH},
        {"HTTP/1.1 403 Forbidden\nX-RateLimit-Remaining: 12\n", ROTA_EAUTH},
        {"HTTP/1.1 403 Forbidden\nX-RateLimit-Remaining: 0\n", ROTA_ELIMIT},
        {"HTTP/1.1 403 Forbidden\nretry-after: 30\n", ROTA_ELIMIT},
        {"HTTP/1.1 429 Too Many Requests\n", ROTA_ELIMIT},
        {"HTTP/1.1 451 Unavailable\n", ROTA_EAUTH},
        {"HTTP/1.1 500 Internal Server Error\n", ROTA_ESERVER},
        {"HTTP/1.1 503 Service Unavailable\n", ROTA_ESERVER},
        {"HTTP/1.1 206 Partial Content\n", ROTA_ESTATUS},
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        device_clear(&d);
        device_answer(&d, table[i].head, "{}");
        device_run(&d);
        CHECK(device_failed(&d, table[i].err));
        CHECK(d.rig.server.opens == 1);
    }
}

static void an_answer_cut_short_is_asked_for_again(void)
{
    device_clear(&d);
    device_offer(&d, "v1.0.0");
    d.script.reply[0].len -= 9;
    d.script.reply[0].then = FAKENET_CLOSE;
    device_offer(&d, "v1.0.0");
    device_run(&d);
    CHECK(device_told(&d, "checking up_to_date ") && d.rig.server.opens == 2);
}

static void item_14_an_endless_answer_is_given_up(void)
{
    static char blanks[8192];
    char chunk[sizeof blanks + 16];

    memset(blanks, ' ', sizeof blanks);
    int len = sprintf(chunk, "%zx\r\n%.*s\r\n", sizeof blanks,
                      (int)sizeof blanks, blanks);
    device_clear(&d);
    script_add(&d.script,
               "HTTP/1.1 200 OK\nContent-Type: application/json\n"
               "Transfer-Encoding: chunked\n",
               chunk, (size_t)len);
    d.script.reply[0].then = FAKENET_ENDLESS;
    d.script.reply[0].from = d.script.reply[0].len - (size_t)len;
    device_run(&d);
    CHECK(device_failed(&d, ROTA_EJSON));
}

/* --- Conditional requests ------------------------------------------------- */

static void no_more_than_check(void)
{
    device_init(&d);
    d.rig.may_download = false;
    CHECK(rig_check(&d.rig) == ROTA_OK);
}

static void item_29_the_date_is_sent_alone(void)
{
    device_clear(&d);
    device_offer(&d, "v1.0.0");
    device_run(&d);
    CHECK(!device_sent(&d, "If-"));
    device_clear(&d);
    device_answer(&d, "HTTP/1.1 304 Not Modified\n", "");
    device_run_again(&d);
    CHECK(device_told(&d, "checking up_to_date "));
    CHECK(device_sent(&d,
                      "If-Modified-Since: Tue, 03 Mar 2026 09:00:00 GMT\r\n"));
    CHECK(!device_sent(&d, "If-None-Match"));
}

static void item_29_and_30_the_etag_where_there_is_no_date(void)
{
    const char *json = script_release_json("v1.0.0", "app-1.bin", "9", NULL);

    device_clear(&d);
    device_answer(&d,
                  "HTTP/1.1 200 OK\nContent-Type: application/json\n"
                  "ETag: W/\"77\"\n",
                  json);
    device_run(&d);
    device_clear(&d);
    device_answer(&d, "HTTP/1.1 304 Not Modified\n", "");
    device_run_again(&d);
    CHECK(device_told(&d, "checking up_to_date "));
    CHECK(device_sent(&d, "If-None-Match: \"77\"\r\n"));
}

static void a_304_repeats_the_last_decision(void)
{
    device_clear(&d);
    device_offer(&d, "v1.1.0");
    no_more_than_check();
    CHECK(device_told(&d, "checking available "));
    device_clear(&d);
    device_answer(&d, "HTTP/1.1 304 Not Modified\n", "");
    device_run_again(&d);
    CHECK(device_told(&d, "checking available ")
          && device_sent(&d, "If-Modified-Since"));
    device_clear(&d);
    device_answer(&d, "HTTP/1.1 304 Not Modified\n", "");
    device_asset(&d);
    d.rig.may_download = true;
    device_run_again(&d);
    CHECK(device_told(&d, INSTALLED) && d.rig.server.opens == 1);
}

static void a_304_does_not_repeat_what_was_wrong(void)
{
    device_clear(&d);
    device_offer(&d, "v1.1.0");
    device_answer(&d, "HTTP/1.1 404 Not Found\n", "");
    device_run(&d);
    CHECK(device_told(&d, "checking available failed "));
    CHECK(d.rig.last.err == ROTA_ENOTFOUND);
    device_clear(&d);
    device_offer(&d, "v1.1.0");
    device_asset(&d);
    device_run_again(&d);
    CHECK(device_told(&d, INSTALLED) && !device_sent(&d, "If-"));
}

static void item_31_another_question_drops_the_validators(void)
{
    struct rota_config *c = &d.rig.config;

    for (int i = 0; i < 5; i++) {
        device_clear(&d);
        device_offer(&d, "v1.0.0");
        device_run(&d);
        c->token = i == 0 ? "other" : NULL;
        c->api = i == 1 ? "https://ghe.example/api/v3" : NULL;
        c->repo = i == 2 ? "acme/other" : c->repo;
        c->asset = i == 3 ? "app-?.bin" : c->asset;
        c->board = i == 4 ? "m3" : NULL;
        device_run_again(&d);
        CHECK(device_told(&d, "checking up_to_date ")
              && !device_sent(&d, "If-"));
    }
}

static void item_32_a_304_that_nobody_asked_for_is_asked_again_plainly(void)
{
    device_clear(&d);
    device_answer(&d, "HTTP/1.1 304 Not Modified\n", "");
    device_offer(&d, "v1.0.0");
    device_run(&d);
    CHECK(device_told(&d, "checking up_to_date "));
    device_clear(&d);
    device_answer(&d, "HTTP/1.1 304 Not Modified\n", "");
    device_answer(&d, "HTTP/1.1 304 Not Modified\n", "");
    device_run(&d);
    CHECK(device_failed(&d, ROTA_ESTATUS));
}

static void item_38_a_401_without_token_once_if_allowed(void)
{
    for (int allowed = 0; allowed < 2; allowed++) {
        device_clear(&d);
        for (int i = 0; i < 4; i++)
            device_answer(&d, "HTTP/1.1 401 Unauthorized\n", "{}");
        device_init(&d);
        d.rig.config.token = "old";
        d.rig.config.token_optional = allowed;
        CHECK(rig_check(&d.rig) == ROTA_OK && device_failed(&d, ROTA_EAUTH));
        CHECK(d.rig.server.next == (allowed ? 2u : 1u));
    }
    device_clear(&d);
    device_answer(&d, "HTTP/1.1 401 Unauthorized\n", "{}");
    device_offer(&d, "v1.0.0");
    device_init(&d);
    d.rig.config.token = "old";
    d.rig.config.token_optional = true;
    CHECK(rig_check(&d.rig) == ROTA_OK
          && device_told(&d, "checking up_to_date "));
}

/* --- Lists ---------------------------------------------------------------- */

static void page(const char *tag, const char *link)
{
    static char json[8192], head[1024];

    snprintf(json, sizeof json, "[%s]",
             script_release_json(tag, "app-1.bin", "9000", NULL));
    snprintf(head, sizeof head,
             "HTTP/1.1 200 OK\nContent-Type: application/json\n%s", link);
    device_answer(&d, head, json);
}

static void item_28_pages_are_followed_as_the_server_says(void)
{
    device_clear(&d);
    page("v1.1.0", "Link: <https://api.github.com/repositories/5/releases?"
                   "page=2>; rel=\"next\"\n");
    page("v1.3.0-rc.1", "Link: <https://api.github.com/repositories/5/"
                        "releases?page=3>; rel=\"next\"\n");
    page("v1.2.0", "Link: <https://api.github.com/x>; rel=\"prev\"\n");
    device_asset(&d);
    device_init(&d);
    d.rig.config.choose = &rota_newest;
    CHECK(rig_check(&d.rig) == ROTA_OK && device_told(&d, INSTALLED));
    CHECK(device_sent(&d, "GET /repositories/5/releases?page=3 "));
    CHECK(d.rig.server.opens == 1);
}

static void item_28_pages_stay_on_the_origin(void)
{
    static const char *const links[] = {
        "Link: <https://evil.example/x>; rel=\"next\"\n",
        "Link: <http://api.github.com/x>; rel=\"next\"\n",
        "Link: <https://api.github.com:444/x>; rel=\"next\"\n"};

    for (size_t i = 0; i < 3; i++) {
        device_clear(&d);
        page("v1.1.0", links[i]);
        page("v1.2.0", "");
        device_init(&d);
        d.rig.config.choose = &rota_newest;
        CHECK(rig_check(&d.rig) == ROTA_OK
              && device_failed(&d, ROTA_EREDIRECT));
        CHECK(d.rig.server.opens == 1);
    }
}

static void a_tag_behind_its_assets_is_read_in_two_passes(void)
{
    const char *json = "{\"assets\":[{\"id\":7,\"url\":\"u\",\"name\":"
                       "\"app-1.1.0.bin\",\"size\":9000}],"
                       "\"id\":4,\"tag_name\":\"v1.1.0\"}";
    device_clear(&d);
    device_answer(&d, "HTTP/1.1 200 OK\nContent-Type: application/json\n",
                  json);
    device_answer(&d, "HTTP/1.1 200 OK\nContent-Type: application/json\n",
                  json);
    device_asset(&d);
    device_init(&d);
    d.rig.config.asset = "app-{version}.bin";
    CHECK(rig_check(&d.rig) == ROTA_OK && device_told(&d, INSTALLED));
}

int main(void)
{
    RUN(item_26_an_older_release_is_no_update);
    RUN(item_26_a_downgrade_when_it_is_allowed);
    RUN(a_final_release_follows_its_candidate);
    RUN(a_tag_that_is_no_version_is_an_error);
    RUN(item_25_no_release_is_an_answer_of_its_own);
    RUN(item_01_a_refusal_for_want_of_a_user_agent_is_reported);
    RUN(item_03_an_unknown_api_version_is_named);
    RUN(item_12_a_compressed_answer_is_refused);
    RUN(a_page_in_place_of_json_is_refused);
    RUN(statuses_have_their_errors);
    RUN(an_answer_cut_short_is_asked_for_again);
    RUN(item_14_an_endless_answer_is_given_up);
    RUN(item_29_the_date_is_sent_alone);
    RUN(item_29_and_30_the_etag_where_there_is_no_date);
    RUN(a_304_repeats_the_last_decision);
    RUN(a_304_does_not_repeat_what_was_wrong);
    RUN(item_31_another_question_drops_the_validators);
    RUN(item_32_a_304_that_nobody_asked_for_is_asked_again_plainly);
    RUN(item_38_a_401_without_token_once_if_allowed);
    RUN(item_28_pages_are_followed_as_the_server_says);
    RUN(item_28_pages_stay_on_the_origin);
    RUN(a_tag_behind_its_assets_is_read_in_two_passes);
    return test_end();
}
