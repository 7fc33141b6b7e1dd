/* SPDX-License-Identifier: Apache-2.0 */
/* api: any other request. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "commands/commands.h"
#include "transport/endpoints.h"
#include "words/files.h"
#include "commands/remote.h"
#include "base/text.h"

enum { INPUT_MAX = 1 << 20 };

static struct rota_api api;
static const char *input;

static bool is_method(const char *m)
{
    size_t n = strlen(m);

    for (size_t i = 0; i < n; i++)
        if (!isupper((unsigned char)m[i]))
            return false;
    return n >= 3 && n <= 7;
}

/* {repo} stands for OWNER/NAME. */
static bool fill_in(const char *path, char *out, size_t size)
{
    static const char word[] = "{repo}";
    const char *at = strstr(path, word);
    struct rota_text t;

    rota_text_init(&t, out, size);
    rota_text_add_n(&t, path, at ? (size_t)(at - path) : strlen(path));
    if (at) {
        rota_text_add(&t, api.repo);
        rota_text_add(&t, at + strlen(word));
    }
    return !t.full;
}

static int read_input(const struct rota_say *s, struct rota_heap *json)
{
    static char buf[INPUT_MAX];
    size_t len;
    int code = rota_files_read(s, input, buf, sizeof(buf), &len);

    if (!code)
        rota_heap_add(json, buf, len);
    return code;
}

/* What the server says goes out as it is, an error too. */
static int ask(const struct rota_say *s, const char *method, const char *path)
{
    struct rota_heap json = {0};
    char full[1024];
    int code = input ? read_input(s, &json) : 0;
    bool good;

    if (code)
        return code;
    if (!fill_in(path, full, sizeof(full)))
        return rota_say_failure(s, ROTA_EXIT_USAGE, "usage",
                                "PATH is too long");
    good = rota_any_endpoint(&api, method, full, input ? &json : NULL);
    rota_heap_free(&json);
    if (!api.err && api.text.len) {
        fwrite(api.text.p, 1, api.text.len, s->out);
        fputc('\n', s->out);
    }
    return good ? 0 : rota_api_explain(&api, full);
}

static int run(const struct rota_say *s, const struct rota_words *words)
{
    int code;

    if (words->count != 2 || !is_method(words->word[0])
        || words->word[1][0] != '/')
        return rota_say_failure(s, ROTA_EXIT_USAGE, "usage",
                                "api takes a METHOD, such as GET, and a PATH "
                                "that begins with '/'");
    code = rota_remote_open(s, &api);
    if (!code)
        code = ask(s, words->word[0], words->word[1]);
    rota_remote_close(&api);
    return code;
}

static const struct rota_arg options[] = {
    {"--input", "FILE", "JSON to send with it", rota_arg_text, &input},
    ROTA_REMOTE_OPTIONS,
    {.name = NULL},
};

const struct rota_publish_command rota_publish_api = {
    .name = "api",
    .usage = "[options] METHOD PATH",
    .about = "send any request, print the reply",
    .more = "PATH is below the API's address; {repo} in it stands for "
            "OWNER/NAME:\n\n    rota-publish api GET "
            "'/repos/{repo}/releases?per_page=1'\n\nLimits, redirects and the "
            "token are seen to as for all other commands.\n",
    .options = options,
    .run = run,
};
