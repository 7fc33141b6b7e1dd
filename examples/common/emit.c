/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "emit.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

/* How many bytes of s are one character of UTF-8 (RFC 3629, section 4); 0
 * when they are none. */
static size_t utf8(const unsigned char *s)
{
    size_t len = s[0] < 0x80 ? 1
               : s[0] < 0xc2 ? 0
               : s[0] < 0xe0 ? 2
               : s[0] < 0xf0 ? 3
               : s[0] < 0xf5 ? 4
                             : 0;

    for (size_t i = 1; i < len; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f)
        || (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
        return 0;
    return len;
}

static void quoted(FILE *f, const char *text)
{
    const unsigned char *s = (const unsigned char *)text;

    fputc('"', f);
    while (*s) {
        size_t len = utf8(s);

        if (*s == '"' || *s == '\\')
            fprintf(f, "\\%c", *s);
        else if (*s < ' ' || *s == 0x7f)
            fprintf(f, "\\u%04x", *s);
        else if (!len)
            fputc('?', f);
        else
            fwrite(s, 1, len, f);
        s += len ? len : 1;
    }
    fputc('"', f);
}

void rota_emit_begin(FILE *f, const char *event)
{
    fputs("{\"event\":", f);
    quoted(f, event);
}

static void member(FILE *f, const char *name)
{
    fprintf(f, ",\"%s\":", name);
}

void rota_emit_text(FILE *f, const char *name, const char *value)
{
    member(f, name);
    if (value)
        quoted(f, value);
    else
        fputs("null", f);
}

void rota_emit_number(FILE *f, const char *name, uint64_t value)
{
    member(f, name);
    fprintf(f, "%" PRIu64, value);
}

void rota_emit_bool(FILE *f, const char *name, bool value)
{
    member(f, name);
    fputs(value ? "true" : "false", f);
}

void rota_emit_texts(FILE *f, const char *name, const char *const *values,
                     size_t count)
{
    member(f, name);
    fputc('[', f);
    for (size_t i = 0; i < count; i++) {
        if (i)
            fputc(',', f);
        quoted(f, values[i]);
    }
    fputc(']', f);
}

void rota_emit_end(FILE *f)
{
    fputs("}\n", f);
    fflush(f);
}

const char *rota_emit_size(char out[ROTA_EMIT_SIZE], uint64_t bytes)
{
    static const char units[][3] = {"kB", "MB", "GB"};
    double n = (double)bytes / 1000;
    size_t i = 0;

    if (bytes < 1000) {
        snprintf(out, ROTA_EMIT_SIZE, "%u bytes", (unsigned)bytes);
        return out;
    }
    while (n >= 999.95 && i < 2) {
        n /= 1000;
        i++;
    }
    snprintf(out, ROTA_EMIT_SIZE, "%.1f %s", n, units[i]);
    return out;
}

const char *rota_emit_span(char out[ROTA_EMIT_SIZE], uint64_t seconds)
{
    static const struct {
        uint64_t from, unit, rest;
        const char *form;
    } table[] = {
        {86400, 86400, 3600, "%" PRIu64 " d %" PRIu64 " h"},
        {3600, 3600, 60, "%" PRIu64 " h %" PRIu64 " min"},
        {60, 60, 1, "%" PRIu64 " min %" PRIu64 " s"},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (seconds >= table[i].from) {
            snprintf(out, ROTA_EMIT_SIZE, table[i].form,
                     seconds / table[i].unit,
                     seconds % table[i].unit / table[i].rest);
            return out;
        }
    snprintf(out, ROTA_EMIT_SIZE, "%u s", (unsigned)seconds);
    return out;
}

const char *rota_emit_time(char out[ROTA_EMIT_SIZE], uint64_t unix_time)
{
    time_t t = (time_t)unix_time;
    struct tm tm;

    if (!gmtime_r(&t, &tm)
        || !strftime(out, ROTA_EMIT_SIZE, "%Y-%m-%d %H:%M:%S UTC", &tm))
        snprintf(out, ROTA_EMIT_SIZE, "?");
    return out;
}

const char *rota_emit_plain(char *out, size_t size, const char *text)
{
    size_t i;

    for (i = 0; text[i] && i + 1 < size; i++)
        out[i] = text[i] < ' ' || text[i] > '~' ? '?' : text[i];
    out[i] = '\0';
    return out;
}
