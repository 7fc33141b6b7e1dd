/* SPDX-License-Identifier: Apache-2.0 */
#include "words/say.h"

#include <stdarg.h>

#include "emit.h"

enum { LINE = 512 };

static void format(char out[LINE], const char *text, va_list args)
{
    vsnprintf(out, LINE, text, args);
}

int pub_say_failure(const struct pub_say *s, int code, const char *what,
                    const char *why, ...)
{
    char text[LINE], plain[LINE];
    va_list args;

    va_start(args, why);
    format(text, why, args);
    va_end(args);
    if (s->json) {
        rota_emit_begin(s->out, "failed");
        rota_emit_number(s->out, "exit", (uint64_t)code);
        rota_emit_text(s->out, "state", what);
        rota_emit_text(s->out, "text", text);
        rota_emit_end(s->out);
    }
    fprintf(s->err,
            "rota-publish: %s: ", rota_emit_plain(plain, sizeof(plain), what));
    fprintf(s->err, "%s\n", rota_emit_plain(plain, sizeof(plain), text));
    return code;
}

void pub_say_note(const struct pub_say *s, const char *text, ...)
{
    char line[LINE], plain[LINE];
    va_list args;

    va_start(args, text);
    format(line, text, args);
    va_end(args);
    fprintf(s->err, "rota-publish: note: %s\n",
            rota_emit_plain(plain, sizeof(plain), line));
}

void pub_say_line(const struct pub_say *s, const char *text, ...)
{
    char line[LINE], plain[LINE];
    va_list args;

    if (s->json)
        return;
    va_start(args, text);
    format(line, text, args);
    va_end(args);
    fprintf(s->out, "%s\n", rota_emit_plain(plain, sizeof(plain), line));
}
