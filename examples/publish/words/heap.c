/* SPDX-License-Identifier: Apache-2.0 */
#include "words/heap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words/view.h"
#include "base/bytes.h"
#include "base/text.h"

#define MAX_DEFAULT ((size_t)64 << 20)
#define SIZE_FIRST 4096u

static bool grow(struct pub_heap *h, size_t need)
{
    size_t max = h->max ? h->max : MAX_DEFAULT;
    size_t size = h->size ? h->size : SIZE_FIRST;
    char *p;

    if (need > max)
        return false;
    while (size < need)
        size *= 2;
    if (size == h->size)
        return true;
    p = realloc(h->p, size);
    if (!p)
        return false;
    h->p = p;
    h->size = size;
    return true;
}

void pub_heap_add(struct pub_heap *h, const void *p, size_t len)
{
    h->failed = h->failed || len > SIZE_MAX / 4 || !grow(h, h->len + len + 1);
    if (h->failed)
        return;
    memcpy(h->p + h->len, p, len);
    h->len += len;
    h->p[h->len] = '\0';
}

void pub_heap_put(struct pub_heap *h, const char *text)
{
    pub_heap_add(h, text, strlen(text));
}

void pub_heap_empty(struct pub_heap *h)
{
    h->len = 0;
    h->failed = false;
}

void pub_heap_free(struct pub_heap *h)
{
    free(h->p);
    *h = (struct pub_heap){.max = h->max};
}

struct rota_span pub_heap_span(const struct pub_heap *h)
{
    return (struct rota_span){(const uint8_t *)h->p, h->len};
}

/* --- Writing JSON -------------------------------------------------------- */

static void quoted(struct pub_heap *h, const char *s, size_t len)
{
    char escape[8];

    pub_heap_put(h, "\"");
    for (size_t i = 0, from = 0; i <= len; i++) {
        unsigned char c = i < len ? (unsigned char)s[i] : 0;

        if (i < len && c >= ' ' && c != '"' && c != '\\')
            continue;
        pub_heap_add(h, s + from, i - from);
        from = i + 1;
        if (i == len)
            break;
        snprintf(escape, sizeof(escape), c < ' ' ? "\\u%04x" : "\\%c", c);
        pub_heap_put(h, escape);
    }
    pub_heap_put(h, "\"");
}

static void member(struct pub_heap *h, const char *name)
{
    pub_heap_put(h, h->len ? "," : "{");
    quoted(h, name, strlen(name));
    pub_heap_put(h, ":");
}

void pub_heap_text_n(struct pub_heap *h, const char *name, const char *value,
                     size_t len)
{
    member(h, name);
    quoted(h, value, len);
}

void pub_heap_text(struct pub_heap *h, const char *name, const char *value)
{
    if (value)
        pub_heap_text_n(h, name, value, strlen(value));
}

void pub_heap_bool(struct pub_heap *h, const char *name, bool value)
{
    member(h, name);
    pub_heap_put(h, value ? "true" : "false");
}

bool pub_heap_end(struct pub_heap *h)
{
    pub_heap_put(h, h->len ? "}" : "{}");
    return !h->failed && pub_view_check(pub_heap_span(h));
}

/* --- Reading a text ------------------------------------------------------ */

static uint32_t unit(const uint8_t *digits)
{
    uint8_t b[2] = {0, 0};

    (void)rota_text_unhex((const char *)digits, 4, b, 2);
    return (uint32_t)(b[0] << 8 | b[1]);
}

static void add_utf8(struct rota_text *t, uint32_t c)
{
    static const uint8_t lead[] = {0x00, 0xc0, 0xe0, 0xf0};
    size_t more = (size_t)(c > 0x7f) + (c > 0x7ff) + (c > 0xffff);
    char b[4];

    for (size_t i = more; i > 0; i--, c >>= 6)
        b[i] = (char)(0x80 | (c & 0x3f));
    b[0] = (char)(lead[more] | c);
    rota_text_add_n(t, b, more + 1);
}

/* p is behind the \u; how many bytes of the text that took. */
static size_t add_unit(struct rota_text *t, const uint8_t *p,
                       const uint8_t *end)
{
    uint32_t c = unit(p), low;

    if (c < 0xd800 || c > 0xdfff) {
        t->full = t->full || c == 0;
        add_utf8(t, c);
        return 4;
    }
    low = end - p >= 10 && p[4] == '\\' && p[5] == 'u' ? unit(p + 6) : 0;
    if (c > 0xdbff || low < 0xdc00 || low > 0xdfff) {
        add_utf8(t, 0xfffd); /* half a pair */
        return 4;
    }
    add_utf8(t, 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
    return 10;
}

static size_t add_escape(struct rota_text *t, const uint8_t *p,
                         const uint8_t *end)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    const char *at = strchr(from, *p);

    if (*p == 'u')
        return 1 + add_unit(t, p + 1, end);
    rota_text_add_n(t, at ? to + (at - from) : (const char *)p, 1);
    return 1;
}

bool pub_heap_decode(struct rota_span v, char *out, size_t size)
{
    struct rota_text t;
    const uint8_t *p = v.p + 1, *end = v.p + v.len - 1;

    rota_text_init(&t, out, size);
    if (!pub_view_is_text(v))
        return false;
    while (p < end && !t.full)
        if (*p == '\\') {
            p += 1 + add_escape(&t, p + 1, end);
        } else {
            rota_text_add_n(&t, (const char *)p, 1);
            p++;
        }
    if (t.full)
        out[0] = '\0';
    return !t.full;
}
