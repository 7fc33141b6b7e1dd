/* SPDX-License-Identifier: Apache-2.0 */
#include "core/find_release.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct found found;

static void on_event(void *app, const struct rota_event *ev)
{
    (void)app;
    found.notes += ev->type == ROTA_EV_NOTE;
    snprintf(found.note, sizeof found.note, "%s", ev->text ? ev->text : "");
}

void find_configure(const char *asset)
{
    found = (struct found){.slot.size = 1u << 20};
    found.config = (struct rota_config){.version = "1.0.0",
                                        .slot = &found.slot,
                                        .asset = asset,
                                        .event = on_event};
}

int find_page(struct rota_finder *f, const char *doc, size_t len, size_t first,
              size_t step, const char *tag)
{
    char *window = malloc(FIND_WINDOW);
    struct rota_release *now = malloc(sizeof *now);
    size_t n = first;
    int err = ROTA_OK;

    memset(now, 0x5a, sizeof *now);
    rota_finder_page(f, window, FIND_WINDOW, now, tag);
    for (size_t at = 0; at < len && !err; at += n, n = step) {
        if (n > len - at)
            n = len - at;
        err = rota_finder_feed(f, doc + at, n);
    }
    if (!err)
        err = rota_finder_page_end(f);
    free(window);
    free(now);
    return err;
}

int find_by(const char *doc, size_t len, size_t first, size_t step)
{
    struct rota_finder f;

    memset(&found.best, 0, sizeof found.best);
    rota_finder_init(&f, &found.config, &found.best);
    int err = find_page(&f, doc, len, first, step, NULL);
    return err ? err : rota_finder_result(&f);
}

int find(const char *doc)
{
    return find_by(doc, strlen(doc), strlen(doc), 1);
}

static size_t vwrite(char *buf, size_t size, const char *format, va_list args)
{
    int len = vsnprintf(buf, size, format, args);

    if (len < 0 || (size_t)len >= size)
        abort();
    for (char *quote = buf; (quote = strchr(quote, '\''));)
        *quote = '"';
    return (size_t)len;
}

size_t find_write(char *buf, size_t size, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    size_t len = vwrite(buf, size, format, args);
    va_end(args);
    return len;
}

int find_json(const char *format, ...)
{
    char doc[4096];
    va_list args;

    va_start(args, format);
    vwrite(doc, sizeof doc, format, args);
    va_end(args);
    return find(doc);
}

const char *find_data(const char *name)
{
    static char buf[64 << 10];
    char path[80];

    snprintf(path, sizeof path, "tests/data/%s", name);
    FILE *in = fopen(path, "rb");
    if (!in) {
        perror(path);
        exit(1);
    }
    size_t n = fread(buf, 1, sizeof buf - 1, in);
    fclose(in);
    buf[n] = '\0';
    return buf;
}
