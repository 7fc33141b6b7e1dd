/* SPDX-License-Identifier: Apache-2.0 */
#include "device/signed_device.h"

#include "flash/hash.h"

#define OCTETS "Content-Type: application/octet-stream\n"

const uint8_t *signed_image(int i)
{
    return script_image() + (i ? 16000 : 0);
}

void signed_hex(const void *bytes, size_t len, char out[SIGNED_HEX])
{
    uint8_t sum[ROTA_SHA256_LEN];
    struct rota_hash h;

    CHECK(!rota_hash_begin(&h) && !rota_hash_add(&h, bytes, len)
          && !rota_hash_end(&h, sum));
    for (int i = 0; i < ROTA_SHA256_LEN; i++)
        snprintf(out + 2 * i, 3, "%02x", sum[i]);
}

/* --- A new device and a new release --------------------------------------- */

static void make_keys(struct signed_device *s)
{
    if (!s->alice.id) {
        signer_init(&s->alice);
        signer_init(&s->bob);
    }
    s->keys[0] = s->alice.key;
    s->keys[1] = s->bob.key;
}

static void configure(struct signed_device *s, int count)
{
    struct rig *rig = &s->device.rig;

    s->more = rig->slot;
    s->more.ctx = s->more_bytes;
    s->more_slots[0] = &s->more;
    memset(s->more_bytes, 0xff, sizeof s->more_bytes);
    rig->trust = (struct rota_trust){.ops = &rota_manifest_ops,
                                     .keys = s->keys,
                                     .count = 2,
                                     .more_slots = s->more_slots,
                                     .more_slot_count = (size_t)count - 1};
    rig->config.trust = &rig->trust;
    rig->config.board = "m3";
    rig->config.asset = NULL;
    rig->config.buffer = s->work;
    rig->config.buffer_size = ROTA_MANIFEST_WORK;
    rig->config.device_id = "unit-7";
    rig->config.device_id_len = 6;
    rig->server.unix_time = 1772618400;
}

static void release(struct signed_device *s, int count)
{
    static const uint32_t sizes[SIGNED_IMAGES] = {9000, 5000};
    static const char *const names[SIGNED_IMAGES] = {"app.bin", "radio*.bin"};
    struct signed_release *r = &s->release;

    *r = (struct signed_release){.tag = "v1.1.0",
                                 .version = "1.1.0",
                                 .board = "m3",
                                 .seq = 5,
                                 .security = 3,
                                 .issued = 1772600000,
                                 .images = count,
                                 .by = &s->alice,
                                 .asset[0] = {.id = 70, .name = "m3.ota"}};
    for (int i = 0; i < SIGNED_IMAGES; i++) {
        r->size[i] = sizes[i];
        r->name[i] = names[i];
        r->asset[1 + i] = (struct signed_asset){
            .id = 71 + (uint64_t)i, .name = names[i], .size = sizes[i]};
        signed_hex(signed_image(i), sizes[i], r->sha256[i]);
        strcpy(r->asset[1 + i].digest, r->sha256[i]);
    }
}

void signed_init(struct signed_device *s, int count)
{
    device_clear(&s->device);
    device_init(&s->device);
    make_keys(s);
    configure(s, count);
    release(s, count);
}

void signed_write(struct signed_device *s)
{
    struct signed_release *r = &s->release;
    char json[ROTA_MANIFEST_MAX], images[768] = "";
    size_t n = 0;

    for (int i = 0; i < r->images; i++)
        n += (size_t)snprintf(images + n, sizeof images - n,
                              "%s{\"id\":%d,\"name\":\"%s\",\"format\":\"raw\","
                              "\"size\":%u,\"sha256\":\"%s\"}",
                              i ? "," : "", i, r->name[i], (unsigned)r->size[i],
                              r->sha256[i]);
    snprintf(json, sizeof json,
             "{\"rota\":1,\"project\":\"acme/app\",\"board\":\"%s\","
             "\"seq\":%u,\"version\":\"%s\",\"security\":%u,"
             "\"issued\":%llu%s,\"images\":[%s]}",
             r->board, r->seq, r->version, r->security,
             (unsigned long long)r->issued, r->extra, images);
    r->len = signer_envelope(&r->by, 1, json, r->text, sizeof r->text);
    r->asset[0].size = (uint32_t)r->len;
}

static size_t asset_json(const struct signed_release *r, int i, char *out,
                         size_t size)
{
    const struct signed_asset *a = &r->asset[i];
    size_t n = (size_t)snprintf(
        out, size,
        "%s{\"%s\":\"https://api.github.com/dl/%s\","
        "\"id\":%llu,\"name\":\"%s\","
        "\"state\":\"uploaded\",\"size\":%u",
        i ? "," : "", r->direct ? "browser_download_url" : "url", a->name,
        (unsigned long long)a->id, a->name, (unsigned)a->size);

    return n
         + (size_t)snprintf(out + n, size - n,
                            *a->digest ? ",\"digest\":\"sha256:%s\"}" : "%s}",
                            a->digest);
}

const char *signed_release_json(struct signed_device *s)
{
    const struct signed_release *r = &s->release;
    size_t n =
        (size_t)snprintf(s->json, sizeof s->json,
                         "{\"id\":41,\"tag_name\":\"%s\",\"assets\":[", r->tag);

    for (int i = 0; i < 1 + r->images; i++)
        n += asset_json(r, i, s->json + n, sizeof s->json - n);
    snprintf(s->json + n, sizeof s->json - n, "],\"body\":\"notes\"}");
    return s->json;
}

/* --- The server, reply by reply ------------------------------------------- */

void signed_say_release(struct signed_device *s)
{
    device_answer(&s->device,
                  "HTTP/1.1 200 OK\nContent-Type: application/json\n"
                  "Last-Modified: Tue, 03 Mar 2026 09:00:00 GMT\n",
                  signed_release_json(s));
}

void signed_say_manifest(struct signed_device *s)
{
    script_add(&s->device.script, "HTTP/1.1 200 OK\n" OCTETS, s->release.text,
               s->release.len);
}

static struct fakenet_reply *add_image(struct signed_device *s, int i)
{
    return script_add(&s->device.script, "HTTP/1.1 200 OK\n" OCTETS,
                      signed_image(i), s->release.asset[1 + i].size);
}

void signed_say_image(struct signed_device *s, int i)
{
    add_image(s, i);
}

void signed_say_part(struct signed_device *s, int i, size_t missing)
{
    struct fakenet_reply *r = add_image(s, i);

    r->len -= missing;
    r->then = FAKENET_STALL;
}

void signed_say_rest(struct signed_device *s, int i)
{
    char head[96];
    uint32_t size = s->release.asset[1 + i].size;

    snprintf(head, sizeof head,
             "HTTP/1.1 206 Partial Content\n"
             "Content-Range: bytes %u-%u/%u\n",
             RIG_ERASE, (unsigned)size - 1, (unsigned)size);
    script_add(&s->device.script, head, signed_image(i) + RIG_ERASE,
               size - RIG_ERASE);
}

void signed_say_until_image(struct signed_device *s)
{
    signed_say_release(s);
    signed_say_manifest(s);
    signed_say_release(s); /* by id */
}

void signed_say_update(struct signed_device *s)
{
    for (int i = 0; i < s->release.images; i++) {
        signed_say_manifest(s);
        signed_say_release(s); /* by id */
        signed_say_image(s, i);
    }
}

void signed_say_written(struct signed_device *s)
{
    device_clear(&s->device);
    signed_say_release(s);
    signed_say_update(s);
}

void signed_say_all(struct signed_device *s)
{
    signed_write(s);
    signed_say_written(s);
}

/* --- Starts of the program ------------------------------------------------ */

void signed_restart_as(struct signed_device *s, const char *version)
{
    fakeboot_restart(&s->device.rig.bootloader);
    s->device.rig.config.version = version;
    device_clear(&s->device);
}

void signed_check_for(struct signed_device *s, int steps)
{
    struct rig *rig = &s->device.rig;

    device_serve(&s->device);
    CHECK(rota_init(&rig->rota, &rig->config) == ROTA_OK);
    rota_check_now(&rig->rota);
    for (int i = 0; i < steps; i++)
        rota_step(&rig->rota);
}

void signed_lose_power_in_the_first(struct signed_device *s)
{
    signed_write(s);
    device_clear(&s->device);
    signed_say_until_image(s);
    signed_say_part(s, 0, 2000);
    s->device.rig.config.checkpoint_min = RIG_ERASE;
    signed_check_for(s, 1000);
    CHECK(rota_busy(&s->device.rig.rota));
    device_clear(&s->device);
}

/* --- A journal of which one read fails ------------------------------------ */

static int failing_read(void *ctx, uint32_t off, void *buf, uint32_t len)
{
    struct failing_flash *f = ctx;

    if (f->reads_left && --f->reads_left == 0)
        return ROTA_EIO;
    return f->real.read(f->real.ctx, off, buf, len);
}

static int failing_prog(void *ctx, uint32_t off, const void *buf, uint32_t len)
{
    const struct failing_flash *f = ctx;

    return f->real.prog(f->real.ctx, off, buf, len);
}

static int failing_erase(void *ctx, uint32_t off)
{
    const struct failing_flash *f = ctx;

    return f->real.erase(f->real.ctx, off);
}

void signed_fail_read(struct signed_device *s, unsigned at)
{
    struct rota_flash *journal = &s->device.rig.journal;

    if (journal->read != failing_read)
        s->failing.real = *journal;
    s->failing.reads_left = at;
    journal->ctx = &s->failing;
    journal->read = failing_read;
    journal->prog = failing_prog;
    journal->erase = failing_erase;
}

/* --- What became of it ---------------------------------------------------- */

struct rota_accepted signed_past(struct signed_device *s)
{
    struct rota_journal j;
    struct rota_accepted p;

    struct rota_store store = rota_journal_store(&j, &s->device.rig.journal);
    CHECK(store.open(store.ctx) == ROTA_OK);
    CHECK(rota_record_load(&store, ROTA_RECORD_ACCEPTED, &p) == ROTA_OK);
    return p;
}

bool signed_holds(const struct signed_device *s, int i)
{
    return memcmp(i ? s->more_bytes : s->device.rig.slot_bytes, signed_image(i),
                  s->release.size[i])
        == 0;
}

bool signed_is_blank(const uint8_t *bytes)
{
    for (uint32_t i = 0; i < RIG_FLASH; i++)
        if (bytes[i] != 0xff)
            return false;
    return true;
}

bool signed_untouched(struct signed_device *s)
{
    struct rota_accepted p = signed_past(s);
    static const struct rota_accepted none;

    return signed_is_blank(s->device.rig.slot_bytes)
        && signed_is_blank(s->more_bytes) && s->device.rig.bootloader.tries == 0
        && memcmp(&p, &none, sizeof p) == 0;
}
