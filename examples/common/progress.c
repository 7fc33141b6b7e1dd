/* SPDX-License-Identifier: Apache-2.0 */
#include "progress.h"

#include <stdio.h>
#include <string.h>

#include "emit.h"

enum { BAR_MS = 100, SAMPLE_MS = 500, WIDTH = 24 };

/* Three parts old, one part new: steady enough to read, and a change shows
 * within seconds. */
static void sample(struct rota_progress *p, uint64_t now_ms, uint32_t done)
{
    uint64_t ms = now_ms - p->sample_ms;
    uint64_t rate;

    if (!p->begun || done < p->sample) {
        p->sample_ms = now_ms;
        p->sample = done;
        p->begun = true;
        return;
    }
    if (ms < SAMPLE_MS)
        return;
    rate = (uint64_t)(done - p->sample) * 1000 / ms;
    if (p->rate)
        rate = ((uint64_t)p->rate * 3 + rate) / 4;
    p->rate = rate > UINT32_MAX ? UINT32_MAX : (uint32_t)rate;
    p->sample_ms = now_ms;
    p->sample = done;
}

/* "5.6 of 12.4 MB, 1.2 MB/s, 6 s left", the last two once they are known. */
static size_t figures(const struct rota_progress *p, uint32_t done,
                      uint32_t total, char *out, size_t size)
{
    char a[ROTA_EMIT_SIZE], b[ROTA_EMIT_SIZE];
    int len = snprintf(out, size, "%s of %s", rota_emit_size(a, done),
                       rota_emit_size(b, total));

    if (p->rate && done < total && len > 0 && (size_t)len < size)
        len += snprintf(out + len, size - (size_t)len, ", %s/s, %s left",
                        rota_emit_size(a, p->rate),
                        rota_emit_span(b, (total - done) / p->rate + 1));
    return (size_t)len;
}

static void draw_bar(const struct rota_progress *p, uint32_t done,
                     uint32_t total, char *out, size_t size)
{
    int full = (int)((uint64_t)done * WIDTH / total);
    char bar[WIDTH + 1], text[128];

    memset(bar, '#', WIDTH);
    memset(bar + full, '.', (size_t)(WIDTH - full));
    bar[WIDTH] = '\0';
    figures(p, done, total, text, sizeof(text));
    snprintf(out, size, "%3u%% [%s] %s",
             (unsigned)((uint64_t)done * 100 / total), bar, text);
}

bool rota_progress_at(struct rota_progress *p, uint64_t now_ms, uint32_t done,
                      uint32_t total, bool bar, char *out, size_t size)
{
    uint32_t tenths;
    char text[128];

    if (!total || done > total)
        return false;
    sample(p, now_ms, done);
    if (bar) {
        if (p->shown_ms && now_ms - p->shown_ms < BAR_MS && done < total)
            return false;
        p->shown_ms = now_ms;
        draw_bar(p, done, total, out, size);
        return true;
    }
    tenths = (uint32_t)((uint64_t)done * 10 / total);
    if (tenths <= p->tenths)
        return false;
    p->tenths = tenths;
    figures(p, done, total, text, sizeof(text));
    snprintf(out, size, "%u%%: %s", (unsigned)((uint64_t)done * 100 / total),
             text);
    return true;
}
