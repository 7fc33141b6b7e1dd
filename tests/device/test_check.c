/* SPDX-License-Identifier: Apache-2.0 */
/* Which release, which answer, which error. */
#include "device/device.h"

/* --- Versions --------------------------------------------------------------
 */

static void item_26_an_older_release_is_no_update(void)
{
    static const char *const older[] = {"v0.9.9", "v1.0.0", "v1.0.0-rc.1",
                                        "1.0.0"};
    for (size_t i = 0; i < 4; i++) {
        empty();
        offer(older[i]);
        run();
        CHECK(told("checking up-to-date "));
    }
}

static void item_26_a_downgrade_when_it_is_allowed(void)
{
    empty();
    offer("v0.9.0");
    asset();
    rig_init(&rig, script.reply, script.count);
    rig.config.allow_downgrade = true;
    CHECK(rig_check(&rig) == ROTA_OK && told(INSTALLED));
}

static void a_final_release_follows_its_candidate(void)
{
    empty();
    offer("v1.0.0");
    asset();
    rig_init(&rig, script.reply, script.count);
    rig.config.version = "1.0.0-rc.2";
    CHECK(rig_check(&rig) == ROTA_OK && told(INSTALLED));
}

static void a_tag_that_is_no_version_is_an_error(void)
{
    empty();
    offer("nightly");
    run();
    CHECK(failed(ROTA_EVERSION));
}

/* --- Answers ---------------------------------------------------------------
 */

static void item_25_no_release_is_an_answer_of_its_own(void)
{
    empty();
    answer("HTTP/1.1 404 Not Found\nContent-Type: application/json\n",
           "{\"message\":\"Not Found\",\"status\":\"404\"}");
    run();
    CHECK(failed(ROTA_ENORELEASE) && !rig.last.retry);
}

static void item_01_a_refusal_for_want_of_a_user_agent_is_reported(void)
{
    empty();
    answer("HTTP/1.0 403 Forbidden\nConnection: close\n"
           "Content-Type: text/html\n",
           "\r\nRequest forbidden by administrative rules.");
    script.reply[0].then = FAKENET_CLOSE;
    run();
    CHECK(failed(ROTA_EAUTH) && rig.last.status == 403);
    CHECK(sent("User-Agent: rota/"));
}

static void item_03_an_unknown_api_version_is_named(void)
{
    empty();
    answer("HTTP/1.1 400 Bad Request\nContent-Type: application/json\n", "{}");
    run();
    CHECK(failed(ROTA_EAPIVERSION));
    CHECK(sent("X-GitHub-Api-Version: 2022-11-28"));
    serve();
    rig.config.api_version = "";
    CHECK(rig_check(&rig) == ROTA_OK && failed(ROTA_ESTATUS));
    CHECK(!sent("Api-Version"));
}

static void item_12_a_compressed_answer_is_refused(void)
{
    empty();
    answer("HTTP/1.1 200 OK\nContent-Type: application/json\n"
           "Content-Encoding: gzip\n",
           "{}");
    run();
    CHECK(failed(ROTA_EENCODING) && !sent("gzip"));
}

static void a_page_in_place_of_json_is_refused(void)
{
    empty();
    answer("HTTP/1.1 200 OK\nContent-Type: text/html\n", "<html>");
    run();
    CHECK(failed(ROTA_EJSON));
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
        empty();
        answer(table[i].head, "{}");
        run();
        CHECK(failed(table[i].err));
        CHECK(rig.server.opens == 1);
    }
}

static void an_answer_cut_short_is_asked_for_again(void)
{
    empty();
    offer("v1.0.0");
    script.reply[0].len -= 9;
    script.reply[0].then = FAKENET_CLOSE;
    offer("v1.0.0");
    run();
    CHECK(told("checking up-to-date ") && rig.server.opens == 2);
}

static void item_14_an_endless_answer_is_given_up(void)
{
    static char blanks[8192];
    char chunk[sizeof blanks + 16];

    memset(blanks, ' ', sizeof blanks);
    int len = sprintf(chunk, "%zx\r\n%.*s\r\n", sizeof blanks,
                      (int)sizeof blanks, blanks);
    empty();
    script_add(&script,
               "HTTP/1.1 200 OK\nContent-Type: application/json\n"
               "Transfer-Encoding: chunked\n",
               chunk, (size_t)len);
    script.reply[0].then = FAKENET_ENDLESS;
    script.reply[0].from = script.reply[0].len - (size_t)len;
    run();
    CHECK(failed(ROTA_EJSON));
}

/* --- Conditional requests --------------------------------------------------
 */

static void no_more_than_check(void)
{
    rig_init(&rig, script.reply, script.count);
    rig.may_download = false;
    CHECK(rig_check(&rig) == ROTA_OK);
}

static void item_29_the_date_is_sent_alone(void)
{
    empty();
    offer("v1.0.0");
    run();
    CHECK(!sent("If-"));
    empty();
    answer("HTTP/1.1 304 Not Modified\n", "");
    run_again();
    CHECK(told("checking up-to-date "));
    CHECK(sent("If-Modified-Since: Tue, 03 Mar 2026 09:00:00 GMT\r\n"));
    CHECK(!sent("If-None-Match"));
}

static void item_29_and_30_the_etag_where_there_is_no_date(void)
{
    const char *json = script_release_json("v1.0.0", "app-1.bin", "9", NULL);

    empty();
    answer("HTTP/1.1 200 OK\nContent-Type: application/json\n"
           "ETag: W/\"77\"\n",
           json);
    run();
    empty();
    answer("HTTP/1.1 304 Not Modified\n", "");
    run_again();
    CHECK(told("checking up-to-date "));
    CHECK(sent("If-None-Match: \"77\"\r\n"));
}

static void a_304_repeats_the_last_decision(void)
{
    empty();
    offer("v1.1.0");
    no_more_than_check();
    CHECK(told("checking available "));
    empty();
    answer("HTTP/1.1 304 Not Modified\n", "");
    run_again();
    CHECK(told("checking available ") && sent("If-Modified-Since"));
    empty();
    answer("HTTP/1.1 304 Not Modified\n", "");
    asset();
    rig.may_download = true;
    run_again();
    CHECK(told(INSTALLED) && rig.server.opens == 1);
}

static void a_304_does_not_repeat_what_was_wrong(void)
{
    empty();
    offer("v1.1.0");
    answer("HTTP/1.1 404 Not Found\n", "");
    run();
    CHECK(told("checking available failed "));
    CHECK(rig.last.err == ROTA_ENOTFOUND);
    empty();
    offer("v1.1.0");
    asset();
    run_again();
    CHECK(told(INSTALLED) && !sent("If-"));
}

static void item_31_another_question_drops_the_validators(void)
{
    struct rota_config *c = &rig.config;

    for (int i = 0; i < 5; i++) {
        empty();
        offer("v1.0.0");
        run();
        c->token = i == 0 ? "other" : NULL;
        c->api = i == 1 ? "https://ghe.example/api/v3" : NULL;
        c->repo = i == 2 ? "acme/other" : c->repo;
        c->asset = i == 3 ? "app-?.bin" : c->asset;
        c->board = i == 4 ? "m3" : NULL;
        run_again();
        CHECK(told("checking up-to-date ") && !sent("If-"));
    }
}

static void item_32_a_304_that_nobody_asked_for_is_asked_again_plainly(void)
{
    empty();
    answer("HTTP/1.1 304 Not Modified\n", "");
    offer("v1.0.0");
    run();
    CHECK(told("checking up-to-date "));
    empty();
    answer("HTTP/1.1 304 Not Modified\n", "");
    answer("HTTP/1.1 304 Not Modified\n", "");
    run();
    CHECK(failed(ROTA_ESTATUS));
}

static void item_38_a_401_without_token_once_if_allowed(void)
{
    for (int allowed = 0; allowed < 2; allowed++) {
        empty();
        for (int i = 0; i < 4; i++)
            answer("HTTP/1.1 401 Unauthorized\n", "{}");
        rig_init(&rig, script.reply, script.count);
        rig.config.token = "old";
        rig.config.token_optional = allowed;
        CHECK(rig_check(&rig) == ROTA_OK && failed(ROTA_EAUTH));
        CHECK(rig.server.next == (allowed ? 2u : 1u));
    }
    empty();
    answer("HTTP/1.1 401 Unauthorized\n", "{}");
    offer("v1.0.0");
    rig_init(&rig, script.reply, script.count);
    rig.config.token = "old";
    rig.config.token_optional = true;
    CHECK(rig_check(&rig) == ROTA_OK && told("checking up-to-date "));
}

/* --- Lists -----------------------------------------------------------------
 */

static void page(const char *tag, const char *link)
{
    static char json[8192], head[1024];

    snprintf(json, sizeof json, "[%s]",
             script_release_json(tag, "app-1.bin", "9000", NULL));
    snprintf(head, sizeof head,
             "HTTP/1.1 200 OK\nContent-Type: application/json\n%s", link);
    answer(head, json);
}

static void item_28_pages_are_followed_as_the_server_says(void)
{
    empty();
    page("v1.1.0", "Link: <https://api.github.com/repositories/5/releases?"
                   "page=2>; rel=\"next\"\n");
    page("v1.3.0-rc.1", "Link: <https://api.github.com/repositories/5/"
                        "releases?page=3>; rel=\"next\"\n");
    page("v1.2.0", "Link: <https://api.github.com/x>; rel=\"prev\"\n");
    asset();
    rig_init(&rig, script.reply, script.count);
    rig.config.choose = &rota_newest;
    CHECK(rig_check(&rig) == ROTA_OK && told(INSTALLED));
    CHECK(sent("GET /repositories/5/releases?page=3 "));
    CHECK(rig.server.opens == 1);
}

static void item_28_pages_stay_on_the_origin(void)
{
    static const char *const links[] = {
        "Link: <https://evil.example/x>; rel=\"next\"\n",
        "Link: <http://api.github.com/x>; rel=\"next\"\n",
        "Link: <https://api.github.com:444/x>; rel=\"next\"\n"};

    for (size_t i = 0; i < 3; i++) {
        empty();
        page("v1.1.0", links[i]);
        page("v1.2.0", "");
        rig_init(&rig, script.reply, script.count);
        rig.config.choose = &rota_newest;
        CHECK(rig_check(&rig) == ROTA_OK && failed(ROTA_EREDIRECT));
        CHECK(rig.server.opens == 1);
    }
}

static void a_tag_behind_its_assets_is_read_in_two_passes(void)
{
    const char *json = "{\"assets\":[{\"id\":7,\"url\":\"u\",\"name\":"
                       "\"app-1.1.0.bin\",\"size\":9000}],"
                       "\"id\":4,\"tag_name\":\"v1.1.0\"}";
    empty();
    answer("HTTP/1.1 200 OK\nContent-Type: application/json\n", json);
    answer("HTTP/1.1 200 OK\nContent-Type: application/json\n", json);
    asset();
    rig_init(&rig, script.reply, script.count);
    rig.config.asset = "app-{version}.bin";
    CHECK(rig_check(&rig) == ROTA_OK && told(INSTALLED));
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
