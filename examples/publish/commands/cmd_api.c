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

static struct pub_api api;
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

static int read_input(const struct pub_say *s, struct pub_heap *json)
{
    static char buf[INPUT_MAX];
    size_t len;
    int code = pub_files_read(s, input, buf, sizeof(buf), &len);

    if (!code)
        pub_heap_add(json, buf, len);
    return code;
}

/* What the server says goes out as it is, an error too. */
static int ask(const struct pub_say *s, const char *method, const char *path)
{
    struct pub_heap json = {0};
    char full[1024];
    int code = input ? read_input(s, &json) : 0;
    bool good;

    if (code)
        return code;
    if (!fill_in(path, full, sizeof(full)))
        return pub_say_failure(s, ROTA_EXIT_USAGE, "usage", "PATH is too long");
    good = pub_any_endpoint(&api, method, full, input ? &json : NULL);
    pub_heap_free(&json);
    if (!api.err && api.text.len) {
        fwrite(api.text.p, 1, api.text.len, s->out);
        fputc('\n', s->out);
    }
    return good ? 0 : pub_api_explain(&api, full);
}

static int run(const struct pub_say *s, const struct pub_words *words)
{
    int code;

    if (words->count != 2 || !is_method(words->word[0])
        || words->word[1][0] != '/')
        return pub_say_failure(s, ROTA_EXIT_USAGE, "usage",
                               "api takes a METHOD, such as GET, and a PATH "
                               "that begins with '/'");
    code = pub_remote_open(s, &api);
    if (!code)
        code = ask(s, words->word[0], words->word[1]);
    pub_remote_close(&api);
    return code;
}

static const struct pub_arg options[] = {
    {"--input", "FILE", "JSON to send with it", pub_arg_text, &input},
    PUB_REMOTE_OPTIONS,
    {.name = NULL},
};

const struct pub_command pub_cmd_api = {
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
