/* SPDX-License-Identifier: Apache-2.0 */
/* inspect: what a file says of itself, true or not. */
#include "signing/asdevice.h"
#include "commands/commands.h"
#include "emit.h"
#include "signing/envelope.h"
#include "words/explain.h"
#include "words/files.h"
#include "words/view.h"

struct inspect {
    struct pub_asdevice device;
    char buf[PUB_ENVELOPE_MAX];
};

static void show_signatures(const struct pub_say *s,
                            const struct pub_envelope *e)
{
    if (!e->signatures)
        pub_say_line(s, "signature   none: this is what is to be signed");
    for (size_t i = 0; i < e->signatures; i++) {
        pub_say_line(s, "signature   said to be of key %s", e->sig[i].id);
        if (!s->json)
            continue;
        rota_emit_begin(s->out, "signature");
        rota_emit_text(s->out, "id", e->sig[i].id);
        rota_emit_bool(s->out, "verified", false);
        rota_emit_end(s->out);
    }
}

static void show(const struct pub_say *s, const struct pub_envelope *e,
                 const struct rota_manifest *m)
{
    pub_say_line(s, "NOT VERIFIED: anybody can write what follows; "
                    "\"verify\" looks at signatures");
    show_signatures(s, e);
    if (!s->json) {
        pub_explain(s, m);
        return;
    }
    rota_emit_begin(s->out, "inspect");
    rota_emit_bool(s->out, "verified", false);
    rota_emit_number(s->out, "signatures", e->signatures);
    pub_explain_members(s, m);
    rota_emit_end(s->out);
    pub_explain_objects(s, m);
}

static int run(void *context, const struct pub_say *s,
               const struct pub_words *words)
{
    struct inspect *cmd = context;
    struct pub_envelope e;
    const char *why;
    size_t len;
    int code;

    if (words->count != 1)
        return pub_say_failure(s, ROTA_EXIT_USAGE, "usage",
                               "one FILE is needed");
    code = pub_files_read(s, words->word[0], cmd->buf, sizeof(cmd->buf), &len);
    if (code)
        return code;
    why = pub_envelope_read(&e, cmd->buf, len);
    if (!why)
        why = pub_asdevice_parse(&cmd->device, e.text, e.len);
    if (why)
        return pub_say_failure(s, PUB_EXIT_INPUT, words->word[0],
                               "is no manifest that a device takes: %s", why);
    show(s, &e, &cmd->device.m);
    return ROTA_EXIT_OK;
}

static const struct pub_arg options[] = {{.name = NULL}};

const struct pub_command pub_cmd_inspect = {
    .name = "inspect",
    .usage = "[options] FILE",
    .about = "show what a manifest says, without trusting it",
    .more = "FILE is a manifest, signed or not. No signature is looked at: "
            "anybody can write\nsuch a file. \"verify\" does what a device "
            "does.\n",
    .options = options,
    .size = sizeof(struct inspect),
    .run = run,
};
