/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "transport/refusal.h"

#include <string.h>

#include "http/get.h"
#include "words/view.h"
#include "base/bytes.h"
#include "base/text.h"
#include "http/http.h"

enum { TEXT = 240 };

static bool parsed(const struct pub_api *a, struct rota_span *v)
{
    *v = pub_heap_span(&a->text);
    return a->text.len && !a->text.failed && pub_view_check(*v);
}

static bool member(struct rota_span v, const char *name, char *out, size_t size)
{
    struct rota_span m;

    out[0] = '\0';
    return pub_view_member(v, name, &m) && pub_heap_decode(m, out, size);
}

bool pub_refusal_has(const struct pub_api *a, const char *field,
                     const char *code)
{
    struct rota_span v, list, name, e;
    char f[32], c[32];

    if (!parsed(a, &v) || !pub_view_member(v, "errors", &list))
        return false;
    for (size_t at = 0; pub_view_next(list, &at, &name, &e);)
        if (pub_view_is_nested(e) && member(e, "field", f, sizeof(f))
            && member(e, "code", c, sizeof(c)) && strcmp(f, field) == 0
            && strcmp(c, code) == 0)
            return true;
    return false;
}

/* --- What the server says ------------------------------------------------ */

/* "name already_exists" or, of custom errors, their message. An error may be
 * a text by itself. */
static void add_error(struct rota_text *t, struct rota_span e)
{
    char message[TEXT], field[32], code[32];

    if (pub_view_is_text(e)) {
        if (pub_heap_decode(e, message, sizeof(message)))
            rota_text_add(t, message);
        return;
    }
    if (member(e, "message", message, sizeof(message))) {
        rota_text_add(t, message);
        return;
    }
    (void)member(e, "field", field, sizeof(field));
    (void)member(e, "code", code, sizeof(code));
    rota_text_add(t, field);
    rota_text_add(t, field[0] ? " " : "");
    rota_text_add(t, code);
}

static void server_text(const struct pub_api *a, char out[TEXT])
{
    struct rota_span v, list, name, e;
    struct rota_text t;
    char message[TEXT];

    rota_text_init(&t, out, TEXT);
    if (!parsed(a, &v))
        return;
    if (member(v, "message", message, sizeof(message)))
        rota_text_add(&t, message);
    if (!pub_view_member(v, "errors", &list) || !pub_view_is_nested(list))
        return;
    for (size_t at = 0, n = 0; pub_view_next(list, &at, &name, &e); n++) {
        rota_text_add(&t, n || t.len ? (n ? ", " : ": ") : "");
        add_error(&t, e);
    }
}

/* --- What to do ---------------------------------------------------------- */

/* By what the service says, since its status alone does not tell. */
static const char *hint_by_text(const char *text)
{
    static const struct {
        const char *part, *hint;
    } table[] = {
        {"secondary rate limit", "run the same command again in a few "
                                 "minutes"},
        {"immutable release", "what is published there cannot change any more: "
                              "release again under another tag"},
        {"1000 assets", "put several files into one archive"},
        {"2147483648", "a file of a release may have 2 GiB at most"},
        {"body is too long", "shorten the notes"},
        {"tag_name already_exists", "a release has that tag already"},
        {"name already_exists", "an asset has that name already; --replace "
                                "puts another in its place"},
        {"target_commitish", "--target must be a branch or commit of the "
                             "repository"},
        {"valid tag", "does --target name a branch or commit that is there?"},
        {"X-GitHub-Api-Version", "try --api-version none"},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (strstr(text, table[i].part))
            return table[i].hint;
    return NULL;
}

static const char *hint_by_status(const struct pub_api *a, int status)
{
    switch (status) {
    case 401: return "is the token right, and has it not expired?";
    case 403: return "the token needs the right \"Contents: write\" there";
    case 404: return "is --repo right, and may the token see it?";
    case 409: return "somebody else may be at work on it: try again";
    case 413: return "a file of a release may have 2 GiB at most";
    case 429: return "wait, or use another token";
    case 451: return "the service has blocked the repository";
    }
    if (rota_http_error(&a->answer.reply) == ROTA_ELIMIT)
        return "wait, or use another token";
    return status >= 500 ? "try again: what is there already is kept" : NULL;
}

static const char *hint(const struct pub_api *a, int status, const char *text)
{
    const char *by_text = hint_by_text(text);

    if (!a->token[0] && (status == 401 || status == 403 || status == 404))
        return "there is no token: set GITHUB_TOKEN or --token-file";
    if (status == 403 && rota_http_error(&a->answer.reply) == ROTA_ELIMIT)
        return "wait, or use another token";
    return by_text ? by_text : hint_by_status(a, status);
}

static int code_of(const struct pub_api *a, int status)
{
    int err = rota_http_error(&a->answer.reply);

    if (status == 409 || status == 413 || status == 422)
        return PUB_EXIT_CONFLICT;
    return err ? (int)rota_exit_code(err) : PUB_EXIT_INPUT;
}

static int explain_error(const struct pub_api *a, const char *what)
{
    bool lookup = a->err == ROTA_EDNS || a->err == ROTA_ECONNECT;
    const char *more = lookup ? rota_net_bsd_why(&a->link.bsd)
                     : a->err == ROTA_EREDIRECT
                         ? "--asset-hosts says where reads may lead; writes "
                           "stay with the service"
                         : rota_exit_hint(a->err);

    return pub_say_failure(a->say, (int)rota_exit_code(a->err), what, "%s%s%s",
                           rota_err_text(a->err), more ? ": " : "",
                           more ? more : "");
}

int pub_refusal_explain(const struct pub_api *a, const char *what)
{
    int status = pub_api_status(a);
    char text[TEXT];
    const char *more;

    if (a->err)
        return explain_error(a, what);
    server_text(a, text);
    more = hint(a, status, text);
    return pub_say_failure(a->say, code_of(a, status), what, "HTTP %d%s%s%s%s",
                           status, text[0] ? " " : "", text, more ? "; " : "",
                           more ? more : "");
}
