/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of signed updates share: a device with two keys and one or two
 * slots that runs 1.0.0, and a release whose manifest is signed as the test
 * wants it. What the server says is scripted request by request. */
#ifndef SIGNED_H
#define SIGNED_H

#include <stdlib.h>

#include "device/device.h"
#include "flash/hash.h"
#include "flash/record.h"
#include "support/signer.h"

#define IMAGES 2

/* One asset as the releases API tells of it. */
struct asset {
    uint64_t id;
    const char *name;
    uint32_t size;
    char digest[2 * ROTA_SHA256_LEN + 1]; /* "" = the server tells none */
};

static struct signer alice, bob;
static struct rota_key keys[2];
static uint8_t more_bytes[RIG_FLASH];
static struct rota_flash more;
static const struct rota_flash *const more_slots[] = {&more};
static int manifest_work[ROTA_MANIFEST_WORK / sizeof(int) + 1];

/* For the test to change before it serves. */
static struct {
    const char *tag, *version, *board;
    unsigned seq, security;
    int images;
    uint64_t issued;
    char extra[256]; /* more members of the manifest */
    bool direct;     /* assets have no API URL, as Gitea's */
    const struct signer *by;
    char sha256[IMAGES][2 * ROTA_SHA256_LEN + 1];
    uint32_t size[IMAGES];
    const char *name[IMAGES];
    struct asset asset[1 + IMAGES]; /* the manifest comes first */
    char text[2 * ROTA_MANIFEST_MAX];
    size_t len;
} it;

static inline const uint8_t *image(int i)
{
    return script_image() + (i ? 16000 : 0);
}

static inline void hex_of(const void *bytes, size_t len,
                          char out[2 * ROTA_SHA256_LEN + 1])
{
    uint8_t sum[ROTA_SHA256_LEN];
    struct rota_hash h;

    CHECK(!rota_hash_begin(&h) && !rota_hash_add(&h, bytes, len)
          && !rota_hash_end(&h, sum));
    for (int i = 0; i < ROTA_SHA256_LEN; i++)
        snprintf(out + 2 * i, 3, "%02x", sum[i]);
}

/* A device with count slots, and a release 1.1.0 of as many images. */
static inline void new_device(int count)
{
    static const uint32_t sizes[IMAGES] = {9000, 5000};
    static const char *const names[IMAGES] = {"app.bin", "radio*.bin"};

    empty();
    rig_init(&rig, NULL, 0);
    if (!alice.id) {
        signer_init(&alice);
        signer_init(&bob);
    }
    keys[0] = alice.key;
    keys[1] = bob.key;
    more = rig.slot;
    more.ctx = more_bytes;
    memset(more_bytes, 0xff, sizeof more_bytes);
    rig.trust = (struct rota_trust){.ops = &rota_manifest_ops,
                                    .keys = keys,
                                    .count = 2,
                                    .more_slots = more_slots,
                                    .more_slot_count = (size_t)count - 1};
    rig.config.trust = &rig.trust;
    rig.config.board = "m3";
    rig.config.asset = NULL;
    rig.config.buffer = manifest_work;
    rig.config.buffer_size = ROTA_MANIFEST_WORK;
    rig.config.device_id = "unit-7";
    rig.config.device_id_len = 6;
    rig.server.unix_time = 1772618400;

    memset(&it, 0, sizeof it);
    it.tag = "v1.1.0";
    it.version = "1.1.0";
    it.board = "m3";
    it.seq = 5;
    it.security = 3;
    it.issued = 1772600000;
    it.images = count;
    it.by = &alice;
    it.asset[0] = (struct asset){.id = 70, .name = "m3.ota"};
    for (int i = 0; i < IMAGES; i++) {
        it.size[i] = sizes[i];
        it.name[i] = names[i];
        it.asset[1 + i] = (struct asset){
            .id = 71 + (uint64_t)i, .name = names[i], .size = sizes[i]};
        hex_of(image(i), sizes[i], it.sha256[i]);
        strcpy(it.asset[1 + i].digest, it.sha256[i]);
    }
}

/* Write the manifest and sign it. */
static inline void sign(void)
{
    char json[ROTA_MANIFEST_MAX], images[768] = "";
    size_t n = 0;

    for (int i = 0; i < it.images; i++)
        n += (size_t)snprintf(images + n, sizeof images - n,
                              "%s{\"id\":%d,\"name\":\"%s\",\"format\":\"raw\","
                              "\"size\":%u,\"sha256\":\"%s\"}",
                              i ? "," : "", i, it.name[i], (unsigned)it.size[i],
                              it.sha256[i]);
    snprintf(json, sizeof json,
             "{\"rota\":1,\"project\":\"acme/app\",\"board\":\"%s\","
             "\"seq\":%u,\"version\":\"%s\",\"security\":%u,"
             "\"issued\":%llu%s,\"images\":[%s]}",
             it.board, it.seq, it.version, it.security,
             (unsigned long long)it.issued, it.extra, images);
    it.len = signer_envelope(&it.by, 1, json, it.text, sizeof it.text);
    it.asset[0].size = (uint32_t)it.len;
}

static inline const char *release_json(void)
{
    static char json[4096];
    size_t n =
        (size_t)snprintf(json, sizeof json,
                         "{\"id\":41,\"tag_name\":\"%s\",\"assets\":[", it.tag);

    for (int i = 0; i < 1 + it.images; i++) {
        const struct asset *a = &it.asset[i];
        n += (size_t)snprintf(
            json + n, sizeof json - n,
            "%s{\"%s\":\"https://api.github.com/dl/%s\","
            "\"id\":%llu,\"name\":\"%s\","
            "\"state\":\"uploaded\",\"size\":%u",
            i ? "," : "", it.direct ? "browser_download_url" : "url", a->name,
            (unsigned long long)a->id, a->name, (unsigned)a->size);
        n += (size_t)snprintf(json + n, sizeof json - n,
                              *a->digest ? ",\"digest\":\"sha256:%s\"}" : "%s}",
                              a->digest);
    }
    snprintf(json + n, sizeof json - n, "],\"body\":\"notes\"}");
    return json;
}

/* --- The server, reply by reply ------------------------------------------- */

static inline void say_release(void)
{
    answer("HTTP/1.1 200 OK\nContent-Type: application/json\n"
           "Last-Modified: Tue, 03 Mar 2026 09:00:00 GMT\n",
           release_json());
}

static inline void say_manifest(void)
{
    script_add(&script,
               "HTTP/1.1 200 OK\nContent-Type: application/octet-stream\n",
               it.text, it.len);
}

static inline struct fakenet_reply *say_image(int i)
{
    return script_add(
        &script, "HTTP/1.1 200 OK\nContent-Type: application/octet-stream\n",
        image(i), it.asset[1 + i].size);
}

/* All before the first image. */
static inline void say_until_image(void)
{
    say_release();
    say_manifest();
    say_release(); /* by id */
}

/* The image i, which stops coming so many bytes before its end. */
static inline void say_part(int i, size_t missing)
{
    struct fakenet_reply *r = say_image(i);

    r->len -= missing;
    r->then = FAKENET_STALL;
}

/* The image i from its first checkpoint on. */
static inline void say_rest(int i)
{
    char head[96];
    uint32_t size = it.asset[1 + i].size;

    snprintf(head, sizeof head,
             "HTTP/1.1 206 Partial Content\n"
             "Content-Range: bytes %u-%u/%u\n",
             RIG_ERASE, (unsigned)size - 1, (unsigned)size);
    script_add(&script, head, image(i) + RIG_ERASE, size - RIG_ERASE);
}

/* All that the update from the manifest on asks for. */
static inline void say_update(void)
{
    for (int i = 0; i < it.images; i++) {
        say_manifest();
        say_release(); /* by id */
        say_image(i);
    }
}

/* All that an update asks for, signed already or not yet. */
static inline void say_signed(void)
{
    empty();
    say_release();
    say_update();
}

static inline void say_all(void)
{
    sign();
    say_signed();
}

/* --- Starts of the program ------------------------------------------------ */

/* A start of what was installed or came before; the server is silent. */
static inline void restart_as(const char *version)
{
    fakeboot_restart(&rig.bootloader);
    rig.config.version = version;
    empty();
}

/* The first steps of a check, at once after a start. */
static inline void check_for(int steps)
{
    serve();
    CHECK(rota_init(&rig.rota, &rig.config) == ROTA_OK);
    rota_check_now(&rig.rota);
    for (int i = 0; i < steps; i++)
        rota_step(&rig.rota);
}

/* Power is lost while the first image comes, after its first checkpoint. */
static inline void lose_power_in_the_first(void)
{
    sign();
    empty();
    say_until_image();
    say_part(0, 2000);
    rig.config.checkpoint_min = RIG_ERASE;
    check_for(1000);
    CHECK(rota_busy(&rig.rota));
    empty();
}

/* --- What became of it ---------------------------------------------------- */

static inline struct rota_accepted past(void)
{
    struct rota_journal j;
    struct rota_accepted p;

    struct rota_store store = rota_journal_store(&j, &rig.journal);
    CHECK(store.open(store.ctx) == ROTA_OK);
    CHECK(rota_record_load(&store, ROTA_RECORD_ACCEPTED, &p) == ROTA_OK);
    return p;
}

/* The image i is in its slot. */
static inline bool holds(int i)
{
    return memcmp(i ? more_bytes : rig.slot_bytes, image(i), it.size[i]) == 0;
}

static inline bool is_blank(const uint8_t *bytes)
{
    for (uint32_t i = 0; i < RIG_FLASH; i++)
        if (bytes[i] != 0xff)
            return false;
    return true;
}

/* Neither slot nor boot state nor what was accepted has changed. */
static inline bool untouched(void)
{
    struct rota_accepted p = past();
    static const struct rota_accepted none;

    return is_blank(rig.slot_bytes) && is_blank(more_bytes)
        && rig.bootloader.tries == 0 && memcmp(&p, &none, sizeof p) == 0;
}

static inline int requests(void)
{
    int n = 0;

    for (const char *s = rig.server.sent; (s = strstr(s, "GET ")); s++)
        n++;
    return n;
}

/* --- A journal of which one read fails ------------------------------------ */

static unsigned reads_left; /* until the one that fails; 0 = none will */
static int (*read_journal)(void *ctx, uint32_t off, void *buf, uint32_t len);

static inline int read_or_fail(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    if (reads_left && --reads_left == 0)
        return ROTA_EIO;
    return read_journal(ctx, off, buf, len);
}

/* Of a new device, the read at this place from now on. */
static inline void fail_read(unsigned at)
{
    read_journal = rig.journal.read;
    rig.journal.read = read_or_fail;
    reads_left = at;
}

#endif
