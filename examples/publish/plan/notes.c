/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/notes.h"

#include <stdlib.h>
#include <string.h>

#include "words/files.h"
#include "words/view.h"
#include "base/bytes.h"
#include "transport/refusal.h"

static size_t characters(const struct pub_heap *h)
{
    size_t n = 0;

    for (size_t i = 0; i < h->len; i++)
        n += ((unsigned char)h->p[i] & 0xc0) != 0x80;
    return n;
}

static int read_file(struct pub_api *a, const char *file, struct pub_heap *out)
{
    size_t size = 4 * (PUB_NOTES_MAX + 1), len; /* of UTF-8, at the most */
    char *buf = malloc(size);
    int code;

    if (!buf)
        return pub_say_failure(a->say, PUB_EXIT_FILE, file, "no memory left");
    code = pub_files_read(a->say, file, buf, size, &len);
    if (!code)
        pub_heap_add(out, buf, len);
    free(buf);
    return code;
}

static int generate_for(struct pub_api *a, const char *tag, const char *target,
                        struct pub_heap *out)
{
    struct pub_heap json = {0};
    struct rota_span v, body;
    char *text;
    bool good;

    pub_heap_text(&json, "tag_name", tag);
    pub_heap_text(&json, "target_commitish", target);
    good = pub_heap_end(&json) && pub_generate_notes(a, &json);
    pub_heap_free(&json);
    if (!good)
        return pub_refusal_explain(a, "notes");
    v = pub_heap_span(&a->text);
    text = malloc(v.len + 1);
    good = text && pub_view_check(v) && pub_view_member(v, "body", &body)
        && pub_heap_decode(body, text, v.len + 1);
    if (good)
        pub_heap_put(out, out->len ? "\n\n" : "");
    if (good)
        pub_heap_put(out, text);
    free(text);
    return good ? 0
                : pub_say_failure(a->say, PUB_EXIT_INPUT, "notes",
                                  "the service sent none");
}

int pub_notes_make(struct pub_api *a, const char *file, bool generate,
                   const char *tag, const char *target, struct pub_heap *out)
{
    struct pub_heap json = {0};
    int code = file ? read_file(a, file, out) : 0;
    bool good;

    if (!code && generate)
        code = generate_for(a, tag, target, out);
    if (code)
        return code;
    pub_heap_text_n(&json, "body", out->p ? out->p : "", out->len);
    good = pub_heap_end(&json);
    pub_heap_free(&json);
    if (!good)
        return pub_say_failure(a->say, PUB_EXIT_INPUT, "notes",
                               "are not UTF-8");
    if (characters(out) > PUB_NOTES_MAX)
        return pub_say_failure(a->say, PUB_EXIT_INPUT, "notes",
                               "have more than the %d characters that the "
                               "service takes",
                               PUB_NOTES_MAX);
    return 0;
}
