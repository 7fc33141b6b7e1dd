/* SPDX-License-Identifier: Apache-2.0 */
/* A list of releases and assets for the application. */
#include "device/device.h"

static struct device d;

/* What was told, a word for each. */
struct listener {
    char text[1024];
    struct rota_release last; /* asset */
};

static void note(struct listener *t, const char *what, const char *name)
{
    size_t len = strlen(t->text);

    snprintf(t->text + len, sizeof t->text - len, "%s%s ", what, name);
}

static void on_asset(void *app, const struct rota_release *r)
{
    struct listener *t = app;

    note(t, "-", r->name);
    t->last = *r;
}

static void on_release(void *app, const struct rota_release *r)
{
    CHECK(!*r->name && !*r->url && !r->asset_id && !r->size && !r->has_digest);
    note(app, r->prerelease ? "~" : "", *r->tag ? r->tag : "?");
}

static const char json_head[] =
    "HTTP/1.1 200 OK\nContent-Type: application/json\n";

/* A release with two assets, and of assets that do not count one each. */
static const char full[] =
    "{\"id\":41,\"tag_name\":\"v1.1.0\",\"draft\":false,\"prerelease\":true,"
    "\"assets\":["
    "{\"id\":7,\"name\":\"a.bin\",\"state\":\"uploaded\",\"size\":10,"
    "\"url\":\"u\",\"digest\":\"sha256:00112233445566778899aabbccddeeff"
    "00112233445566778899aabbccddeeff\"},"
    "{\"id\":8,\"name\":\"empty\",\"state\":\"uploaded\",\"size\":0,"
    "\"url\":\"u\"},"
    "{\"id\":9,\"name\":\"half\",\"state\":\"starter\",\"size\":5,"
    "\"url\":\"u\"},"
    "{\"id\":10,\"name\":\"b.txt\",\"state\":\"uploaded\",\"size\":20,"
    "\"url\":\"u\",\"digest\":null}],\"body\":\"x\"}";

static const char draft[] =
    "{\"id\":40,\"tag_name\":\"v9.0.0\",\"draft\":true,\"prerelease\":false,"
    "\"assets\":[{\"id\":6,\"name\":\"d.bin\",\"state\":\"uploaded\","
    "\"size\":10,\"url\":\"u\"}]}";

static const char bare[] =
    "{\"id\":39,\"tag_name\":\"nightly\",\"draft\":false,"
    "\"prerelease\":false,\"assets\":[]}";

static struct rota_list list_to(struct listener *t)
{
    *t = (struct listener){.text = ""};
    return (struct rota_list){
        .app = t, .asset = on_asset, .release = on_release};
}

/* A device that has not checked yet, and the script that is there. */
static void start(void)
{
    rig_init(&d.rig, d.script.reply, d.script.count);
    CHECK(rota_init(&d.rig.rota, &d.rig.config) == ROTA_OK);
}

/* To the end of what is under way: what the last step said. */
static int end(void)
{
    int err = ROTA_EAGAIN;

    for (int i = 0; err == ROTA_EAGAIN && i < 100000; i++) {
        err = rota_step(&d.rig.rota);
        if (err == ROTA_EAGAIN)
            d.rig.server.now_ms += rota_wait_ms(&d.rig.rota);
    }
    return err;
}

static int list(struct listener *t)
{
    struct rota_list l = list_to(t);

    CHECK(rota_list(&d.rig.rota, &l) == ROTA_OK && rota_busy(&d.rig.rota));
    CHECK(rota_list(&d.rig.rota, &l) == ROTA_EAGAIN);
    int err = end();
    CHECK(!rota_busy(&d.rig.rota));
    return err;
}

static void a_release_and_its_assets_are_told(void)
{
    struct listener t;

    device_clear(&d);
    device_answer(&d, json_head, full);
    start();
    CHECK(list(&t) == ROTA_OK);
    CHECK(strcmp(t.text, "-a.bin -b.txt ~v1.1.0 ") == 0);
    CHECK(device_sent(&d, "GET /repos/acme/app/releases/latest "));
    CHECK(device_told(&d, "") && d.rig.bootloader.tries == 0);
}

static void an_asset_is_told_as_a_check_would_find_it(void)
{
    struct listener t;

    device_clear(&d);
    device_answer(&d, json_head, full);
    start();
    CHECK(list(&t) == ROTA_OK);
    CHECK(t.last.release_id == 41 && strcmp(t.last.tag, "v1.1.0") == 0);
    CHECK(t.last.version_at == 1 && t.last.prerelease);
    CHECK(t.last.asset_id == 10 && t.last.size == 20 && !t.last.has_digest);
    CHECK(t.last.digest[1] == 0 && !*t.last.url);
}

static void all_pages_are_read(void)
{
    struct listener t;
    char body[4096];

    device_clear(&d);
    snprintf(body, sizeof body, "[%s,%s]", full, draft);
    device_answer(
        &d,
        "HTTP/1.1 200 OK\nContent-Type: application/json\n"
        "Link: <https://api.github.com/repositories/1/releases?page=2>; "
        "rel=\"next\"\n",
        body);
    snprintf(body, sizeof body, "[%s]", bare);
    device_answer(&d, json_head, body);
    start();
    d.rig.config.choose = &rota_newest;
    CHECK(list(&t) == ROTA_OK);
    CHECK(strcmp(t.text, "-a.bin -b.txt ~v1.1.0 nightly ") == 0);
    CHECK(device_sent(&d, "GET /repositories/1/releases?page=2 "));
}

static void nothing_is_a_list_too(void)
{
    struct listener t;

    device_clear(&d);
    device_answer(&d, json_head, "[]");
    start();
    d.rig.config.choose = &rota_newest;
    CHECK(list(&t) == ROTA_OK && !*t.text);
}

static void a_tag_that_is_too_long_is_told_as_none(void)
{
    struct listener t;
    char body[512];

    device_clear(&d);
    snprintf(body, sizeof body,
             "{\"id\":41,\"tag_name\":\"%0*d\",\"assets\":[]}",
             ROTA_TAG_MAX + 1, 0);
    device_answer(&d, json_head, body);
    start();
    CHECK(list(&t) == ROTA_OK && strcmp(t.text, "? ") == 0);
}

static void functions_may_be_missing(void)
{
    static struct rota_list none;

    device_clear(&d);
    device_answer(&d, json_head, full);
    start();
    CHECK(rota_list(&d.rig.rota, &none) == ROTA_OK && end() == ROTA_OK);
}

/* After an error the next check comes when it would have come. */
static void errors_end_it_and_nothing_else(void)
{
    static const struct {
        const char *head, *body;
        int err;
    } t[] = {
        {"HTTP/1.1 404 Not Found\n", "{}", ROTA_ENORELEASE},
        {"HTTP/1.1 200 OK\nContent-Type: application/json\n", "[{]",
         ROTA_EJSON},
        {"HTTP/1.1 200 OK\nContent-Type: application/json\n", "{\"id\":1}",
         ROTA_EJSON},
        {"HTTP/1.1 502 Bad Gateway\n", "", ROTA_ESERVER},
        {"HTTP/1.1 401 Unauthorized\n", "{}", ROTA_EAUTH},
    };

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct listener heard;
        device_clear(&d);
        device_answer(&d, t[i].head, t[i].body);
        start();
        CHECK(list(&heard) == t[i].err && device_told(&d, "") && !*heard.text);
        CHECK(rota_wait_ms(&d.rig.rota) == 0); /* the first check is due */
    }
}

static void what_was_told_is_not_told_again(void)
{
    struct listener t;

    device_clear(&d);
    device_answer(&d, json_head, full);
    d.script.reply[0].len -= 5;
    d.script.reply[0].then = FAKENET_CLOSE;
    device_answer(&d, json_head, full);
    start();
    CHECK(list(&t) == ROTA_ECLOSED);
    CHECK(strcmp(t.text, "-a.bin -b.txt ") == 0 && d.rig.server.next == 1);
}

static void the_answer_of_the_last_check_stays(void)
{
    struct rota_status before, after;
    struct listener t;

    device_clear(&d);
    device_offer(&d, "v1.0.0");
    device_run(&d);
    CHECK(device_told(&d, "checking up_to_date "));
    rota_get_status(&d.rig.rota, &before);
    device_clear(&d);
    device_answer(&d, json_head, full);
    device_serve(&d);
    CHECK(list(&t) == ROTA_OK && strcmp(t.text, "-a.bin -b.txt ~v1.1.0 ") == 0);
    rota_get_status(&d.rig.rota, &after);
    CHECK(memcmp(&before.found, &after.found, sizeof before.found) == 0);
    CHECK(before.next_s - after.next_s < 60);
    device_clear(&d);
    device_answer(&d, "HTTP/1.1 304 Not Modified\n", "");
    device_serve(&d);
    rota_check_now(&d.rig.rota);
    CHECK(rig_run(&d.rig)
          && device_told(&d, "checking up_to_date checking up_to_date "));
    CHECK(device_sent(&d, "If-Modified-Since: "));
}

static void it_can_be_stopped(void)
{
    struct listener t;
    struct rota_list l = list_to(&t);

    device_clear(&d);
    device_answer(&d, json_head, full);
    d.script.reply[0].len -= 5;
    d.script.reply[0].then = FAKENET_STALL;
    device_offer(&d, "v1.0.0");
    start();
    CHECK(rota_list(&d.rig.rota, &l) == ROTA_OK);
    while (!*t.text)
        rota_step(&d.rig.rota);
    rota_stop(&d.rig.rota);
    CHECK(!rota_busy(&d.rig.rota) && d.rig.server.closes > 0);
    rota_check_now(&d.rig.rota);
    CHECK(rig_run(&d.rig) && device_told(&d, "checking up_to_date "));
}

static void a_check_that_was_asked_for_comes_first(void)
{
    struct listener t;
    struct rota_list l = list_to(&t);

    device_clear(&d);
    start();
    rota_check_now(&d.rig.rota);
    CHECK(rota_list(&d.rig.rota, &l) == ROTA_EAGAIN);
}

int main(void)
{
    RUN(a_release_and_its_assets_are_told);
    RUN(an_asset_is_told_as_a_check_would_find_it);
    RUN(all_pages_are_read);
    RUN(nothing_is_a_list_too);
    RUN(a_tag_that_is_too_long_is_told_as_none);
    RUN(functions_may_be_missing);
    RUN(errors_end_it_and_nothing_else);
    RUN(what_was_told_is_not_told_again);
    RUN(the_answer_of_the_last_check_stays);
    RUN(it_can_be_stopped);
    RUN(a_check_that_was_asked_for_comes_first);
    return test_end();
}
