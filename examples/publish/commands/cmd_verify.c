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

static struct {
    struct pub_list keys, revoked;
    const char *passphrase_file, *project, *board, *running, *device_id;
    struct pub_number threshold, hw, seq, security, slot_size;
    struct pub_when now;
} o;

static struct pub_asdevice device;
static struct pub_keys_key keys[PUB_LIST_MAX];

/* --- The device ---------------------------------------------------------- */

/* What is not told of the device is as the manifest wants it. */
static char own_project[ROTA_MANIFEST_MAX], own_board[ROTA_MANIFEST_MAX],
    own_version[ROTA_TAG_MAX + 1];

static const char *or_own(const char *told, struct rota_manifest_text t,
                          char *own, size_t size)
{
    rota_manifest_text(&device.m, t, own, size);
    return told ? told : own;
}

static struct rota_flash slot;
static const struct rota_flash *slots[ROTA_IMAGES_MAX];

static void set_device(struct rota_config *c)
{
    slot.size = o.slot_size.given ? o.slot_size.value : INT32_MAX;
    c->slot = &slot;
    for (size_t i = 0; i < ROTA_IMAGES_MAX; i++)
        slots[i] = &slot;
    c->more_slots = slots;
    c->more_slot_count = device.m.images - 1u;
    c->project =
        or_own(o.project, device.m.project, own_project, sizeof(own_project));
    c->board = or_own(o.board, device.m.board, own_board, sizeof(own_board));
    c->hw = o.hw.given ? o.hw.value : device.m.hw_min;
    c->device_id = o.device_id;
    c->device_id_len = o.device_id ? strlen(o.device_id) : 0;
}

static int set_past(const struct pub_say *s, struct rota_accepted *past)
{
    *past =
        (struct rota_accepted){.seq = o.seq.given ? o.seq.value : device.m.seq,
                               .security = o.security.value};
    if (o.revoked.count > ROTA_REVOKED_MAX)
        return pub_say_failure(s, ROTA_EXIT_USAGE, "usage",
                               "at most %d --revoked", ROTA_REVOKED_MAX);
    for (size_t i = 0; i < o.revoked.count; i++) {
        const char *id = o.revoked.item[i];

        if (!rota_text_unhex(id, strlen(id), past->revoked[i], ROTA_KEY_ID_LEN))
            return pub_say_failure(s, ROTA_EXIT_USAGE, "usage",
                                   "--revoked must be a key's id, not '%.40s'",
                                   id);
    }
    return ROTA_EXIT_OK;
}

/* --- Saying -------------------------------------------------------------- */

static void show_signers(const struct pub_say *s)
{
    for (size_t i = 0; i < o.keys.count; i++) {
        bool signer = device.m.signers >> i & 1;

        pub_say_line(s, "key         %s, %s: %s", keys[i].id, keys[i].path,
                     signer ? "has signed" : "has not signed");
        if (!s->json)
            continue;
        rota_emit_begin(s->out, "signature");
        rota_emit_text(s->out, "id", keys[i].id);
        rota_emit_bool(s->out, "verified", signer);
        rota_emit_end(s->out);
    }
}

static void show(const struct pub_say *s)
{
    show_signers(s);
    if (!s->json) {
        pub_explain(s, &device.m);
        return;
    }
    rota_emit_begin(s->out, "verify");
    rota_emit_bool(s->out, "verified", true);
    pub_explain_members(s, &device.m);
    rota_emit_end(s->out);
    pub_explain_objects(s, &device.m);
}

static int refused(const struct pub_say *s, const char *file, int err)
{
    const char *why = rota_why_text(device.m.why);

    return pub_say_failure(s, (int)rota_exit_code(err), file, "refused: %s%s%s",
                           rota_err_text(err), why ? ": " : "", why ? why : "");
}

/* --- Images -------------------------------------------------------------- */

static bool find_image(const char *name, struct rota_manifest_image *image)
{
    for (int i = 0; i < device.m.images; i++) {
        rota_manifest_image(&device.m, i, image);
        if (strcmp(image->name, name) == 0)
            return true;
    }
    return false;
}

static int compare(const struct pub_say *s, const char *path)
{
    struct rota_manifest_image image;
    uint8_t sha256[ROTA_SHA256_LEN];
    const char *why = NULL;
    uint64_t size;
    int code = pub_files_hash(s, path, &size, sha256);

    if (code)
        return code;
    if (!find_image(pub_files_name(path), &image))
        why = "no image of the manifest has this name";
    else if (size != image.size)
        why = "has another size than the manifest says";
    else if (memcmp(sha256, image.sha256, sizeof(sha256)) != 0)
        why = "has another SHA-256 than the manifest says";
    if (why)
        return pub_say_failure(s, ROTA_EXIT_MISMATCH, path, "%s", why);
    pub_say_line(s, "%s is image %u", path, image.id);
    return ROTA_EXIT_OK;
}

/* --- The command --------------------------------------------------------- */

/* Who may have it now, and that all was well. */
static int accept(const struct pub_say *s, const char *file,
                  const struct rota_config *c)
{
    bool elected;
    int err = rota_manifest_judge_elected(&device.m, c, &elected);

    if (err)
        return refused(s, file, err);
    if (o.device_id)
        pub_say_line(s, "device %s is %samong those that may have it",
                     o.device_id, elected ? "" : "not ");
    pub_say_line(s, "ok: a device that trusts %s would take it",
                 o.keys.count > 1 ? "these keys" : "this key");
    if (!s->json)
        return ROTA_EXIT_OK;
    rota_emit_begin(s->out, "accepted");
    if (o.device_id)
        rota_emit_bool(s->out, "elected", elected);
    rota_emit_end(s->out);
    return ROTA_EXIT_OK;
}

static int judge(const struct pub_say *s, const char *file,
                 struct rota_config *c)
{
    struct rota_accepted past;
    uint64_t now = o.now.given ? o.now.value : (uint64_t)time(NULL);
    const char *running = o.running;
    int code = set_past(s, &past), err;

    if (code)
        return code;
    set_device(c);
    if (!running)
        running = or_own(NULL, device.m.min_version, own_version,
                         sizeof(own_version));
    err = rota_manifest_judge(&device.m, c, &past, running, now);
    return err ? refused(s, file, err) : 0;
}

static int open_file(const struct pub_say *s, const char *file,
                     const struct rota_config *c)
{
    static char buf[FILE_MAX];
    struct rota_accepted past;
    size_t len;
    int code = set_past(s, &past), err;

    if (!code)
        code = pub_files_read(s, file, buf, sizeof(buf), &len);
    if (code)
        return code;
    err =
        rota_manifest_envelope_open(&device.m, c, &past, buf, len, device.work);
    return err ? refused(s, file, err) : 0;
}

static int verify(const struct pub_say *s, const struct pub_words *words)
{
    struct rota_key trusted[PUB_LIST_MAX];
    struct rota_config c = {.keys = trusted,
                            .key_count = o.keys.count,
                            .key_threshold = (uint8_t)o.threshold.value};
    int code;

    pub_asdevice_keys(trusted, keys, o.keys.count);
    code = open_file(s, words->word[0], &c);
    if (code)
        return code;
    show(s);
    code = judge(s, words->word[0], &c);
    for (size_t i = 1; i < words->count && !code; i++)
        code = compare(s, words->word[i]);
    return code ? code : accept(s, words->word[0], &c);
}

static int load_keys(const struct pub_say *s)
{
    const struct pub_pass how = {.file = o.passphrase_file};
    int code = 0;

    for (size_t i = 0; i < o.keys.count && !code; i++) {
        code = pub_keys_public(s, o.keys.item[i], &how, &keys[i]);
        for (size_t k = 0; k < i && !code; k++)
            if (strcmp(keys[k].id, keys[i].id) == 0)
                code = pub_say_failure(s, ROTA_EXIT_USAGE, "usage",
                                       "%s and %s are the same key",
                                       keys[k].path, keys[i].path);
    }
    return code;
}

static int run(const struct pub_say *s, const struct pub_words *words)
{
    const char *why = NULL;
    int code;

    if (words->count < 1)
        why = "a FILE is needed";
    else if (!o.keys.count)
        why = "--key is not given";
    else if (o.threshold.given
             && (o.threshold.value < 1 || o.threshold.value > o.keys.count))
        why = "--threshold must be from 1 to the number of keys";
    if (why)
        return pub_say_failure(s, ROTA_EXIT_USAGE, "usage", "%s", why);
    code = load_keys(s);
    if (!code)
        code = verify(s, words);
    for (size_t i = 0; i < o.keys.count; i++)
        pub_keys_free(&keys[i]);
    return code;
}

static const struct pub_arg options[] = {
    {"--key", "FILE", "that the device trusts; required, repeat", pub_arg_list,
     &o.keys},
    {"--threshold", "N", "of the keys must have signed; default 1",
     pub_arg_number, &o.threshold},
    {"--project", "OWNER/NAME", "of the device; default not compared",
     pub_arg_text, &o.project},
    {"--board", "BOARD", "of the device; default not compared", pub_arg_text,
     &o.board},
    {"--hw", "N", "its revision; default not compared", pub_arg_number, &o.hw},
    {"--slot-size", "BYTES", "of each slot; default not compared",
     pub_arg_number, &o.slot_size},
    {"--running", "VERSION", "what it runs; default not compared", pub_arg_text,
     &o.running},
    {"--seq", "N", "the highest it has accepted; default not compared",
     pub_arg_number, &o.seq},
    {"--security", "N", "of what it runs; default 0", pub_arg_number,
     &o.security},
    {"--revoked", "ID", "of a key it trusts no more; repeat", pub_arg_list,
     &o.revoked},
    {"--now", "DATE", "its clock; default now", pub_arg_date, &o.now},
    {"--device-id", "TEXT", "say whether it is among those of a rollout",
     pub_arg_text, &o.device_id},
    {"--passphrase-file", "FILE", "if a --key is a private one", pub_arg_text,
     &o.passphrase_file},
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
    .run = run,
};
