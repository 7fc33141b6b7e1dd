/* SPDX-License-Identifier: Apache-2.0 */
/* sign: put signatures before a manifest. */
#include <string.h>

#include "signing/asdevice.h"
#include "commands/commands.h"
#include "emit.h"
#include "signing/envelope.h"
#include "words/files.h"
#include "signing/keys.h"
#include "signing/outside.h"
#include "signing/sigform.h"
#include "manifest/envelope.h"

struct sign {
    const struct pub_say *say;
    struct pub_list keys, commands, signatures, publics;
    const char *passphrase_file, *out;
    struct pub_envelope envelope;
    struct pub_asdevice device;
    struct pub_keys_key public_key[PUB_LIST_MAX]; /* of publics */
    struct pub_keys_key signer[PUB_ENVELOPE_SIGNATURES];
    size_t signers;
};

#define FIELD(name) offsetof(struct sign, name)

/* --- One signature ------------------------------------------------------- */

static bool is_signed_by(struct sign *cmd, const struct pub_keys_key *k,
                         size_t at)
{
    return pub_keys_check(k, cmd->envelope.text, cmd->envelope.len,
                          cmd->envelope.sig[at].der,
                          cmd->envelope.sig[at].der_len);
}

static bool has_signed(struct sign *cmd, const char *id)
{
    for (size_t i = 0; i < cmd->signers; i++)
        if (strcmp(cmd->signer[i].id, id) == 0)
            return true;
    return false;
}

/* Nothing goes into the file that was not found right, wherever it is from. A
 * right signature that is there already stays; a wrong one is replaced. */
static int add(struct sign *cmd, const struct pub_keys_key *k,
               const uint8_t *der, size_t der_len)
{
    size_t at = 0;

    if (!pub_keys_check(k, cmd->envelope.text, cmd->envelope.len, der, der_len))
        return pub_say_failure(cmd->say, PUB_EXIT_KEY, k->path,
                               "the signature is not one of this key for "
                               "these bytes");
    while (at < cmd->envelope.signatures
           && strcmp(cmd->envelope.sig[at].id, k->id) != 0)
        at++;
    if (at < PUB_ENVELOPE_SIGNATURES && !has_signed(cmd, k->id))
        cmd->signer[cmd->signers++] = *k;
    if (at < cmd->envelope.signatures && is_signed_by(cmd, k, at)) {
        pub_say_note(cmd->say, "%s had signed before; nothing added for it",
                     k->id);
        return ROTA_EXIT_OK;
    }
    if (at == PUB_ENVELOPE_SIGNATURES)
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, k->path,
                               "there are %d signatures already, and no room "
                               "for more",
                               PUB_ENVELOPE_SIGNATURES);
    strcpy(cmd->envelope.sig[at].id, k->id);
    memcpy(cmd->envelope.sig[at].der, der, der_len);
    cmd->envelope.sig[at].der_len = der_len;
    if (at == cmd->envelope.signatures)
        cmd->envelope.signatures++;
    return ROTA_EXIT_OK;
}

static int sign_with_key(struct sign *cmd, const char *path)
{
    const struct pub_pass how = {.file = cmd->passphrase_file};
    uint8_t der[PUB_KEYS_SIG_MAX];
    struct pub_keys_key k;
    size_t der_len;
    int code = pub_keys_private(cmd->say, path, &how, &k);

    if (code)
        return code;
    if (pub_keys_sign(&k, cmd->envelope.text, cmd->envelope.len, der, &der_len))
        code = add(cmd, &k, der, der_len);
    else
        code = pub_say_failure(cmd->say, PUB_EXIT_KEY, path, "cannot sign");
    pub_keys_free(&k);
    return code;
}

/* --- Made elsewhere ------------------------------------------------------ */

/* The key whose signature it is: no need to say which belongs to which. */
static const struct pub_keys_key *owner(struct sign *cmd, const uint8_t *der,
                                        size_t der_len)
{
    for (size_t i = 0; i < cmd->publics.count; i++)
        if (pub_keys_check(&cmd->public_key[i], cmd->envelope.text,
                           cmd->envelope.len, der, der_len))
            return &cmd->public_key[i];
    return NULL;
}

static int take(struct sign *cmd, const char *what, const void *buf, size_t len)
{
    uint8_t der[PUB_KEYS_SIG_MAX];
    const struct pub_keys_key *k;
    size_t der_len;

    if (!pub_sigform_der(buf, len, der, &der_len))
        return pub_say_failure(cmd->say, PUB_EXIT_INPUT, what,
                               "gave no signature: neither DER nor base64 "
                               "nor a bundle of cosign's");
    k = owner(cmd, der, der_len);
    if (!k)
        return pub_say_failure(cmd->say, PUB_EXIT_KEY, what,
                               "the signature is not one of a --public key "
                               "for these bytes");
    return add(cmd, k, der, der_len);
}

static int take_file(struct sign *cmd, const char *path)
{
    char buf[PUB_SIGFORM_MAX];
    size_t len;
    int code = pub_files_read(cmd->say, path, buf, sizeof(buf), &len);

    return code ? code : take(cmd, path, buf, len);
}

static int run_command(struct sign *cmd, const char *command)
{
    char buf[PUB_SIGFORM_MAX];
    size_t len;
    int code = pub_outside_sign(cmd->say, command, cmd->envelope.text,
                                cmd->envelope.len, buf, sizeof(buf), &len);

    return code ? code : take(cmd, "--sign-cmd", buf, len);
}

/* --- All of them --------------------------------------------------------- */

static int each(struct sign *cmd, const struct pub_list *list,
                int (*act)(struct sign *cmd, const char *item))
{
    int code = 0;

    for (size_t i = 0; i < list->count && !code; i++)
        code = act(cmd, list->item[i]);
    return code;
}

static int load_publics(struct sign *cmd)
{
    const struct pub_pass how = {.file = cmd->passphrase_file};
    int code = 0;

    for (size_t i = 0; i < cmd->publics.count && !code; i++)
        code = pub_keys_public(cmd->say, cmd->publics.item[i], &how,
                               &cmd->public_key[i]);
    return code;
}

static int sign_all(struct sign *cmd)
{
    int code = load_publics(cmd);

    if (!code)
        code = each(cmd, &cmd->keys, sign_with_key);
    pub_pass_forget(); /* before other programs run */
    if (!code)
        code = each(cmd, &cmd->signatures, take_file);
    if (!code)
        code = each(cmd, &cmd->commands, run_command);
    for (size_t i = 0; i < cmd->publics.count; i++)
        pub_keys_free(&cmd->public_key[i]);
    return code;
}

static void show(struct sign *cmd)
{
    char ids[PUB_ENVELOPE_SIGNATURES * 18] = "";

    for (size_t i = 0; i < cmd->envelope.signatures; i++) {
        strcat(ids, i ? " " : "");
        strcat(ids, cmd->envelope.sig[i].id);
    }
    if (cmd->say->json) {
        rota_emit_begin(cmd->say->out, "sign");
        rota_emit_text(cmd->say->out, "file", cmd->out);
        rota_emit_text(cmd->say->out, "keys", ids);
        rota_emit_end(cmd->say->out);
    } else {
        pub_say_line(cmd->say, "%s: signed by %s", cmd->out, ids);
    }
}

/* By the device's own code: it must find every signature that was made. */
static int check(struct sign *cmd, const char *out, size_t len)
{
    struct rota_key keys[PUB_ENVELOPE_SIGNATURES];
    const struct rota_trust trust = {.keys = keys,
                                     .count = cmd->signers,
                                     .threshold = (uint8_t)cmd->signers};
    const struct rota_config c = {.trust = &trust};

    pub_asdevice_keys(keys, cmd->signer, cmd->signers);
    if (!rota_manifest_envelope_open(&cmd->device.m, &c, NULL, out, len,
                                     cmd->device.work))
        return ROTA_EXIT_OK;
    return pub_say_failure(cmd->say, PUB_EXIT_INPUT, "manifest",
                           "no device would take it: %s",
                           rota_why_text(cmd->device.m.why));
}

static int finish(struct sign *cmd)
{
    char out[PUB_ENVELOPE_MAX];
    size_t len = pub_envelope_write(&cmd->envelope, out);
    int code;

    if (!len)
        return pub_say_failure(cmd->say, PUB_EXIT_INPUT, "manifest",
                               "is longer than %d bytes with its signatures",
                               PUB_ENVELOPE_MAX);
    code = check(cmd, out, len);
    if (!code)
        code = pub_files_write(cmd->say, cmd->out, out, len);
    if (!code)
        show(cmd);
    return code;
}

static int usage(struct sign *cmd, const struct pub_words *words)
{
    const char *why = NULL;

    if (words->count != 1)
        why = "one MANIFEST is needed";
    else if (!cmd->out)
        why = "-o is not given";
    else if (!cmd->keys.count && !cmd->commands.count && !cmd->signatures.count)
        why = "one of --key, --sign-cmd and --signature is needed";
    else if ((cmd->commands.count || cmd->signatures.count)
             && !cmd->publics.count)
        why = "--sign-cmd and --signature need --public: the key to check "
              "them with";
    return why ? pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage", "%s", why)
               : 0;
}

static int run(void *context, const struct pub_say *s,
               const struct pub_words *words)
{
    struct sign *cmd = context;
    char buf[PUB_ENVELOPE_MAX];
    const char *why;
    size_t len;
    int code;

    cmd->say = s;
    code = usage(cmd, words);
    if (!code)
        code = pub_files_read(cmd->say, words->word[0], buf, sizeof(buf), &len);
    if (code)
        return code;
    why = pub_envelope_read(&cmd->envelope, buf, len);
    if (!why)
        why = pub_asdevice_parse(&cmd->device, cmd->envelope.text,
                                 cmd->envelope.len);
    if (why)
        return pub_say_failure(cmd->say, PUB_EXIT_INPUT, words->word[0],
                               "is no manifest that a device takes: %s", why);
    code = sign_all(cmd);
    return code ? code : finish(cmd);
}

static const struct pub_arg options[] = {
    {"--key", "FILE", "sign with this private key, PEM; repeat", pub_arg_list,
     FIELD(keys)},
    {"--passphrase-file", "FILE", "whose first line is the passphrase",
     pub_arg_text, FIELD(passphrase_file)},
    {"--sign-cmd", "COMMAND", "let this command sign", pub_arg_list,
     FIELD(commands)},
    {"--signature", "FILE", "take this signature", pub_arg_list,
     FIELD(signatures)},
    {"--public", "FILE", "whose signatures the last two may be; repeat",
     pub_arg_list, FIELD(publics)},
    {"-o", "FILE", "where to write; required", pub_arg_text, FIELD(out)},
    {.name = NULL},
};

const struct pub_command pub_cmd_sign = {
    .name = "sign",
    .usage = "[options] MANIFEST -o BOARD.ota",
    .about = "put signatures before a manifest",
    .more = "MANIFEST is what \"manifest\" wrote, or a file that is signed "
            "already and gets one\nmore signature; -o may name the same file. "
            "The signed bytes stay as they are.\n\n"
            "COMMAND is for the shell. It gets the bytes on stdin and as the "
            "file $1, and\nwrites the signature to the file $2 or to stdout. "
            "Signatures may be DER, base64,\nr and s in 64 bytes, or a bundle "
            "of cosign's. Each is checked before it is\nwritten.\n",
    .options = options,
    .size = sizeof(struct sign),
    .run = run,
};
