/* SPDX-License-Identifier: Apache-2.0 */
/* What a program sees that knows rota.h alone: one check, the results of steps,
 * a store of its own, and no boot. */
#include <string.h>

#include "support/rig.h"
#include "support/script.h"
#include "support/test.h"

#define SIZE 9000u

static struct rig rig;
static struct script script;

static void say_release(void)
{
    script_release(&script, "v1.1.0", "app-1.bin", "9000", NULL);
}

static void say_image(void)
{
    script_add(&script,
               "HTTP/1.1 200 OK\nContent-Type: application/octet-stream\n",
               script_image(), SIZE);
}

/* With another id and other bytes than the first. */
static void say_other_release(void)
{
    static const char json[] =
        "{\"id\":9,\"tag_name\":\"v1.2.0\",\"assets\":[{\"id\":99,"
        "\"name\":\"app-2.bin\",\"size\":9000,\"url\":\"https://x/\"}]}";

    script_add(&script, "HTTP/1.1 200 OK\nContent-Type: application/json\n",
               json, sizeof json - 1);
    script_add(&script,
               "HTTP/1.1 200 OK\nContent-Type: application/octet-stream\n",
               script_image() + 16000, SIZE);
}

static void say_unchanged(void)
{
    script_add(&script, "HTTP/1.1 304 Not Modified\n", "", 0);
}

static void begin(void)
{
    rig_init(&rig, script.reply, script.count);
}

static void begin_update(void)
{
    memset(&script, 0, sizeof script);
    say_release();
    say_image();
    begin();
}

/* The same device goes on; the server has these replies from now on. */
static void serve(void)
{
    uint64_t now = rig.server.now_ms;

    fakenet_init(&rig.server, script.reply, script.count);
    rig.server.now_ms = now;
    rig.told[0] = '\0';
}

static unsigned waits;

static void wait_some(void *app, uint32_t ms)
{
    struct rig *r = app;

    waits++;
    r->server.now_ms += ms;
}

/* --- One check ----------------------------------------------------------- */

static void one_call_makes_one_check(void)
{
    begin_update();
    waits = 0;
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    CHECK(rota_run(&rig.rota, wait_some) == ROTA_OK);
    CHECK(strstr(rig.told, "ready ") && !rota_busy(&rig.rota));
    CHECK(waits > 0);
}

static void one_call_tells_the_error_of_the_check(void)
{
    memset(&script, 0, sizeof script);
    script_add(&script, "HTTP/1.1 404 Not Found\n", "{}", 2);
    begin();
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    CHECK(rota_run(&rig.rota, wait_some) == ROTA_ENORELEASE);
    CHECK(rig.server.now_ms < 60000); /* it did not wait for the next one */
}

static void a_step_tells_what_it_has_ended(void)
{
    int ends = 0;

    begin_update();
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    for (int i = 0; i < 5000; i++) {
        bool busy = rota_busy(&rig.rota);
        int err = rota_step(&rig.rota);
        CHECK(err == ROTA_OK || err == ROTA_EAGAIN);
        CHECK((err == ROTA_OK) == (busy && !rota_busy(&rig.rota)));
        ends += err == ROTA_OK;
        rig.server.now_ms += rota_busy(&rig.rota) ? 1 : 0;
    }
    CHECK(ends == 1);
}

/* --- No boot ------------------------------------------------------------- */

static void without_a_boot_an_image_is_fetched_once(void)
{
    begin_update();
    rig.config.boot = NULL;
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    CHECK(rota_run(&rig.rota, wait_some) == ROTA_OK);
    CHECK(!strcmp(rig.told, "checking available verified downloaded "));
    memset(&script, 0, sizeof script);
    say_release();
    serve();
    CHECK(rota_run(&rig.rota, wait_some) == ROTA_OK);
    CHECK(!strcmp(rig.told, "checking downloaded "));
}

/* What lies in the slot is not what was downloaded first. */
static void an_update_that_broke_off_is_not_taken_for_the_first(void)
{
    begin_update();
    rig.config.boot = NULL;
    rig.config.store = NULL;
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    CHECK(rota_run(&rig.rota, wait_some) == ROTA_OK);
    memset(&script, 0, sizeof script);
    script_release(&script, "v1.2.0", "app-1.bin", "9000", NULL);
    script_add(&script, "HTTP/1.1 404 Not Found\n", "", 0);
    serve();
    CHECK(rota_run(&rig.rota, wait_some) == ROTA_ENOTFOUND);
    memset(&script, 0, sizeof script);
    say_release();
    say_image();
    serve();
    CHECK(rota_run(&rig.rota, wait_some) == ROTA_OK);
    CHECK(!strcmp(rig.told, "checking available verified downloaded "));
}

static void stop_it(void *app, uint32_t ms)
{
    struct rig *r = app;

    (void)ms;
    rota_stop(&r->rota);
}

static void a_check_that_is_stopped_ends_the_call(void)
{
    begin_update();
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    CHECK(rota_run(&rig.rota, stop_it) == ROTA_EAGAIN);
    CHECK(!rota_busy(&rig.rota));
}

/* --- Stores -------------------------------------------------------------- */

static struct {
    uint8_t bytes[8][ROTA_JOURNAL_RECORD];
    size_t len[8];
    int opens, err;
    unsigned fails; /* the read with this number does, 0 = none */
    unsigned reads;
} kept;

static int kept_open(void *ctx)
{
    (void)ctx;
    kept.opens++;
    return kept.err;
}

static int kept_get(void *ctx, int type, void *buf, size_t size)
{
    CHECK(ctx == &kept && type >= 1 && type <= 8);
    if (++kept.reads == kept.fails)
        return ROTA_EIO;
    if (kept.len[type - 1] > size)
        return ROTA_ECORRUPT;
    memcpy(buf, kept.bytes[type - 1], kept.len[type - 1]);
    return (int)kept.len[type - 1];
}

static int kept_put(void *ctx, int type, const void *buf, size_t len)
{
    CHECK(ctx == &kept && type >= 1 && type <= 8);
    CHECK(len >= 1 && len <= ROTA_JOURNAL_RECORD);
    memcpy(kept.bytes[type - 1], buf, len);
    kept.len[type - 1] = len;
    return ROTA_OK;
}

static const struct rota_store own_store = {.ops = &rota_store_ops,
                                            .ctx = &kept,
                                            .open = kept_open,
                                            .get = kept_get,
                                            .put = kept_put};

static void a_store_of_the_programs_own_does_as_well(void)
{
    struct rota_status st;

    memset(&kept, 0, sizeof kept);
    begin_update();
    rig.config.store = &own_store;
    CHECK(rig_check(&rig) == ROTA_OK && strstr(rig.told, "ready "));
    fakeboot_restart(&rig.bootloader);
    rig.config.version = "1.1.0";
    memset(&script, 0, sizeof script);
    say_release();
    serve();
    CHECK(rig_check(&rig) == ROTA_OK);
    CHECK(!strcmp(rig.told, "trial checking confirmed up_to_date "));
    rota_get_status(&rig.rota, &st);
    CHECK(!strcmp(st.install_state, "confirmed") && kept.opens == 2);
}

/* A program that cannot start for a read that fails starts again. */
static void starts_or_tells(void)
{
    int err = rig_check(&rig);

    CHECK(err == ROTA_OK || err == ROTA_EIO);
}

/* 1.1.0 fails its trial, 1.2.0 comes; any one read of the store fails. */
static void live_with_a_failing_read(unsigned at)
{
    memset(&kept, 0, sizeof kept);
    begin_update();
    rig.config.store = &own_store;
    kept.fails = at;
    for (int tries = 0; tries < 4 && rig.bootloader.tries == 0; tries++) {
        memset(&script, 0, sizeof script);
        say_release();
        say_image();
        serve();
        starts_or_tells();
    }
    CHECK(rig.bootloader.tries == 1);
    fakeboot_restart(&rig.bootloader); /* 1.1.0 does not come up, */
    fakeboot_restart(&rig.bootloader); /* and 1.0.0 runs again */
    for (int tries = 0; tries < 2; tries++) {
        memset(&script, 0, sizeof script);
        say_release();
        serve();
        starts_or_tells();
        CHECK(rig.bootloader.tries == 1); /* never again */
    }
    for (int tries = 0; tries < 3 && rig.bootloader.tries == 1; tries++) {
        memset(&script, 0, sizeof script);
        say_other_release();
        serve();
        starts_or_tells();
    }
    CHECK(rig.bootloader.tries == 2);
}

static void no_failing_read_stops_updates_or_forgets_a_bad_image(void)
{
    unsigned at = 0;

    do
        live_with_a_failing_read(++at);
    while (kept.reads >= at);
    CHECK(at > 20);
}

/* An NVS that somebody erased while the device was running. */
static void a_lost_record_stops_nothing(void)
{
    memset(&kept, 0, sizeof kept);
    begin_update();
    rig.config.store = &own_store;
    CHECK(rig_check(&rig) == ROTA_OK && strstr(rig.told, "ready "));
    fakeboot_restart(&rig.bootloader);
    rig.config.version = "1.1.0";
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    memset(kept.len, 0, sizeof kept.len);
    CHECK(rota_confirm(&rig.rota) == ROTA_OK);
    memset(&script, 0, sizeof script);
    script_release(&script, "v1.2.0", "app-1.bin", "9000", NULL);
    say_image();
    serve();
    CHECK(rota_run(&rig.rota, wait_some) == ROTA_OK);
    CHECK(strstr(rig.told, "ready "));
}

static void a_store_without_functions_is_refused(void)
{
    static const struct rota_store none = {.ops = &rota_store_ops};

    begin_update();
    rig.config.store = &none;
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_EINVAL);
}

static void a_store_that_does_not_open_is_told(void)
{
    memset(&kept, 0, sizeof kept);
    kept.err = ROTA_EIO;
    begin_update();
    rig.config.store = &own_store;
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_EIO);
}

/* What the answer was is known until the program ends. */
static void without_a_store_the_server_is_asked_what_has_changed(void)
{
    memset(&script, 0, sizeof script);
    script_release(&script, "v1.0.0", "app-1.bin", "9000", NULL);
    begin();
    rig.config.store = NULL;
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    CHECK(rota_run(&rig.rota, wait_some) == ROTA_OK);
    CHECK(!strcmp(rig.told, "checking up_to_date "));
    memset(&script, 0, sizeof script);
    say_unchanged();
    serve();
    CHECK(rota_run(&rig.rota, wait_some) == ROTA_OK);
    CHECK(!strcmp(rig.told, "checking up_to_date "));
    CHECK(strstr(rig.server.sent, "If-"));
}

int main(void)
{
    RUN(one_call_makes_one_check);
    RUN(one_call_tells_the_error_of_the_check);
    RUN(a_step_tells_what_it_has_ended);
    RUN(without_a_boot_an_image_is_fetched_once);
    RUN(an_update_that_broke_off_is_not_taken_for_the_first);
    RUN(a_check_that_is_stopped_ends_the_call);
    RUN(a_store_of_the_programs_own_does_as_well);
    RUN(no_failing_read_stops_updates_or_forgets_a_bad_image);
    RUN(a_lost_record_stops_nothing);
    RUN(a_store_without_functions_is_refused);
    RUN(a_store_that_does_not_open_is_told);
    RUN(without_a_store_the_server_is_asked_what_has_changed);
    return test_end();
}
