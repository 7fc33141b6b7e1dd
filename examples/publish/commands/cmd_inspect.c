/* SPDX-License-Identifier: Apache-2.0 */
/* inspect: what a file says of itself, true or not. */
#include "signing/asdevice.h"
#include "commands/commands.h"
#include "emit.h"
#include "signing/envelope.h"
#include "words/explain.h"
#include "words/files.h"
#include "words/view.h"

static void show_signatures(const struct rota_say *s,
                            const struct rota_envelope *e)
{
    if (!e->signatures)
        rota_say_line(s, "signature   none: this is what is to be signed");
    for (size_t i = 0; i < e->signatures; i++) {
        rota_say_line(s, "signature   said to be of key %s", e->sig[i].id);
        if (!s->json)
            continue;
        rota_emit_begin(s->out, "signature");
        rota_emit_text(s->out, "id", e->sig[i].id);
        rota_emit_bool(s->out, "verified", false);
        rota_emit_end(s->out);
    }
}

static void show(const struct rota_say *s, const struct rota_envelope *e,
                 const struct rota_manifest *m)
{
    rota_say_line(s, "NOT VERIFIED: anybody can write what follows; "
                     "\"verify\" looks at signatures");
    show_signatures(s, e);
    if (!s->json) {
        rota_explain(s, m);
        return;
    }
    rota_emit_begin(s->out, "inspect");
    rota_emit_bool(s->out, "verified", false);
    rota_emit_number(s->out, "signatures", e->signatures);
    rota_explain_members(s, m);
    rota_emit_end(s->out);
    rota_explain_objects(s, m);
}

static int run(const struct rota_say *s, const struct rota_words *words)
{
    static struct rota_asdevice device;
    static char buf[ROTA_ENVELOPE_MAX];
    struct rota_envelope e;
    const char *why;
    size_t len;
    int code;

    if (words->count != 1)
        return rota_say_failure(s, ROTA_EXIT_USAGE, "usage",
                                "one FILE is needed");
    code = rota_files_read(s, words->word[0], buf, sizeof(buf), &len);
    if (code)
        return code;
    why = rota_envelope_read(&e, buf, len);
    if (!why)
        why = rota_asdevice_parse(&device, e.text, e.len);
    if (why)
        return rota_say_failure(s, ROTA_EXIT_INPUT, words->word[0],
                                "is no manifest that a device takes: %s", why);
    show(s, &e, &device.m);
    return ROTA_EXIT_OK;
}

static const struct rota_arg options[] = {{.name = NULL}};

const struct rota_publish_command rota_publish_inspect = {
    .name = "inspect",
    .usage = "[options] FILE",
    .about = "show what a manifest says, without trusting it",
    .more = "FILE is a manifest, signed or not. No signature is looked at: "
            "anybody can write\nsuch a file. \"verify\" does what a device "
            "does.\n",
    .options = options,
    .run = run,
};
