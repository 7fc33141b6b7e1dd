/* SPDX-License-Identifier: Apache-2.0 */
#include "support/manifest_text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define SHA "abababababababababababababababababababababababababababababababab"
#define IMAGE                                                                  \
    "{\"id\":0,\"name\":\"app.bin\",\"format\":\"raw\",\"size\":65536,"        \
    "\"sha256\":\"" SHA "\"}"

static const char *const members[][2] = {
    {"project", "\"acme/app\""}, {"board", "\"m3\""}, {"seq", "42"},
    {"version", "\"1.3.0\""},    {"security", "7"},   {"images", "[" IMAGE "]"},
};
#define MEMBERS (sizeof members / sizeof *members)

static char text[8192];
static size_t len;

static void add(const char *name, const char *value)
{
    if (*value)
        len += (size_t)snprintf(text + len, sizeof text - len, ",\"%s\":%s",
                                name, value);
}

static bool is_member(const char *name)
{
    for (size_t i = 0; i < MEMBERS; i++)
        if (strcmp(members[i][0], name) == 0)
            return true;
    return false;
}

const char *manifest_text(const char *const *changes)
{
    len = (size_t)snprintf(text, sizeof text, "{\"rota\":1");
    for (size_t i = 0; i < MEMBERS; i++) {
        const char *value = members[i][1];
        for (const char *const *c = changes; *c; c += 2)
            if (strcmp(*c, members[i][0]) == 0)
                value = c[1];
        add(members[i][0], value);
    }
    for (; *changes; changes += 2)
        if (!is_member(*changes))
            add(changes[0], changes[1]);
    snprintf(text + len, sizeof text - len, "}\n");
    return text;
}

const char *manifest_image(int id, const char *name, unsigned long size,
                           char sha256_digit)
{
    static char image[5][512];
    static int next;
    char sha[65];

    memset(sha, sha256_digit, 64);
    sha[64] = '\0';
    next = (next + 1) % 5;
    snprintf(image[next], sizeof *image,
             "{\"id\":%d,\"name\":\"%s\",\"format\":\"raw\",\"size\":%lu,"
             "\"sha256\":\"%s\"}",
             id, name, size, sha);
    return image[next];
}
