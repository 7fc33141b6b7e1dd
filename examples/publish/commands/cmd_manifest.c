/* SPDX-License-Identifier: Apache-2.0 */
/* manifest: the bytes that are to be signed. */
#include <ctype.h>
#include <string.h>

#include "signing/asdevice.h"
#include "commands/commands.h"
#include "signing/draft.h"
#include "emit.h"
#include "words/files.h"
#include "base/bytes.h"
#include "base/text.h"
#include "words/view.h"
#include "words/when.h"

struct manifest {
    const struct pub_say *say;
    struct pub_draft draft;
    struct pub_asdevice device;
    const char *out;
    struct pub_when issued, expires;
};

#define FIELD(name) offsetof(struct manifest, name)

/* --- Values -------------------------------------------------------------- */

/* MIN-MAX, or one revision alone. */
static const char *set_hw(void *field, const char *value)
{
    struct pub_number *hw = field;
    size_t len = strcspn(value, "-");
    const char *max = value[len] ? value + len + 1 : value;
    uint64_t low, high;

    if (!rota_text_decimal(value, len, UINT32_MAX, &low)
        || !rota_text_decimal(max, strlen(max), UINT32_MAX, &high))
        return "revisions of the hardware, such as 2-4 or 3";
    hw[0] = (struct pub_number){(uint32_t)low, true};
    hw[1] = (struct pub_number){(uint32_t)high, true};
    return NULL;
}

/* --- Images -------------------------------------------------------------- */

/* ID=FILE, or FILE for image 0. */
static const char *split(const char *word, uint32_t *id)
{
    size_t len = strspn(word, "0123456789");
    uint64_t v = 0;

    *id = 0;
    if (!len || word[len] != '=')
        return word;
    *id = rota_text_decimal(word, len, ROTA_IMAGES_MAX - 1, &v)
            ? (uint32_t)v
            : ROTA_IMAGES_MAX;
    return word + len + 1;
}

static int add_image(struct manifest *cmd, const char *word)
{
    struct pub_draft_image *i = &cmd->draft.image[cmd->draft.images];
    uint32_t id;
    const char *path = split(word, &id);

    if (cmd->draft.images == ROTA_IMAGES_MAX || id == ROTA_IMAGES_MAX)
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage",
                               "'%.60s': there are no more than %d images, "
                               "from 0 on",
                               word, ROTA_IMAGES_MAX);
    i->id = (uint8_t)id;
    i->name = pub_files_name(path);
    cmd->draft.images++;
    return pub_files_hash(cmd->say, path, &i->size, i->sha256);
}

/* --- Putting it together ------------------------------------------------- */

static int set_times(struct manifest *cmd)
{
    int code =
        cmd->issued.given ? 0 : pub_when_now(cmd->say, &cmd->issued.value);

    cmd->draft.issued = cmd->issued.value;
    if (cmd->expires.given)
        cmd->draft.expires =
            cmd->expires.value + (cmd->expires.span ? cmd->draft.issued : 0);
    return code;
}

static void show(struct manifest *cmd, size_t len)
{
    char when[ROTA_EMIT_SIZE];

    if (cmd->say->json) {
        rota_emit_begin(cmd->say->out, "manifest");
        rota_emit_text(cmd->say->out, "file", cmd->out);
        rota_emit_number(cmd->say->out, "bytes", len);
        rota_emit_text(cmd->say->out, "version", cmd->draft.version);
        rota_emit_number(cmd->say->out, "seq", cmd->draft.seq.value);
        rota_emit_end(cmd->say->out);
        return;
    }
    pub_say_line(cmd->say,
                 "%s: version %s for %s, number %u, %zu bytes to sign",
                 cmd->out, cmd->draft.version, cmd->draft.board,
                 cmd->draft.seq.value, len);
    if (cmd->draft.expires)
        pub_say_line(cmd->say, "no device takes it after %s",
                     rota_emit_time(when, cmd->draft.expires));
}

static int write(struct manifest *cmd)
{
    char text[PUB_ENVELOPE_TEXT_MAX + 1];
    const char *why;
    size_t len;
    int code;

    if (!pub_draft_write(&cmd->draft, text, &len))
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "manifest",
                               "would be longer than the %d bytes that leave "
                               "room for signatures; shorten the notes",
                               PUB_ENVELOPE_TEXT_MAX);
    why = pub_asdevice_parse(&cmd->device, text, len);
    if (!why && !pub_view_check((struct rota_span){(uint8_t *)text, len}))
        why = "--notes is no UTF-8";
    if (why)
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "manifest",
                               "no device would take it: %s", why);
    code = pub_files_write(cmd->say, cmd->out, text, len);
    if (!code && cmd->out)
        show(cmd, len);
    return code;
}

static int run(void *context, const struct pub_say *s,
               const struct pub_words *words)
{
    struct manifest *cmd = context;
    const char *why;
    int code;

    cmd->say = s;
    code = set_times(cmd);
    if (!code && cmd->say->json && !cmd->out)
        code = pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage",
                               "--json needs -o: the manifest would go to "
                               "stdout as well");
    for (size_t i = 0; i < words->count && !code; i++)
        code = add_image(cmd, words->word[i]);
    if (code)
        return code;
    why = pub_draft_check(&cmd->draft);
    if (why)
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "manifest", "%s",
                               why);
    return write(cmd);
}

static const struct pub_arg options[] = {
    {"--project", "OWNER/NAME", "whose devices it is for; required",
     pub_arg_text, FIELD(draft.project)},
    {"--board", "BOARD", "which of them; required", pub_arg_text,
     FIELD(draft.board)},
    {"--version", "VERSION", "of the images, SemVer; required", pub_arg_text,
     FIELD(draft.version)},
    {"--seq", "N", "one more than the last manifest's; required",
     pub_arg_number, FIELD(draft.seq)},
    {"--security", "N", "raised when older images must never come back",
     pub_arg_number, FIELD(draft.security)},
    {"--hw", "MIN-MAX", "revisions of the hardware it is for", set_hw,
     FIELD(draft.hw)},
    {"--min-version", "VERSION", "the oldest that can be updated from",
     pub_arg_text, FIELD(draft.min_version)},
    {"--expires", "TIME", "90d, or a date, after which none takes it",
     pub_arg_date_or_span, FIELD(expires)},
    {"--issued", "DATE", "default SOURCE_DATE_EPOCH, or now", pub_arg_date,
     FIELD(issued)},
    {"--rollout", "PERCENT", "of the devices that may have it", pub_arg_percent,
     FIELD(draft.percent)},
    {"--salt", "TEXT", "which of the devices; default the version",
     pub_arg_text, FIELD(draft.salt)},
    {"--revoke", "ID", "of a key not to be trusted; repeat", pub_arg_list,
     FIELD(draft.revoke)},
    {"--notes", "TEXT", "for people; devices do not look at it", pub_arg_text,
     FIELD(draft.notes)},
    {"-o", "FILE", "default stdout", pub_arg_text, FIELD(out)},
    {.name = NULL},
};

const struct pub_command pub_cmd_manifest = {
    .name = "manifest",
    .usage = "[options] IMAGE [ID=IMAGE]...",
    .about = "write the bytes that are to be signed",
    .more = "Hashes the images and writes what devices must know of the "
            "release. An image's\nasset will have the name of its file. With "
            "several, ID (1, 2, ...) says which\nslot of the device it is for; "
            "without, it is 0. The same input gives the same\nbytes, with the "
            "same --issued.\n",
    .options = options,
    .size = sizeof(struct manifest),
    .run = run,
};
