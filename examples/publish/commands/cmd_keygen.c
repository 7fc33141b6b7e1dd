/* SPDX-License-Identifier: Apache-2.0 */
/* keygen: a new key; key: what devices must know of one. */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "emit.h"
#include "words/files.h"
#include "signing/keys.h"
#include "signing/wipe.h"

#define DEFAULT_FILE "rota-key.pem"
enum { NAME = 64, PATH = 4096 };

struct keygen {
    const struct pub_say *say;
    const char *out, *name, *passphrase_file;
    bool plain;
};

#define FIELD(name) offsetof(struct keygen, name)

/* --- For the firmware ---------------------------------------------------- */

/* A name in C made of that of the file: acme.pem, acme_key. */
static void c_name(const char *path, char out[NAME])
{
    const char *name = pub_files_name(path);
    size_t len = strcspn(name, ".");

    snprintf(out, NAME - 5, "%s%.*s",
             isdigit((unsigned char)name[0]) ? "key_" : "", (int)len, name);
    for (char *p = out; *p; p++)
        if (!isalnum((unsigned char)*p))
            *p = '_';
    len = strlen(out);
    if (len < 3 || strcmp(out + len - 3, "key") != 0)
        strcat(out, "_key");
}

static void show_array(const struct pub_say *s, const struct pub_keys_key *k,
                       const char *name)
{
    char line[80];

    pub_say_line(s, "static const uint8_t %s[%d] = {", name, PUB_KEYS_DER_LEN);
    for (size_t i = 0; i < PUB_KEYS_DER_LEN;) {
        size_t len = 0;

        for (; i < PUB_KEYS_DER_LEN && len < 70; i++)
            len += (size_t)snprintf(line + len, sizeof(line) - len, "%s0x%02x,",
                                    len ? " " : "", k->der[i]);
        pub_say_line(s, "    %s", line);
    }
    pub_say_line(s, "};");
}

static void show(struct keygen *cmd, const struct pub_keys_key *k,
                 const char *event, const char *file)
{
    char name[NAME], hex[2 * PUB_KEYS_DER_LEN + 1];

    c_name(cmd->name ? cmd->name : k->path, name);
    if (cmd->name)
        snprintf(name, sizeof(name), "%s", cmd->name);
    pub_say_line(cmd->say, "key id %s", k->id);
    show_array(cmd->say, k, name);
    if (!cmd->say->json)
        return;
    for (size_t i = 0; i < PUB_KEYS_DER_LEN; i++)
        snprintf(hex + 2 * i, 3, "%02x", k->der[i]);
    rota_emit_begin(cmd->say->out, event);
    rota_emit_text(cmd->say->out, "id", k->id);
    rota_emit_text(cmd->say->out, "der", hex);
    rota_emit_text(cmd->say->out, "file", file);
    rota_emit_end(cmd->say->out);
}

static const char *set_name(void *field, const char *value)
{
    size_t len = strlen(value);

    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)value[i]) && value[i] != '_')
            len = NAME;
    if (len < 1 || len >= NAME || isdigit((unsigned char)value[0]))
        return "a name in C";
    return pub_arg_text(field, value);
}

/* --- keygen -------------------------------------------------------------- */

static int exists(const struct pub_say *s, const char *path)
{
    if (access(path, F_OK) && errno == ENOENT)
        return ROTA_EXIT_OK;
    return pub_say_failure(s, PUB_EXIT_FILE, path,
                           "is there already; keys are never overwritten");
}

static int write_private(struct keygen *cmd, const struct pub_keys_key *k)
{
    struct pub_pass how = {
        .file = cmd->passphrase_file, .key = cmd->out, .twice = true};
    char passphrase[PUB_PASS_MAX + 1], pem[PUB_KEYS_PEM_MAX];
    size_t len;
    int code = cmd->plain ? 0 : pub_pass_get(cmd->say, &how, passphrase);

    if (code)
        return code;
    if (pub_keys_private_pem(k, cmd->plain ? NULL : passphrase, pem, &len))
        code = pub_files_create(cmd->say, cmd->out, pem, len, 0600);
    else
        code = pub_say_failure(cmd->say, PUB_EXIT_KEY, cmd->out,
                               "cannot be written");
    pub_wipe(pem, sizeof(pem));
    pub_wipe(passphrase, sizeof(passphrase));
    return code;
}

static int write_public(const struct pub_say *s, const struct pub_keys_key *k,
                        const char *path)
{
    char pem[PUB_KEYS_PEM_MAX];
    size_t len;

    if (pub_keys_public_pem(k, pem, &len))
        return pub_files_create(s, path, pem, len, 0644);
    return pub_say_failure(s, PUB_EXIT_KEY, path, "cannot be written");
}

static int make(struct keygen *cmd, const char *public)
{
    struct pub_keys_key k;
    int code = pub_keys_make(cmd->say, &k);

    if (code)
        return code;
    k.path = cmd->out;
    code = write_private(cmd, &k);
    if (!code) {
        code = write_public(cmd->say, &k, public);
        if (code)
            unlink(cmd->out); /* half a pair would be in the way of the next */
    }
    if (!code) {
        pub_say_line(cmd->say, "%s: the private key%s; keep it offline",
                     cmd->out, cmd->plain ? ", not encrypted" : "");
        pub_say_line(cmd->say, "%s: the public key", public);
        show(cmd, &k, "keygen", cmd->out);
    }
    pub_keys_free(&k);
    return code;
}

static int run_keygen(void *context, const struct pub_say *s,
                      const struct pub_words *words)
{
    struct keygen *cmd = context;
    char public[PATH];
    int code;

    cmd->say = s;
    if (!cmd->out)
        cmd->out = DEFAULT_FILE;
    if (words->count)
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage",
                               "'%.60s' is one word too many; -o names the "
                               "file",
                               words->word[0]);
    if (snprintf(public, sizeof(public), "%s.pub", cmd->out) >= PATH)
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage",
                               "-o is too long a name");
    code = exists(cmd->say, cmd->out);
    if (!code)
        code = exists(cmd->say, public);
    return code ? code : make(cmd, public);
}

static const struct pub_arg keygen_options[] = {
    {"-o", "FILE", "the private key; default " DEFAULT_FILE, pub_arg_text,
     FIELD(out)},
    {"--passphrase-file", "FILE", "whose first line is the passphrase",
     pub_arg_text, FIELD(passphrase_file)},
    {"--no-passphrase", NULL, "do not encrypt the key", NULL, FIELD(plain)},
    {"--name", "NAME", "of the array in C; default made of FILE", set_name,
     FIELD(name)},
    {.name = NULL},
};

const struct pub_command pub_cmd_keygen = {
    .name = "keygen",
    .usage = "[options]",
    .about = "make a key that releases are signed with",
    .more = "Writes FILE, readable by its owner alone, and FILE.pub; neither "
            "may be there\nalready. Asks twice for a passphrase, unless "
            "--passphrase-file or\n" PUB_PASS_ENV
            " has it. Prints the key's id and, for the\nfirmware, its bytes as "
            "an array in C.\n",
    .options = keygen_options,
    .size = sizeof(struct keygen),
    .run = run_keygen,
};

/* --- key ----------------------------------------------------------------- */

static int run_key(void *context, const struct pub_say *s,
                   const struct pub_words *words)
{
    struct keygen *cmd = context;
    struct pub_pass how = {.file = cmd->passphrase_file};
    struct pub_keys_key k;
    int code;

    cmd->say = s;
    if (words->count != 1)
        return pub_say_failure(cmd->say, ROTA_EXIT_USAGE, "usage",
                               "one FILE is needed");
    code = pub_keys_public(cmd->say, words->word[0], &how, &k);
    if (code)
        return code;
    show(cmd, &k, "key", k.path);
    pub_keys_free(&k);
    return ROTA_EXIT_OK;
}

static const struct pub_arg key_options[] = {
    {"--passphrase-file", "FILE", "whose first line is the passphrase",
     pub_arg_text, FIELD(passphrase_file)},
    {"--name", "NAME", "of the array in C; default made of FILE", set_name,
     FIELD(name)},
    {.name = NULL},
};

const struct pub_command pub_cmd_key = {
    .name = "key",
    .usage = "[options] FILE",
    .about = "show the id of a key and its bytes for the firmware",
    .more = "FILE is a public key (PEM or DER) or a private one (PEM).\n",
    .options = key_options,
    .size = sizeof(struct keygen),
    .run = run_key,
};
