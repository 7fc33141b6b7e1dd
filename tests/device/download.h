/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of downloads share: a device, the script of its server, and one
 * release whose asset is SIZE bytes of the test image. */
#ifndef DOWNLOAD_H
#define DOWNLOAD_H

#include <stdio.h>
#include <string.h>

#include "support/rig.h"
#include "support/script.h"
#include "support/test.h"

#define SIZE 20000u
#define SIZE_TEXT "20000"

static struct rig rig;
static struct script script;

static inline void begin(void)
{
    memset(&script, 0, sizeof script);
    script_release(&script, "v1.1.0", "app-1.bin", SIZE_TEXT, NULL);
}

static inline void run(void)
{
    rig_init(&rig, script.reply, script.count);
    CHECK(rig_check(&rig) == ROTA_OK);
}

/* A reply with the image from first on, as a CDN sends it. */
static inline struct fakenet_reply *part(size_t first, size_t last,
                                         const char *etag)
{
    char head[512];

    snprintf(head, sizeof head,
             "HTTP/1.1 206 Partial Content\n"
             "content-type: application/octet-stream\n"
             "content-range: bytes %zu-%zu/%u\n"
             "etag: %s\n",
             first, last, SIZE, etag);
    return script_add(&script, head, script_image() + first, last - first + 1);
}

static inline struct fakenet_reply *whole(void)
{
    return script_add(&script,
                      "HTTP/1.1 200 OK\n"
                      "content-type: application/octet-stream\n"
                      "etag: \"0x8D\"\n",
                      script_image(), SIZE);
}

/* Let a reply end after n bytes of its body. */
static inline void cut(struct fakenet_reply *r, size_t n,
                       enum fakenet_then then)
{
    const char *body = strstr(r->data, "\r\n\r\n") + 4;

    r->len = (size_t)(body - (const char *)r->data) + n;
    r->then = then;
}

static inline bool installed(void)
{
    return strstr(rig.told, "ready") && rig.bootloader.tries == 1
        && memcmp(rig.slot_bytes, script_image(), SIZE) == 0;
}

static inline bool failed(int err)
{
    return strstr(rig.told, "failed") && rig.last.err == err
        && rig.bootloader.tries == 0;
}

static inline int count(const char *needle)
{
    int n = 0;
    for (const char *s = rig.server.sent; (s = strstr(s, needle)); s++)
        n++;
    return n;
}

/* The request with this number, from 0, as text. */
static inline const char *request(int number)
{
    static char text[4096];
    const char *s = rig.server.sent;

    while (number-- > 0 && s)
        s = (s = strstr(s, "\r\n\r\n")) ? s + 4 : NULL;
    const char *end = s ? strstr(s, "\r\n\r\n") : NULL;
    snprintf(text, sizeof text, "%.*s", end ? (int)(end - s) : 0, end ? s : "");
    return text;
}

#endif
