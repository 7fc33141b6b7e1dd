/* SPDX-License-Identifier: Apache-2.0 */
/* A document behind two bytes: the size of the window, and how many bytes are
 * fed at a time. What comes out must not depend on the latter. */
#include "fuzz.h"
#include "json/json.h"
#include "base/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const release_names[] = {"tag_name", "id", "draft", NULL};
static const char *const asset_names[] = {"name", "size", "digest", NULL};

static const struct rota_scan_shape release_shape = {
    .outer = release_names, .inner_key = "assets", .inner = asset_names};

/* All that was found, as one number. */
struct json_findings {
    uint32_t crc;
    int err, end;
};

static int json_note(struct json_findings *f, int kind, const void *value,
                     size_t len)
{
    MUST(kind == ROTA_JSON_FOUND || kind == ROTA_JSON_ABSENT
         || kind == ROTA_EJSON || kind == ROTA_ETOOLONG);
    f->crc = rota_bytes_crc32(f->crc, &kind, sizeof kind);
    if (kind == ROTA_JSON_FOUND)
        f->crc = rota_bytes_crc32(f->crc, value, len);
    return kind;
}

/* Each member is asked for as each type. */
static int json_object(void *ctx, const struct rota_scan_piece *o)
{
    const char *const *names = o->inner ? asset_names : release_names;
    struct json_findings *f = ctx;
    char string[24];
    uint64_t number = 0;
    bool truth = false;

    f->crc = rota_bytes_crc32(f->crc,
                              o->inner     ? "i"
                              : o->partial ? "p"
                                           : "o",
                              1);
    for (; *names; names++) {
        int kind = rota_json_string(o, *names, string, sizeof string);
        MUST(memchr(string, '\0', sizeof string));
        json_note(f, kind, string, strlen(string));
        kind = rota_json_uint(o, *names, UINT32_MAX, &number);
        if (json_note(f, kind, &number, sizeof number) == ROTA_JSON_FOUND)
            MUST(number <= UINT32_MAX);
        kind = rota_json_bool(o, *names, &truth);
        json_note(f, kind, truth ? "t" : "f", 1);
    }
    return o->inner && number == 13 ? ROTA_EFIELD : ROTA_OK;
}

static struct json_findings json_read(const uint8_t *data, size_t size,
                                      size_t window_size, size_t step)
{
    struct json_findings f = {0};
    struct rota_scan j;
    char *window = malloc(window_size);

    MUST(window);
    rota_scan_init(&j, &release_shape, window, window_size, json_object, &f);
    for (size_t off = 0; off < size && !f.err; off += step) {
        size_t len = size - off < step ? size - off : step;
        f.err = rota_scan_feed(&j, data + off, len);
    }
    f.end = rota_scan_end(&j);
    MUST(f.err == ROTA_OK || f.end == ROTA_EJSON);
    free(window);
    return f;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    size_t window_size = 4u * data[0] + 1, step = data[1] + 1u;
    struct json_findings a = json_read(data + 2, size - 2, window_size, size);
    struct json_findings b = json_read(data + 2, size - 2, window_size, step);
    MUST(a.crc == b.crc && a.err == b.err && a.end == b.end);
    return 0;
}
