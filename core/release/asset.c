/* SPDX-License-Identifier: Apache-2.0 */
#include "release/asset.h"

#include <string.h>

#include "base/config.h"

/* What a pattern wants next: a byte, or one of these. */
enum { END = 0, ONE = 256, ANY };

/* What may stand in a pattern for the text at the same place in texts. */
static const char *const braces[] = {"{version}", "{tag}", "{board}"};
enum { BRACES = sizeof braces / sizeof *braces };

struct pattern {
    const char *texts[BRACES];
};

/* A place in a pattern: within the text that a brace stands for, or, when
 * that is used up, where the pattern goes on. */
struct place {
    const char *inserted, *rest;
};

/* When a brace that stands for something is at *s: its text, and *s after
 * it. Otherwise NULL. */
static const char *asset_insert(const struct pattern *p, const char **s)
{
    for (int i = 0; i < BRACES; i++) {
        size_t len = strlen(braces[i]);
        if (strncmp(*s, braces[i], len) == 0) {
            *s += len;
            return p->texts[i];
        }
    }
    return NULL;
}

/* What is wanted at at, which goes on to the next. */
static int asset_take(const struct pattern *p, struct place *at)
{
    while (*at->inserted == '\0') {
        const char *text = asset_insert(p, &at->rest);
        if (text) {
            at->inserted = text;
            continue;
        }
        char c = *at->rest;
        if (c)
            at->rest++;
        return c == '*' ? ANY : c == '?' ? ONE : (unsigned char)c;
    }
    return (unsigned char)*at->inserted++;
}

/* Each * matches as little as possible at first. When that turns out to be
 * too little only the last * has to match more: whatever an earlier one gives
 * up, the last one can take as well. So no stack is needed. */
bool rota_asset_matches(const struct rota_config *c, const char *tag,
                        const char *version, const char *name)
{
    struct pattern p = {{version, tag, rota_config_board(c)}};
    struct place at = {"", rota_config_asset(c)}, after_star = at;
    const char *star = NULL; /* where what the last * does not match begins */

    for (;;) {
        int want = asset_take(&p, &at);
        if (want == ANY) {
            star = name;
            after_star = at;
        } else if (*name == '\0') {
            return want == END;
        } else if (want == ONE || want == (unsigned char)*name) {
            name++;
        } else if (star) {
            name = ++star;
            at = after_star;
        } else {
            return false;
        }
    }
}

bool rota_asset_needs_tag(const struct rota_config *c)
{
    return strstr(rota_config_asset(c), "{tag}")
        || strstr(rota_config_asset(c), "{version}");
}
