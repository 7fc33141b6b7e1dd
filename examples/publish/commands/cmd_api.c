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
#include "transport/refusal.h"

enum { INPUT_MAX = 1 << 20 };

struct request {
    const struct pub_say *say;
    struct pub_remote_options remote;
    struct pub_api api;
    const char *input;   /* its file */
    char buf[INPUT_MAX]; /* and what is in it */
};

#define FIELD(name) offsetof(struct request, name)

static bool is_method(const char *m)
{
    size_t n = strlen(m);

    for (size_t i = 0; i < n; i++)
        if (!isupper((unsigned char)m[i]))
            return false;
    return n >= 3 && n <= 7;
}

/* {repo} stands for OWNER/NAME. */
static bool fill_in(struct request *cmd, const char *path, char *out,
                    size_t size)
{
    static const char word[] = "{repo}";
    const char *at = strstr(path, word);
    struct rota_text t;

    rota_text_init(&t, out, size);
    rota_text_add_n(&t, path, at ? (size_t)(at - path) : strlen(path));
    if (at) {
        rota_text_add(&t, cmd->api.repo);
        rota_text_add(&t, at + strlen(word));
    }
    return !t.full;
}

static int read_input(struct request *cmd, struct pub_heap *json)
{
    size_t len;
    int code = pub_files_read(cmd->say, cmd->input, cmd->buf, INPUT_MAX, &len);

    if (!code)
        pub_heap_add(json, cmd->buf, len);
    return code;
}

/* What the server says goes out as it is, an error too. */
static int ask(struct request *cmd, const char *method, const char *path)
{
    struct pub_heap json = {0};
    char full[1024];
    int code = cmd->input ? read_input(cmd, &json) : 0;
    bool good;

    if (code)
        return code;
    if (!fill_in(cmd, path, full, sizeof(full)))
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage",
                               "PATH is too long");
    good = pub_any_endpoint(&cmd->api, method, full, cmd->input ? &json : NULL);
    pub_heap_free(&json);
    if (!cmd->api.err && cmd->api.text.len) {
        fwrite(cmd->api.text.p, 1, cmd->api.text.len, cmd->say->out);
        fputc('\n', cmd->say->out);
    }
    return good ? 0 : pub_refusal_explain(&cmd->api, full);
}

static int run(void *context, const struct pub_say *s,
               const struct pub_words *words)
{
    struct request *cmd = context;
    int code;

    cmd->say = s;
    if (words->count != 2 || !is_method(words->word[0])
        || words->word[1][0] != '/')
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage",
                               "api takes a METHOD, such as GET, and a PATH "
                               "that begins with '/'");
    code = pub_remote_open(cmd->say, &cmd->remote, &cmd->api);
    if (!code)
        code = ask(cmd, words->word[0], words->word[1]);
    pub_remote_close(&cmd->api);
    return code;
}

static const struct pub_arg options[] = {
    {"--input", "FILE", "JSON to send with it", pub_arg_text, FIELD(input)},
    PUB_REMOTE_OPTIONS(struct request),
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
    .size = sizeof(struct request),
    .run = run,
};
