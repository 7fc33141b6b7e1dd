/* SPDX-License-Identifier: Apache-2.0 */
#include "support/script.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void append(struct script *s, const void *bytes, size_t len)
{
    if (s->used + len > sizeof s->text) {
        printf("the script is too long\n");
        exit(1);
    }
    memcpy(s->text + s->used, bytes, len);
    s->used += len;
}

static void append_head(struct script *s, const char *head)
{
    for (; *head; head++) {
        if (*head == '\n')
            append(s, "\r", 1);
        append(s, head, 1);
    }
}

struct fakenet_reply *script_add(struct script *s, const char *head,
                                 const void *body, size_t len)
{
    char length[48];
    size_t at = s->used;
    struct fakenet_reply *r = &s->reply[s->count++];

    append_head(s, head);
    if (!strstr(head, "Content-Length") && !strstr(head, "Transfer-Encoding")
        && !strstr(head, " 304 ") && !strstr(head, "Connection: close")) {
        snprintf(length, sizeof length, "Content-Length: %zu\n", len);
        append_head(s, length);
    }
    append_head(s, "\n");
    append(s, body, len);
    *r = (struct fakenet_reply){.data = s->text + at, .len = s->used - at};
    return r;
}

const char *script_release_json(const char *tag, const char *asset,
                                const char *size, const char *digest)
{
    static char json[4096];
    char hash[256] = "";

    if (digest)
        snprintf(hash, sizeof hash, "\"digest\":%s,", digest);
    snprintf(json, sizeof json,
             "{\"url\":\"https://api.github.com/repos/acme/app/releases/41\","
             "\"id\":41,\"author\":{\"login\":\"ann\",\"id\":3,\"url\":\"u\","
             "\"type\":\"User\"},\"tag_name\":\"%s\",\"draft\":false,"
             "\"prerelease\":false,\"assets\":[{\"url\":\"https://api.github"
             ".com/repos/acme/app/releases/assets/4300000007\","
             "\"id\":4300000007,\"name\":\"%s\",\"label\":null,"
             "\"uploader\":{\"id\":3,\"url\":\"u\"},\"state\":\"uploaded\","
             "\"size\":%s,%s\"download_count\":1,\"browser_download_url\":"
             "\"https://github.com/acme/app/releases/download/%s/%s\"}],"
             "\"body\":\"notes\"}",
             tag, asset, size, hash, tag, asset);
    return json;
}

void script_release(struct script *s, const char *tag, const char *asset,
                    const char *size, const char *digest)
{
    const char *json = script_release_json(tag, asset, size, digest);

    script_add(s,
               "HTTP/1.1 200 OK\n"
               "Date: Wed, 04 Mar 2026 10:00:00 GMT\n"
               "Content-Type: application/json; charset=utf-8\n"
               "ETag: \"5f3a\"\n"
               "Last-Modified: Tue, 03 Mar 2026 09:00:00 GMT\n",
               json, strlen(json));
}

void script_redirect(struct script *s, const char *location)
{
    char head[4096];

    snprintf(head, sizeof head,
             "HTTP/1.1 302 Found\n"
             "Content-Type: text/html;charset=utf-8\n"
             "Location: %s\n",
             location);
    script_add(s, head, "", 0);
}

const uint8_t *script_image(void)
{
    static uint8_t image[32 << 10];

    for (size_t i = 0; i < sizeof image; i++)
        image[i] = (uint8_t)(i * 2654435761u >> 11 ^ i >> 5);
    return image;
}
