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

static struct {
    struct pub_list keys, commands, signatures, publics;
    const char *passphrase_file, *out;
} o;

static struct pub_envelope envelope;
static struct pub_keys_key publics[PUB_LIST_MAX];
static struct pub_keys_key signers[PUB_ENVELOPE_SIGNATURES];
static size_t signer_count;

/* --- One signature ------------------------------------------------------- */

static bool is_signed_by(const struct pub_keys_key *k, size_t at)
{
    return pub_keys_check(k, envelope.text, envelope.len, envelope.sig[at].der,
                          envelope.sig[at].der_len);
}

static bool has_signed(const char *id)
{
    for (size_t i = 0; i < signer_count; i++)
        if (strcmp(signers[i].id, id) == 0)
            return true;
    return false;
}

/* Nothing goes into the file that was not found right, wherever it is from. A
 * right signature that is there already stays; a wrong one is replaced. */
static int add(const struct pub_say *s, const struct pub_keys_key *k,
               const uint8_t *der, size_t der_len)
{
    size_t at = 0;

    if (!pub_keys_check(k, envelope.text, envelope.len, der, der_len))
        return pub_say_failure(s, PUB_EXIT_KEY, k->path,
                               "the signature is not one of this key for "
                               "these bytes");
    while (at < envelope.signatures && strcmp(envelope.sig[at].id, k->id) != 0)
        at++;
    if (at < PUB_ENVELOPE_SIGNATURES && !has_signed(k->id))
        signers[signer_count++] = *k;
    if (at < envelope.signatures && is_signed_by(k, at)) {
        pub_say_note(s, "%s had signed before; nothing added for it", k->id);
        return ROTA_EXIT_OK;
    }
    if (at == PUB_ENVELOPE_SIGNATURES)
        return pub_say_failure(s, ROTA_EXIT_USAGE, k->path,
                               "there are %d signatures already, and no room "
                               "for more",
                               PUB_ENVELOPE_SIGNATURES);
    strcpy(envelope.sig[at].id, k->id);
    memcpy(envelope.sig[at].der, der, der_len);
    envelope.sig[at].der_len = der_len;
    if (at == envelope.signatures)
        envelope.signatures++;
    return ROTA_EXIT_OK;
}

static int sign_with_key(const struct pub_say *s, const char *path)
{
    const struct pub_pass how = {.file = o.passphrase_file};
    uint8_t der[PUB_KEYS_SIG_MAX];
    struct pub_keys_key k;
    size_t der_len;
    int code = pub_keys_private(s, path, &how, &k);

    if (code)
        return code;
    if (pub_keys_sign(&k, envelope.text, envelope.len, der, &der_len))
        code = add(s, &k, der, der_len);
    else
        code = pub_say_failure(s, PUB_EXIT_KEY, path, "cannot sign");
    pub_keys_free(&k);
    return code;
}

/* --- Made elsewhere ------------------------------------------------------ */

/* The key whose signature it is: no need to say which belongs to which. */
static const struct pub_keys_key *owner(const uint8_t *der, size_t der_len)
{
    for (size_t i = 0; i < o.publics.count; i++)
        if (pub_keys_check(&publics[i], envelope.text, envelope.len, der,
                           der_len))
            return &publics[i];
    return NULL;
}

static int take(const struct pub_say *s, const char *what, const void *buf,
                size_t len)
{
    uint8_t der[PUB_KEYS_SIG_MAX];
    const struct pub_keys_key *k;
    size_t der_len;

    if (!pub_sigform_der(buf, len, der, &der_len))
        return pub_say_failure(s, PUB_EXIT_INPUT, what,
                               "gave no signature: neither DER nor base64 "
                               "nor a bundle of cosign's");
    k = owner(der, der_len);
    if (!k)
        return pub_say_failure(s, PUB_EXIT_KEY, what,
                               "the signature is not one of a --public key "
                               "for these bytes");
    return add(s, k, der, der_len);
}

static int take_file(const struct pub_say *s, const char *path)
{
    static char buf[PUB_SIGFORM_MAX];
    size_t len;
    int code = pub_files_read(s, path, buf, sizeof(buf), &len);

    return code ? code : take(s, path, buf, len);
}

static int run_command(const struct pub_say *s, const char *command)
{
    static char buf[PUB_SIGFORM_MAX];
    size_t len;
    int code = pub_outside_sign(s, command, envelope.text, envelope.len, buf,
                                sizeof(buf), &len);

    return code ? code : take(s, "--sign-cmd", buf, len);
}

/* --- All of them --------------------------------------------------------- */

static int each(const struct pub_say *s, const struct pub_list *list,
                int (*act)(const struct pub_say *s, const char *item))
{
    int code = 0;

    for (size_t i = 0; i < list->count && !code; i++)
        code = act(s, list->item[i]);
    return code;
}

static int load_publics(const struct pub_say *s)
{
    const struct pub_pass how = {.file = o.passphrase_file};
    int code = 0;

    for (size_t i = 0; i < o.publics.count && !code; i++)
        code = pub_keys_public(s, o.publics.item[i], &how, &publics[i]);
    return code;
}

static int sign_all(const struct pub_say *s)
{
    int code = load_publics(s);

    if (!code)
        code = each(s, &o.keys, sign_with_key);
    pub_pass_forget(); /* before other programs run */
    if (!code)
        code = each(s, &o.signatures, take_file);
    if (!code)
        code = each(s, &o.commands, run_command);
    for (size_t i = 0; i < o.publics.count; i++)
        pub_keys_free(&publics[i]);
    return code;
}

static void show(const struct pub_say *s)
{
    char ids[PUB_ENVELOPE_SIGNATURES * 18] = "";

    for (size_t i = 0; i < envelope.signatures; i++) {
        strcat(ids, i ? " " : "");
        strcat(ids, envelope.sig[i].id);
    }
    if (s->json) {
        rota_emit_begin(s->out, "sign");
        rota_emit_text(s->out, "file", o.out);
        rota_emit_text(s->out, "keys", ids);
        rota_emit_end(s->out);
    } else {
        pub_say_line(s, "%s: signed by %s", o.out, ids);
    }
}

/* By the device's own code: it must find every signature that was made. */
static int check(const struct pub_say *s, const char *out, size_t len)
{
    static struct pub_asdevice device;
    struct rota_key keys[PUB_ENVELOPE_SIGNATURES];
    const struct rota_config c = {.keys = keys,
                                  .key_count = signer_count,
                                  .key_threshold = (uint8_t)signer_count};

    pub_asdevice_keys(keys, signers, signer_count);
    if (!rota_manifest_envelope_open(&device.m, &c, NULL, out, len,
                                     device.work))
        return ROTA_EXIT_OK;
    return pub_say_failure(s, PUB_EXIT_INPUT, "manifest",
                           "no device would take it: %s",
                           rota_why_text(device.m.why));
}

static int finish(const struct pub_say *s)
{
    char out[PUB_ENVELOPE_MAX];
    size_t len = pub_envelope_write(&envelope, out);
    int code;

    if (!len)
        return pub_say_failure(s, PUB_EXIT_INPUT, "manifest",
                               "is longer than %d bytes with its signatures",
                               PUB_ENVELOPE_MAX);
    code = check(s, out, len);
    if (!code)
        code = pub_files_write(s, o.out, out, len);
    if (!code)
        show(s);
    return code;
}

static int usage(const struct pub_say *s, const struct pub_words *words)
{
    const char *why = NULL;

    if (words->count != 1)
        why = "one MANIFEST is needed";
    else if (!o.out)
        why = "-o is not given";
    else if (!o.keys.count && !o.commands.count && !o.signatures.count)
        why = "one of --key, --sign-cmd and --signature is needed";
    else if ((o.commands.count || o.signatures.count) && !o.publics.count)
        why = "--sign-cmd and --signature need --public: the key to check "
              "them with";
    return why ? pub_say_failure(s, ROTA_EXIT_USAGE, "usage", "%s", why) : 0;
}

static int run(const struct pub_say *s, const struct pub_words *words)
{
    static struct pub_asdevice device;
    static char buf[PUB_ENVELOPE_MAX];
    const char *why;
    size_t len;
    int code = usage(s, words);

    if (!code)
        code = pub_files_read(s, words->word[0], buf, sizeof(buf), &len);
    if (code)
        return code;
    why = pub_envelope_read(&envelope, buf, len);
    if (!why)
        why = pub_asdevice_parse(&device, envelope.text, envelope.len);
    if (why)
        return pub_say_failure(s, PUB_EXIT_INPUT, words->word[0],
                               "is no manifest that a device takes: %s", why);
    code = sign_all(s);
    return code ? code : finish(s);
}

static const struct pub_arg options[] = {
    {"--key", "FILE", "sign with this private key, PEM; repeat", pub_arg_list,
     &o.keys},
    {"--passphrase-file", "FILE", "whose first line is the passphrase",
     pub_arg_text, &o.passphrase_file},
    {"--sign-cmd", "COMMAND", "let this command sign", pub_arg_list,
     &o.commands},
    {"--signature", "FILE", "take this signature", pub_arg_list, &o.signatures},
    {"--public", "FILE", "whose signatures the last two may be; repeat",
     pub_arg_list, &o.publics},
    {"-o", "FILE", "where to write; required", pub_arg_text, &o.out},
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
    .run = run,
};
