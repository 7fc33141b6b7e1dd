/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/notes.h"

#include <stdlib.h>
#include <string.h>

#include "words/files.h"
#include "words/view.h"
#include "base/bytes.h"

static size_t characters(const struct rota_heap *h)
{
    size_t n = 0;

    for (size_t i = 0; i < h->len; i++)
        n += ((unsigned char)h->p[i] & 0xc0) != 0x80;
    return n;
}

static int read_file(struct rota_api *a, const char *file,
                     struct rota_heap *out)
{
    size_t size = 4 * (ROTA_NOTES_MAX + 1), len; /* of UTF-8, at the most */
    char *buf = malloc(size);
    int code;

    if (!buf)
        return rota_say_failure(a->say, ROTA_EXIT_FILE, file, "no memory left");
    code = rota_files_read(a->say, file, buf, size, &len);
    if (!code)
        rota_heap_add(out, buf, len);
    free(buf);
    return code;
}

static int generate_for(struct rota_api *a, const char *tag, const char *target,
                        struct rota_heap *out)
{
    struct rota_heap json = {0};
    struct rota_span v, body;
    char *text;
    bool good;

    rota_heap_text(&json, "tag_name", tag);
    rota_heap_text(&json, "target_commitish", target);
    good = rota_heap_end(&json) && rota_generate_notes(a, &json);
    rota_heap_free(&json);
    if (!good)
        return rota_api_explain(a, "notes");
    v = rota_heap_span(&a->text);
    text = malloc(v.len + 1);
    good = text && rota_view_check(v) && rota_view_member(v, "body", &body)
        && rota_heap_decode(body, text, v.len + 1);
    if (good)
        rota_heap_put(out, out->len ? "\n\n" : "");
    if (good)
        rota_heap_put(out, text);
    free(text);
    return good ? 0
                : rota_say_failure(a->say, ROTA_EXIT_INPUT, "notes",
                                   "the service sent none");
}

int rota_notes_make(struct rota_api *a, const char *file, bool generate,
                    const char *tag, const char *target, struct rota_heap *out)
{
    struct rota_heap json = {0};
    int code = file ? read_file(a, file, out) : 0;
    bool good;

    if (!code && generate)
        code = generate_for(a, tag, target, out);
    if (code)
        return code;
    rota_heap_text_n(&json, "body", out->p ? out->p : "", out->len);
    good = rota_heap_end(&json);
    rota_heap_free(&json);
    if (!good)
        return rota_say_failure(a->say, ROTA_EXIT_INPUT, "notes",
                                "are not UTF-8");
    if (characters(out) > ROTA_NOTES_MAX)
        return rota_say_failure(a->say, ROTA_EXIT_INPUT, "notes",
                                "have more than the %d characters that the "
                                "service takes",
                                ROTA_NOTES_MAX);
    return 0;
}
