/* SPDX-License-Identifier: Apache-2.0 */
/* A slot that cannot be read: what is handed over is hashed on its way, once.
 */
#include "device/download.h"

#include "flash/hash.h"
#include "flash_sink.h"

static struct download d;

/* The other side: it keeps the image in d.rig.slot_bytes. */
struct taker {
    struct rota_flash_sink sink;
    struct rota_flash slot;
    uint32_t len;   /* bytes that it has */
    unsigned begun; /* images, */
    unsigned calls; /* and writes of which some were refused: */
    unsigned again; /* of so many calls, only the last is taken */
    uint32_t fails; /* the write at this offset does, 0 = none */
    bool in_order;
};

static int take(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    struct taker *t = ctx;

    t->calls++;
    if (t->again && t->calls % t->again)
        return ROTA_EAGAIN;
    if (t->fails && off >= t->fails)
        return ROTA_ENOSPC;
    if (off == 0) {
        t->begun++;
        t->len = 0;
    }
    t->in_order &= off == t->len && len > 0 && len <= RIG_FLASH - off;
    if (!t->in_order)
        return ROTA_EIO;
    memcpy(d.rig.slot_bytes + off, buf, len);
    t->len += len;
    return ROTA_OK;
}

/* A device without a readable slot, with what the server will say. */
static void prepare(struct taker *t)
{
    *t = (struct taker){.in_order = true};
    rig_init(&d.rig, d.script.reply, d.script.count);
    t->slot = rota_flash_sink(&t->sink, take, t, RIG_FLASH);
    d.rig.config.slot = &t->slot;
}

static void deliver(struct taker *t)
{
    prepare(t);
    CHECK(rig_check(&d.rig) == ROTA_OK);
}

/* The whole image has come in order, and begun so many times. */
static bool got(const struct taker *t, unsigned begun)
{
    return download_installed(&d) && t->in_order && t->len == DOWNLOAD_SIZE
        && t->begun == begun;
}

static void offer(const char *digest)
{
    memset(&d.script, 0, sizeof d.script);
    script_release(&d.script, "v1.1.0", "app-1.bin", DOWNLOAD_SIZE_TEXT,
                   digest);
}

/* The digest of the image, as the server tells it. */
static const char *digest(void)
{
    static char text[80];
    uint8_t sum[ROTA_SHA256_LEN];
    int n = snprintf(text, sizeof text, "\"sha256:");

    CHECK(rota_hash_one(script_image(), DOWNLOAD_SIZE, sum) == ROTA_OK);
    for (size_t i = 0; i < sizeof sum; i++)
        n += snprintf(text + n, sizeof text - (size_t)n, "%02x", sum[i]);
    snprintf(text + n, sizeof text - (size_t)n, "\"");
    return text;
}

static void a_whole_image_comes_in_order(void)
{
    struct taker t;

    offer(digest());
    download_whole(&d);
    deliver(&t);
    CHECK(got(&t, 1));
    CHECK(strcmp(d.rig.told, "checking available verified ready ") == 0);
}

static void an_image_without_a_digest_is_taken_as_it_comes(void)
{
    struct taker t;

    download_begin(&d);
    download_whole(&d);
    deliver(&t);
    CHECK(got(&t, 1) && strstr(d.rig.told, "verified"));
}

static void without_a_boot_it_is_handed_over_once(void)
{
    struct taker t;

    offer(digest());
    download_whole(&d);
    script_release(&d.script, "v1.1.0", "app-1.bin", DOWNLOAD_SIZE_TEXT,
                   digest());
    prepare(&t);
    d.rig.config.boot = NULL;
    CHECK(rig_check(&d.rig) == ROTA_OK && strstr(d.rig.told, "downloaded"));
    rota_check_now(&d.rig.rota);
    CHECK(rig_run(&d.rig) && t.begun == 1 && t.len == DOWNLOAD_SIZE);
    CHECK(memcmp(d.rig.slot_bytes, script_image(), DOWNLOAD_SIZE) == 0);
}

static void a_broken_download_goes_on(void)
{
    struct taker t;

    offer(digest());
    download_cut(download_whole(&d), 7001, FAKENET_CLOSE);
    download_cut(download_part(&d, 7001, DOWNLOAD_SIZE - 1, "\"0x8D\""), 6000,
                 FAKENET_STALL);
    download_part(&d, 13001, DOWNLOAD_SIZE - 1, "\"0x8D\"");
    deliver(&t);
    CHECK(got(&t, 1) && download_count(&d, "Range: bytes=") == 2);
}

static void a_server_without_ranges_starts_over(void)
{
    struct taker t;

    offer(digest());
    download_cut(download_whole(&d), 7000, FAKENET_CLOSE);
    download_whole(&d);
    deliver(&t);
    CHECK(got(&t, 2) && download_count(&d, "Range: bytes=") == 1);
}

static void another_file_starts_over(void)
{
    struct taker t;

    offer(digest());
    download_cut(download_whole(&d), 7000, FAKENET_CLOSE);
    download_part(&d, 7000, DOWNLOAD_SIZE - 1, "\"0x99\"");
    download_whole(&d);
    deliver(&t);
    CHECK(got(&t, 2));
}

static void nothing_goes_on_after_a_restart(void)
{
    struct taker t;

    offer(digest());
    download_cut(download_whole(&d), 18000, FAKENET_STALL);
    download_whole(&d);
    prepare(&t);
    d.rig.config.checkpoint_min = 1;
    CHECK(rota_init(&d.rig.rota, &d.rig.config) == ROTA_OK);
    while (t.len < 18000 && d.rig.server.now_ms < 20000) {
        rota_step(&d.rig.rota);
        d.rig.server.now_ms += rota_wait_ms(&d.rig.rota);
    }
    CHECK(t.len == 18000);
    d.script.reply[1] = d.script.reply[2];
    fakenet_init(&d.rig.server, d.script.reply, d.script.count);
    d.rig.told[0] = '\0';
    CHECK(rig_check(&d.rig) == ROTA_OK);
    CHECK(got(&t, 2) && download_count(&d, "Range") == 0);
}

static void a_wrong_digest_is_never_ready(void)
{
    struct taker t;

    offer("\"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
          "aaaaaaaaaaaaaaaaaaaaaaaa\"");
    download_whole(&d);
    deliver(&t);
    CHECK(download_failed(&d, ROTA_EDIGEST) && t.len == DOWNLOAD_SIZE);
    CHECK(!strstr(d.rig.told, "verified") && !strstr(d.rig.told, "ready"));
}

static void a_bit_that_the_server_gets_wrong_is_noticed(void)
{
    struct taker t;
    struct fakenet_reply *r;

    offer(digest());
    download_cut(download_whole(&d), 9000, FAKENET_CLOSE);
    r = download_part(&d, 9000, DOWNLOAD_SIZE - 1, "\"0x8D\"");
    ((char *)r->data)[r->len - 1] ^= 1;
    deliver(&t);
    CHECK(download_failed(&d, ROTA_EDIGEST) && t.begun == 1);
}

static void an_image_that_is_too_big_is_not_asked_for(void)
{
    struct taker t;

    memset(&d.script, 0, sizeof d.script);
    script_release(&d.script, "v1.1.0", "app-1.bin", "65537", NULL);
    download_whole(&d);
    deliver(&t);
    CHECK(download_failed(&d, ROTA_ETOOBIG) && t.calls == 0);
}

static void an_error_of_write_is_what_is_told(void)
{
    struct taker t;

    offer(digest());
    download_whole(&d);
    prepare(&t);
    t.fails = 5000;
    CHECK(rig_check(&d.rig) == ROTA_OK && download_failed(&d, ROTA_ENOSPC));
    CHECK(t.begun == 1 && t.len >= 4000 && t.len <= 6000);
    CHECK(!strstr(d.rig.told, "resuming"));
}

/* A write that takes nothing is made again, and the server waits meanwhile. */
static void a_slow_taker_gets_each_byte_once(void)
{
    struct taker t;

    offer(digest());
    download_cut(download_whole(&d), 7001, FAKENET_CLOSE);
    download_part(&d, 7001, DOWNLOAD_SIZE - 1, "\"0x8D\"");
    prepare(&t);
    t.again = 3;
    CHECK(rig_check(&d.rig) == ROTA_OK && got(&t, 1));
    CHECK(t.calls % 3 == 0
          && t.calls / 3 >= DOWNLOAD_SIZE / sizeof d.rig.buffer);
}

static void after_a_wait_nothing_is_asked_of_the_taker(void)
{
    struct taker t;

    offer(digest());
    download_whole(&d);
    prepare(&t);
    d.rig.may_install = false;
    d.rig.told[0] = '\0';
    CHECK(rota_init(&d.rig.rota, &d.rig.config) == ROTA_OK);
    rota_check_now(&d.rig.rota);
    while (!strstr(d.rig.told, "verified")) {
        rota_step(&d.rig.rota);
        d.rig.server.now_ms += rota_wait_ms(&d.rig.rota);
    }
    unsigned calls = t.calls;
    for (int i = 0; i < 10; i++) {
        d.rig.server.now_ms += rota_wait_ms(&d.rig.rota);
        CHECK(rota_step(&d.rig.rota) == ROTA_EAGAIN);
    }
    d.rig.may_install = true;
    CHECK(rig_run(&d.rig) && got(&t, 1) && t.calls == calls);
    CHECK(strcmp(d.rig.told, "checking available verified ready ") == 0);
}

/* The hash lies at the end of the buffer, wherever that is. */
static void the_buffer_may_lie_anywhere(void)
{
    struct taker t;

    for (size_t at = 0; at < 8; at++)
        for (size_t size = 0; size < 8; size++) {
            offer(digest());
            download_whole(&d);
            prepare(&t);
            d.rig.config.buffer = d.rig.buffer + at;
            d.rig.config.buffer_size = ROTA_BUFFER_MIN + ROTA_SINK_WORK + size;
            uint8_t *end = d.rig.buffer + at + d.rig.config.buffer_size;
            *end = 0xa5;
            CHECK(rig_check(&d.rig) == ROTA_OK && got(&t, 1) && *end == 0xa5);
        }
}

static void stopping_in_the_middle_begins_anew(void)
{
    struct taker t;

    offer(digest());
    download_cut(download_whole(&d), 9000, FAKENET_STALL);
    script_release(&d.script, "v1.1.0", "app-1.bin", DOWNLOAD_SIZE_TEXT,
                   digest());
    download_whole(&d);
    prepare(&t);
    CHECK(rota_init(&d.rig.rota, &d.rig.config) == ROTA_OK);
    while (t.len < 9000) {
        rota_step(&d.rig.rota);
        d.rig.server.now_ms += rota_wait_ms(&d.rig.rota);
    }
    rota_stop(&d.rig.rota);
    rota_check_now(&d.rig.rota);
    CHECK(rig_run(&d.rig) && got(&t, 2));
}

static void what_the_configuration_must_be(void)
{
    const char *field, *want;
    struct taker t;

    download_begin(&d);
    prepare(&t);
    CHECK(rota_config_check(&d.rig.config, &field, &want) == ROTA_OK);
    d.rig.config.buffer_size = ROTA_BUFFER_MIN + ROTA_SINK_WORK;
    CHECK(rota_config_check(&d.rig.config, &field, &want) == ROTA_OK);
    d.rig.config.buffer_size--;
    CHECK(rota_config_check(&d.rig.config, &field, &want) == ROTA_EINVAL);
    CHECK(strcmp(field, "buffer") == 0 && strstr(want, "ROTA_SINK_WORK"));
    d.rig.config.slot = &d.rig.slot;
    CHECK(rota_config_check(&d.rig.config, &field, &want) == ROTA_OK);
}

int main(void)
{
    RUN(a_whole_image_comes_in_order);
    RUN(an_image_without_a_digest_is_taken_as_it_comes);
    RUN(without_a_boot_it_is_handed_over_once);
    RUN(a_broken_download_goes_on);
    RUN(a_server_without_ranges_starts_over);
    RUN(another_file_starts_over);
    RUN(nothing_goes_on_after_a_restart);
    RUN(a_wrong_digest_is_never_ready);
    RUN(a_bit_that_the_server_gets_wrong_is_noticed);
    RUN(an_image_that_is_too_big_is_not_asked_for);
    RUN(an_error_of_write_is_what_is_told);
    RUN(a_slow_taker_gets_each_byte_once);
    RUN(after_a_wait_nothing_is_asked_of_the_taker);
    RUN(the_buffer_may_lie_anywhere);
    RUN(stopping_in_the_middle_begins_anew);
    RUN(what_the_configuration_must_be);
    return test_end();
}
