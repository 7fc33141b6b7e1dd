/* SPDX-License-Identifier: Apache-2.0 */
/* verify: what a device would do with a signed manifest, and why. */
#include <string.h>
#include <time.h>

#include "signing/asdevice.h"
#include "commands/commands.h"
#include "emit.h"
#include "signing/envelope.h"
#include "words/explain.h"
#include "words/files.h"
#include "rota.h"
#include "base/text.h"
#include "words/when.h"
#include "manifest/envelope.h"
#include "manifest/judge.h"

enum { FILE_MAX = 64 << 10 };

struct verify {
    struct rota_trust trust;
    const struct pub_say *say;
    struct pub_list keys, revoked;
    const char *passphrase_file, *project, *board, *running, *device_id;
    struct pub_number threshold, hw, seq, security, slot_size;
    struct pub_when now;

    struct pub_asdevice device;
    struct pub_keys_key key[PUB_LIST_MAX]; /* of keys */
    struct rota_flash slot;
    const struct rota_flash *slots[ROTA_IMAGES_MAX];
    char own_project[ROTA_MANIFEST_MAX], own_board[ROTA_MANIFEST_MAX];
    char own_version[ROTA_TAG_MAX + 1];
    char buf[FILE_MAX];
};

#define FIELD(name) offsetof(struct verify, name)

/* --- The device ---------------------------------------------------------- */

/* What is not told of the device is as the manifest wants it. */
static const char *or_own(struct verify *cmd, const char *told,
                          struct rota_manifest_text t, char *own, size_t size)
{
    rota_manifest_text(&cmd->device.m, t, own, size);
    return told ? told : own;
}

static void set_device(struct verify *cmd, struct rota_config *c)
{
    cmd->slot.size = cmd->slot_size.given ? cmd->slot_size.value : INT32_MAX;
    c->slot = &cmd->slot;
    for (size_t i = 0; i < ROTA_IMAGES_MAX; i++)
        cmd->slots[i] = &cmd->slot;
    cmd->trust.more_slots = cmd->slots;
    cmd->trust.more_slot_count = cmd->device.m.images - 1u;
    cmd->trust.project = or_own(cmd, cmd->project, cmd->device.m.project,
                                cmd->own_project, sizeof(cmd->own_project));
    c->board = or_own(cmd, cmd->board, cmd->device.m.board, cmd->own_board,
                      sizeof(cmd->own_board));
    cmd->trust.hw = cmd->hw.given ? cmd->hw.value : cmd->device.m.hw_min;
    c->device_id = cmd->device_id;
    c->device_id_len = cmd->device_id ? strlen(cmd->device_id) : 0;
}

static int set_past(struct verify *cmd, struct rota_accepted *past)
{
    *past = (struct rota_accepted){.seq = cmd->seq.given ? cmd->seq.value
                                                         : cmd->device.m.seq,
                                   .security = cmd->security.value};
    if (cmd->revoked.count > ROTA_REVOKED_MAX)
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage",
                               "at most %d --revoked", ROTA_REVOKED_MAX);
    for (size_t i = 0; i < cmd->revoked.count; i++) {
        const char *id = cmd->revoked.item[i];

        if (!rota_text_unhex(id, strlen(id), past->revoked[i], ROTA_KEY_ID_LEN))
            return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage",
                                   "--revoked must be a key's id, not '%.40s'",
                                   id);
    }
    return ROTA_EXIT_OK;
}

/* --- Saying -------------------------------------------------------------- */

static void show_signers(struct verify *cmd)
{
    for (size_t i = 0; i < cmd->keys.count; i++) {
        bool signer = cmd->device.m.signers >> i & 1;

        pub_say_line(cmd->say, "key         %s, %s: %s", cmd->key[i].id,
                     cmd->key[i].path,
                     signer ? "has signed" : "has not signed");
        if (!cmd->say->json)
            continue;
        rota_emit_begin(cmd->say->out, "signature");
        rota_emit_text(cmd->say->out, "id", cmd->key[i].id);
        rota_emit_bool(cmd->say->out, "verified", signer);
        rota_emit_end(cmd->say->out);
    }
}

static void show(struct verify *cmd)
{
    show_signers(cmd);
    if (!cmd->say->json) {
        pub_explain(cmd->say, &cmd->device.m);
        return;
    }
    rota_emit_begin(cmd->say->out, "verify");
    rota_emit_bool(cmd->say->out, "verified", true);
    pub_explain_members(cmd->say, &cmd->device.m);
    rota_emit_end(cmd->say->out);
    pub_explain_objects(cmd->say, &cmd->device.m);
}

static int refused(struct verify *cmd, const char *file, int err)
{
    const char *why = rota_why_text(cmd->device.m.why);

    return pub_say_failure(cmd->say, (int)rota_exit_code(err), file,
                           "refused: %s%s%s", rota_err_text(err),
                           why ? ": " : "", why ? why : "");
}

/* --- Images -------------------------------------------------------------- */

static bool find_image(struct verify *cmd, const char *name,
                       struct rota_image *image)
{
    for (int i = 0; i < cmd->device.m.images; i++) {
        rota_manifest_image(&cmd->device.m, i, image);
        if (strcmp(image->name, name) == 0)
            return true;
    }
    return false;
}

static int compare(struct verify *cmd, const char *path)
{
    struct rota_image image;
    uint8_t sha256[ROTA_SHA256_LEN];
    const char *why = NULL;
    uint64_t size;
    int code = pub_files_hash(cmd->say, path, &size, sha256);

    if (code)
        return code;
    if (!find_image(cmd, pub_files_name(path), &image))
        why = "no image of the manifest has this name";
    else if (size != image.size)
        why = "has another size than the manifest says";
    else if (memcmp(sha256, image.sha256, sizeof(sha256)) != 0)
        why = "has another SHA-256 than the manifest says";
    if (why)
        return pub_say_failure(cmd->say, ROTA_EXIT_MISMATCH, path, "%s", why);
    pub_say_line(cmd->say, "%s is image %u", path, image.id);
    return ROTA_EXIT_OK;
}

/* --- The command --------------------------------------------------------- */

/* Who may have it now, and that all was well. */
static int accept(struct verify *cmd, const char *file,
                  const struct rota_config *c)
{
    bool elected;
    int err = rota_manifest_judge_elected(&cmd->device.m, c, &elected);

    if (err)
        return refused(cmd, file, err);
    if (cmd->device_id)
        pub_say_line(cmd->say, "device %s is %samong those that may have it",
                     cmd->device_id, elected ? "" : "not ");
    pub_say_line(cmd->say, "ok: a device that trusts %s would take it",
                 cmd->keys.count > 1 ? "these keys" : "this key");
    if (!cmd->say->json)
        return ROTA_EXIT_OK;
    rota_emit_begin(cmd->say->out, "accepted");
    if (cmd->device_id)
        rota_emit_bool(cmd->say->out, "elected", elected);
    rota_emit_end(cmd->say->out);
    return ROTA_EXIT_OK;
}

static int judge(struct verify *cmd, const char *file, struct rota_config *c)
{
    struct rota_accepted past;
    uint64_t now = cmd->now.given ? cmd->now.value : (uint64_t)time(NULL);
    const char *running = cmd->running;
    int code = set_past(cmd, &past), err;

    if (code)
        return code;
    set_device(cmd, c);
    if (!running)
        running = or_own(cmd, NULL, cmd->device.m.min_version, cmd->own_version,
                         sizeof(cmd->own_version));
    err = rota_manifest_judge(&cmd->device.m, c, &past, running, now);
    return err ? refused(cmd, file, err) : 0;
}

static int open_file(struct verify *cmd, const char *file,
                     const struct rota_config *c)
{
    struct rota_accepted past;
    size_t len;
    int code = set_past(cmd, &past), err;

    if (!code)
        code = pub_files_read(cmd->say, file, cmd->buf, FILE_MAX, &len);
    if (code)
        return code;
    err = rota_manifest_envelope_open(&cmd->device.m, c, &past, cmd->buf, len,
                                      cmd->device.work);
    return err ? refused(cmd, file, err) : 0;
}

static int verify(struct verify *cmd, const struct pub_words *words)
{
    struct rota_key trusted[PUB_LIST_MAX];
    struct rota_config c = {.trust = &cmd->trust};
    int code;

    cmd->trust.keys = trusted;
    cmd->trust.count = cmd->keys.count;
    cmd->trust.threshold = (uint8_t)cmd->threshold.value;
    pub_asdevice_keys(trusted, cmd->key, cmd->keys.count);
    code = open_file(cmd, words->word[0], &c);
    if (code)
        return code;
    show(cmd);
    code = judge(cmd, words->word[0], &c);
    for (size_t i = 1; i < words->count && !code; i++)
        code = compare(cmd, words->word[i]);
    return code ? code : accept(cmd, words->word[0], &c);
}

static int load_keys(struct verify *cmd)
{
    const struct pub_pass how = {.file = cmd->passphrase_file};
    int code = 0;

    for (size_t i = 0; i < cmd->keys.count && !code; i++) {
        code = pub_keys_public(cmd->say, cmd->keys.item[i], &how, &cmd->key[i]);
        for (size_t k = 0; k < i && !code; k++)
            if (strcmp(cmd->key[k].id, cmd->key[i].id) == 0)
                code = pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage",
                                       "%s and %s are the same key",
                                       cmd->key[k].path, cmd->key[i].path);
    }
    return code;
}

static int run(void *context, const struct pub_say *s,
               const struct pub_words *words)
{
    struct verify *cmd = context;
    const char *why = NULL;
    int code;

    cmd->say = s;
    if (words->count < 1)
        why = "a FILE is needed";
    else if (!cmd->keys.count)
        why = "--key is not given";
    else if (cmd->threshold.given
             && (cmd->threshold.value < 1
                 || cmd->threshold.value > cmd->keys.count))
        why = "--threshold must be from 1 to the number of keys";
    if (why)
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage", "%s", why);
    code = load_keys(cmd);
    if (!code)
        code = verify(cmd, words);
    for (size_t i = 0; i < cmd->keys.count; i++)
        pub_keys_free(&cmd->key[i]);
    return code;
}

static const struct pub_arg options[] = {
    {"--key", "FILE", "that the device trusts; required, repeat", pub_arg_list,
     FIELD(keys)},
    {"--threshold", "N", "of the keys must have signed; default 1",
     pub_arg_number, FIELD(threshold)},
    {"--project", "OWNER/NAME", "of the device; default not compared",
     pub_arg_text, FIELD(project)},
    {"--board", "BOARD", "of the device; default not compared", pub_arg_text,
     FIELD(board)},
    {"--hw", "N", "its revision; default not compared", pub_arg_number,
     FIELD(hw)},
    {"--slot-size", "BYTES", "of each slot; default not compared",
     pub_arg_number, FIELD(slot_size)},
    {"--running", "VERSION", "what it runs; default not compared", pub_arg_text,
     FIELD(running)},
    {"--seq", "N", "the highest it has accepted; default not compared",
     pub_arg_number, FIELD(seq)},
    {"--security", "N", "of what it runs; default 0", pub_arg_number,
     FIELD(security)},
    {"--revoked", "ID", "of a key it trusts no more; repeat", pub_arg_list,
     FIELD(revoked)},
    {"--now", "DATE", "its clock; default now", pub_arg_date, FIELD(now)},
    {"--device-id", "TEXT", "say whether it is among those of a rollout",
     pub_arg_text, FIELD(device_id)},
    {"--passphrase-file", "FILE", "if a --key is a private one", pub_arg_text,
     FIELD(passphrase_file)},
    {.name = NULL},
};

const struct pub_command pub_cmd_verify = {
    .name = "verify",
    .usage = "--key FILE [options] BOARD.ota [IMAGE]...",
    .about = "check a signed manifest as a device does",
    .more = "Looks at the signatures, then at the manifest, by the code that "
            "devices run, and\nsays what each field means. IMAGEs are compared "
            "with what it says of them. Ends\nwith 0 when such a device would "
            "take it, with 30 when it would refuse it, and\nwith 26 when an "
            "IMAGE is not the one that was signed for.\n",
    .options = options,
    .size = sizeof(struct verify),
    .run = run,
};
