/* SPDX-License-Identifier: Apache-2.0 */
#include "device/download.h"

void download_offer(struct download *d, const char *tag, const char *size,
                    const char *digest)
{
    memset(&d->script, 0, sizeof d->script);
    script_release(&d->script, tag, "app-1.bin", size, digest);
}

void download_begin(struct download *d)
{
    download_offer(d, "v1.1.0", DOWNLOAD_SIZE_TEXT, NULL);
}

void download_init(struct download *d)
{
    rig_init(&d->rig, d->script.reply, d->script.count);
}

void download_run(struct download *d)
{
    download_init(d);
    CHECK(rig_check(&d->rig) == ROTA_OK);
}

struct fakenet_reply *download_part(struct download *d, size_t first,
                                    size_t last, const char *etag)
{
    char head[512];

    snprintf(head, sizeof head,
             "HTTP/1.1 206 Partial Content\n"
             "content-type: application/octet-stream\n"
             "content-range: bytes %zu-%zu/%u\n"
             "etag: %s\n",
             first, last, DOWNLOAD_SIZE, etag);
    return script_add(&d->script, head, script_image() + first,
                      last - first + 1);
}

struct fakenet_reply *download_whole(struct download *d)
{
    return script_add(&d->script,
                      "HTTP/1.1 200 OK\n"
                      "content-type: application/octet-stream\n"
                      "etag: \"0x8D\"\n",
                      script_image(), DOWNLOAD_SIZE);
}

void download_cut(struct fakenet_reply *r, size_t n, enum fakenet_then then)
{
    const char *body = strstr(r->data, "\r\n\r\n") + 4;

    r->len = (size_t)(body - (const char *)r->data) + n;
    r->then = then;
}

bool download_installed(const struct download *d)
{
    return strstr(d->rig.told, "ready") && d->rig.bootloader.tries == 1
        && memcmp(d->rig.slot_bytes, script_image(), DOWNLOAD_SIZE) == 0;
}

bool download_failed(const struct download *d, int err)
{
    return strstr(d->rig.told, "failed") && d->rig.last.err == err
        && d->rig.bootloader.tries == 0;
}

int download_count(const struct download *d, const char *needle)
{
    int n = 0;

    for (const char *s = d->rig.server.sent; (s = strstr(s, needle)); s++)
        n++;
    return n;
}

const char *download_request(struct download *d, int number)
{
    const char *s = d->rig.server.sent;

    while (number-- > 0 && s)
        s = (s = strstr(s, "\r\n\r\n")) ? s + 4 : NULL;
    const char *end = s ? strstr(s, "\r\n\r\n") : NULL;
    snprintf(d->request, sizeof d->request, "%.*s", end ? (int)(end - s) : 0,
             end ? s : "");
    return d->request;
}
