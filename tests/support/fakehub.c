/* SPDX-License-Identifier: Apache-2.0 */
#include "support/fakehub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cutflash.h"
#include "flash/hash.h"

#define MODIFIED "Tue, 03 Mar 2026 09:00:%02u GMT"

void fakehub_init(struct fakehub *h)
{
    memset(h, 0, sizeof *h);
    h->cut_at = h->stall_at = -1;
    h->now_ms = 1000;
}

void fakehub_add(struct fakehub *h, const char *name, const uint8_t *bytes,
                 uint32_t size, uint64_t id)
{
    struct fakehub_asset *a = &h->asset[h->assets++];
    uint8_t sum[ROTA_SHA256_LEN];
    struct rota_hash hash;

    *a = (struct fakehub_asset){
        .name = name, .bytes = bytes, .size = size, .id = id};
    if (rota_hash_begin(&hash) || rota_hash_add(&hash, bytes, size)
        || rota_hash_end(&hash, sum)) {
        printf("no memory to hash with\n");
        exit(1);
    }
    for (int i = 0; i < ROTA_SHA256_LEN; i++)
        snprintf(a->digest + 2 * i, 3, "%02x", sum[i]);
    snprintf(a->etag, sizeof a->etag, "\"0x%08x\"", (unsigned)id);
}

void fakehub_publish(struct fakehub *h, const char *tag, const uint8_t *image,
                     uint32_t size, uint64_t asset_id)
{
    h->tag = tag;
    h->assets = 0;
    h->manifest = false;
    fakehub_add(h, "app.bin", image, size, asset_id);
}

/* --- Replies -------------------------------------------------------------- */

static bool chance(struct fakehub *h, uint32_t one_in)
{
    if (!h->random || !h->faults || cutflash_random(&h->random) % one_in)
        return false;
    h->faults--;
    return true;
}

static void reply(struct fakehub *h, const char *status, const char *headers,
                  const void *body, uint32_t len)
{
    h->head_at = h->body_at = 0;
    h->body = body;
    h->body_len = len;
    int n = snprintf(h->head, sizeof h->head,
                     "HTTP/1.1 %s\r\nContent-Length: %u\r\n%s\r\n", status,
                     (unsigned)len, headers);
    h->head_len = (uint32_t)n;
}

static const char *header(const struct fakehub *h, const char *name)
{
    const char *s = strstr(h->in, name);
    return s ? s + strlen(name) : "";
}

static void answer_release(struct fakehub *h, bool latest)
{
    static char json[2048];
    char headers[256], modified[40];

    snprintf(modified, sizeof modified, MODIFIED,
             (unsigned)h->asset[0].id % 60);
    if (latest
        && strncmp(header(h, "If-Modified-Since: "), modified, strlen(modified))
               == 0) {
        reply(h, "304 Not Modified", "", NULL, 0);
        return;
    }
    if (!h->tag) {
        reply(h, "404 Not Found", "", NULL, 0);
        return;
    }
    snprintf(headers, sizeof headers,
             "Content-Type: application/json\r\nLast-Modified: %s\r\n",
             modified);
    int len = snprintf(json, sizeof json,
                       "{\"id\":41,\"tag_name\":\"%s\",\"draft\":false,"
                       "\"assets\":[",
                       h->tag);
    for (int i = 0; i < h->assets; i++)
        len += snprintf(json + len, sizeof json - (size_t)len,
                        "%s{\"url\":\"u\",\"id\":%llu,\"name\":\"%s\","
                        "\"state\":\"uploaded\",\"size\":%u,"
                        "\"digest\":\"sha256:%s\"}",
                        i ? "," : "", (unsigned long long)h->asset[i].id,
                        h->asset[i].name, (unsigned)h->asset[i].size,
                        h->asset[i].digest);
    len += snprintf(json + len, sizeof json - (size_t)len,
                    "],\"body\":\"notes\"}");
    reply(h, "200 OK", headers, json, (uint32_t)len);
}

static void answer_link(struct fakehub *h, uint64_t id)
{
    char headers[256];

    for (h->linked = 0; h->linked < h->assets; h->linked++)
        if (h->asset[h->linked].id == id)
            break;
    if (h->linked == h->assets) {
        reply(h, "404 Not Found", "", NULL, 0);
        return;
    }
    snprintf(headers, sizeof headers,
             "Location: https://release-assets.githubusercontent.com/a?sig=%u"
             "\r\n",
             (unsigned)++h->links);
    reply(h, "302 Found", headers, NULL, 0);
}

static void answer_range(struct fakehub *h, uint32_t from)
{
    const struct fakehub_asset *a = &h->asset[h->linked];
    char headers[256];
    uint32_t said = from;

    if (chance(h, 40)) {
        said = from + 1; /* another range than it sends */
        h->wrong = true;
    }
    snprintf(headers, sizeof headers,
             "Content-Range: bytes %u-%u/%u\r\nETag: %s\r\n", (unsigned)said,
             (unsigned)a->size - 1, (unsigned)a->size, a->etag);
    reply(h, "206 Partial Content", headers, a->bytes + from, a->size - from);
}

static void answer_asset(struct fakehub *h)
{
    const struct fakehub_asset *a = &h->asset[h->linked];
    const char *range = header(h, "Range: bytes=");
    const char *if_range = header(h, "If-Range: ");
    uint32_t from = (uint32_t)strtoul(range, NULL, 10);
    char headers[128];

    h->is_asset = !h->manifest || h->linked < h->assets - 1;
    h->asset_requests += h->is_asset;
    if (strtoul(header(h, "sig="), NULL, 10) != h->links || chance(h, 20)) {
        reply(h, "403 Forbidden", "Content-Type: application/xml\r\n", NULL, 0);
        return;
    }
    snprintf(headers, sizeof headers, "ETag: %s\r\n", a->etag);
    bool same = !*if_range || strncmp(if_range, a->etag, strlen(a->etag)) == 0;
    if (from >= a->size)
        reply(h, "416 Range Not Satisfiable", "", NULL, 0);
    else if (!*range || !same || chance(h, 20))
        reply(h, "200 OK", headers, a->bytes, a->size);
    else
        answer_range(h, from);
}

static void answer(struct fakehub *h)
{
    h->requests++;
    h->is_asset = false;
    if (chance(h, 20))
        reply(h, "503 Service Unavailable", "", NULL, 0);
    else if (strstr(h->in, "/app/releases/latest "))
        answer_release(h, true);
    else if (strstr(h->in, "/app/releases/41 "))
        answer_release(h, false);
    else if (strstr(h->in, "/app/releases/assets/"))
        answer_link(h, strtoull(header(h, "releases/assets/"), NULL, 10));
    else if (strstr(h->in, "GET /a?sig="))
        answer_asset(h);
    else
        reply(h, "404 Not Found", "", NULL, 0);
}

/* --- The transport -------------------------------------------------------- */

static int again(struct fakehub *h)
{
    h->now_ms++;
    return ROTA_EAGAIN;
}

static int hub_open(void *ctx, const char *host, uint16_t port)
{
    struct fakehub *h = ctx;

    (void)host, (void)port;
    if (chance(h, 30))
        return ROTA_ECONNECT;
    h->up = true;
    h->ended = h->stalled = false;
    h->in_len = h->head_len = h->head_at = h->body_len = h->body_at = 0;
    h->connections++;
    return ROTA_OK;
}

static int hub_send(void *ctx, const void *buf, size_t len)
{
    struct fakehub *h = ctx;

    if (!h->up || h->ended)
        return ROTA_ECLOSED;
    if (len > sizeof h->in - 1 - h->in_len)
        return ROTA_ECLOSED;
    memcpy(h->in + h->in_len, buf, len);
    h->in_len += (uint32_t)len;
    h->in[h->in_len] = '\0';
    if (strstr(h->in, "\r\n\r\n")) {
        answer(h);
        h->in_len = 0;
    }
    return (int)len;
}

/* How many of len bytes may go before the next fault; 0: it is due. */
static uint32_t before_fault(const struct fakehub *h, uint32_t len)
{
    long most = (long)len;

    if (h->cut_at >= 0 && h->cut_at - h->sent < most)
        most = h->cut_at - h->sent;
    if (h->stall_at >= 0 && h->stall_at - h->sent < most)
        most = h->stall_at - h->sent;
    return most > 0 ? (uint32_t)most : 0;
}

static int due_fault(struct fakehub *h)
{
    if (h->cut_at == h->sent) {
        h->cut_at = -1;
        h->ended = true;
        return ROTA_ECLOSED;
    }
    h->stall_at = -1;
    h->stalled = true;
    return again(h);
}

static uint32_t take(struct fakehub *h, uint8_t *buf, uint32_t len)
{
    bool in_head = h->head_at < h->head_len;
    uint32_t left =
        in_head ? h->head_len - h->head_at : h->body_len - h->body_at;

    len = before_fault(h, len < left ? len : left);
    if (in_head) {
        memcpy(buf, h->head + h->head_at, len);
        h->head_at += len;
    } else {
        memcpy(buf, h->body + h->body_at, len);
        h->body_at += len;
        h->asset_bytes += h->is_asset ? (long)len : 0;
    }
    h->sent += (long)len;
    return len;
}

static int hub_recv(void *ctx, void *buf, size_t len)
{
    struct fakehub *h = ctx;
    uint32_t most = (uint32_t)len;

    if (!h->up || h->ended)
        return ROTA_ECLOSED;
    if (h->stalled || (h->head_at == h->head_len && h->body_at == h->body_len))
        return again(h);
    if (h->piece && most > h->piece)
        most = h->piece;
    if (h->random && cutflash_random(&h->random) % 3 == 0)
        most = 1 + cutflash_random(&h->random) % most;
    if (h->random && cutflash_random(&h->random) % 8 == 0)
        return again(h);
    if (chance(h, 60))
        h->cut_at = h->sent;
    if (chance(h, 200))
        h->stall_at = h->sent;
    uint32_t n = take(h, buf, most);
    return n ? (int)n : due_fault(h);
}

static void hub_close(void *ctx)
{
    ((struct fakehub *)ctx)->up = false;
}

struct rota_net fakehub_net(struct fakehub *h)
{
    return (struct rota_net){h, hub_open, hub_send, hub_recv, hub_close};
}

static uint64_t hub_now(void *ctx)
{
    return ((struct fakehub *)ctx)->now_ms;
}

static uint64_t hub_unix(void *ctx)
{
    (void)ctx;
    return 1772618400;
}

static int hub_random(void *ctx, void *buf, size_t len)
{
    (void)ctx;
    memset(buf, 7, len);
    return ROTA_OK;
}

struct rota_sys fakehub_sys(struct fakehub *h)
{
    return (struct rota_sys){h, hub_now, hub_unix, hub_random};
}
