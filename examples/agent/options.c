/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "fwenv.h"
#include "values.h"

#define DEFAULT_CA "/etc/ssl/certs/ca-certificates.crt"
#define DEFAULT_STATE "/var/lib/rota"
enum { DEFAULT_STARTS = 3, UBOOT_STARTS = 9 };

/* Every key: the field it sets, how a value is judged, what its form is
 * called in errors, and what the help says. */
struct key {
    const char *name;
    rota_value_fn *set;
    size_t field;
    const char *form;
    const char *about;
};

#define FIELD(name) offsetof(struct rota_options, name)
#define A_FILE "the name of a file"
#define A_TIME "a time such as 30s, 10m, 6h or 1d"

static const struct key keys[] = {
    {"repo", rota_value_repo, FIELD(repo), "owner/name",
     "where the releases are"},
    {"api", rota_value_api, FIELD(api), "https://HOST[:PORT][/PATH]",
     "default https://api.github.com"},
    {"channel", rota_value_channel, FIELD(channel),
     "latest, prerelease or tag:TAG", "which release; default latest"},
    {"tag-prefix", rota_value_any, FIELD(tag_prefix), "text",
     "before the version in a tag; default v"},
    {"board", rota_value_any, FIELD(board), "text",
     "kind of this device; required with keys"},
    {"asset", rota_value_some, FIELD(asset),
     "a pattern with * ? {version} {tag} {board}",
     "which asset is ours; with keys, default {board}.ota"},
    {"keys", rota_value_keys, FIELD(keys), "the name of a folder, or none",
     "trusted signers, *.pem; default " ROTA_KEYS_DEFAULT},
    {"key-threshold", rota_value_threshold, FIELD(key_threshold),
     "a number from 1 to 32", "keys that must have signed; default 1"},
    {"project", rota_value_some, FIELD(project), "text",
     "what a manifest must be for; default repo"},
    {"hw", rota_value_revision, FIELD(hw), "a number from 0 to 4294967295",
     "revision of the hardware; default 0"},
    {"version", rota_value_some, FIELD(version), "a version such as 1.0.0",
     "what runs now"},
    {"version-file", rota_value_some, FIELD(version_file), A_FILE,
     "file whose one line says what runs now"},
    {"root", rota_value_some, FIELD(root), "the name of a folder",
     "folder with a, b and the link current"},
    {"slot-a", rota_value_some, FIELD(slot_a), "a file or block device",
     "instead of root: the first slot"},
    {"slot-b", rota_value_some, FIELD(slot_b), "a file or block device",
     "instead of root: the second slot"},
    {"boot", rota_value_boot, FIELD(boot), "link, uboot-mender or uboot-rauc",
     "what starts a slot; default link"},
    {"uboot-env", rota_value_some, FIELD(uboot_env), A_FILE,
     "where U-Boot's environment is; default " ROTA_FWENV_DEFAULT},
    {"uboot-slots", rota_value_pair, FIELD(uboot_slots),
     "two names, separated by a comma",
     "what U-Boot calls slots a and b; RAUC's default A, B"},
    {"install-as", rota_value_name, FIELD(install_as),
     "the name of a file, without a folder",
     "file name in a and b; default the repository's name"},
    {"more-images", rota_value_some, FIELD(more_images),
     "names of files, separated by commas",
     "with keys: files in a and b for images 1, 2, ..."},
    {"state", rota_value_some, FIELD(state), "the name of a folder",
     "journal and lock; default " DEFAULT_STATE},
    {"ca-file", rota_value_some, FIELD(ca_file), A_FILE,
     "trusted roots, PEM; default the system's"},
    {"ca-image", rota_value_name, FIELD(ca_image),
     "the name of a file, without a folder",
     "one of more-images that has the roots instead"},
    {"asset-hosts", rota_value_suffixes, FIELD(asset_hosts),
     "suffixes that begin with a dot, separated by commas",
     "where redirects may lead; default .githubusercontent.com"},
    {"token-file", rota_value_some, FIELD(token_file), A_FILE,
     "file that holds the token; else GITHUB_TOKEN"},
    {"interval", rota_value_interval, FIELD(interval_s), A_TIME ", at least 2s",
     "between checks; default 6h"},
    {"stall-timeout", rota_value_stall, FIELD(stall_ms), A_TIME ", at most 1h",
     "silence that is too long; default 30s"},
    {"allow-downgrade", rota_value_yes_no, FIELD(allow_downgrade), "yes or no",
     "older releases count too; default no"},
    {"api-version", rota_value_api_version, FIELD(api_version),
     "a date such as 2022-11-28, or none", "of the API; none for old servers"},
    {"trial-starts", rota_value_starts, FIELD(trial_starts),
     "a number from 1 to 100", "starts without confirm; default 3"},
};

#define KEYS (sizeof(keys) / sizeof(keys[0]))

static bool wrong(struct rota_options *o, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool wrong(struct rota_options *o, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(o->error, sizeof(o->error), format, args);
    va_end(args);
    for (char *p = o->error; *p; p++)
        if (*p < ' ' || *p > '~')
            *p = '?';
    return false;
}

static const struct key *find(const char *name, size_t len)
{
    for (size_t i = 0; i < KEYS; i++)
        if (strlen(keys[i].name) == len && memcmp(keys[i].name, name, len) == 0)
            return &keys[i];
    return NULL;
}

static bool has_control(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s < ' ' || *s == 0x7f)
            return true;
    return false;
}

static bool set(struct rota_options *o, const struct key *key,
                const char *value)
{
    if (has_control(value) || !key->set((char *)o + key->field, value))
        return false;
    /* Two ways to say the same: the last one counts. */
    if (key->field == FIELD(version))
        o->version_file = NULL;
    if (key->field == FIELD(version_file))
        o->version = NULL;
    return true;
}

void rota_options_init(struct rota_options *o)
{
    memset(o, 0, sizeof(*o));
    o->channel = "latest";
    o->state = DEFAULT_STATE;
    o->ca_file = DEFAULT_CA;
    o->trial_starts = DEFAULT_STARTS;
    o->boot = "link";
}

/* --- The file ------------------------------------------------------------ */

static char *trim(char *s)
{
    size_t len;

    s += strspn(s, " \t\r");
    len = strlen(s);
    while (len && strchr(" \t\r", s[len - 1]))
        len--;
    s[len] = '\0';
    return s;
}

/* A comment begins at the start of the line or after white space. */
static void drop_comment(char *line)
{
    for (char *p = line; (p = strpbrk(p, ";#")) != NULL; p++)
        if (p == line || p[-1] == ' ' || p[-1] == '\t') {
            *p = '\0';
            return;
        }
}

static bool parse_line(struct rota_options *o, const char *file, int number,
                       char *line)
{
    const struct key *key;
    char *name, *equals;

    drop_comment(line);
    name = trim(line);
    if (!*name)
        return true;
    equals = strchr(name, '=');
    if (!equals)
        return wrong(o, "%s:%d: '%.60s' is not \"key = value\"", file, number,
                     name);
    *equals = '\0';
    name = trim(name);
    key = find(name, strlen(name));
    if (!key)
        return wrong(o, "%s:%d: unknown key '%.60s'", file, number, name);
    if (!set(o, key, trim(equals + 1)))
        return wrong(o, "%s:%d: %s must be %s, not '%.60s'", file, number,
                     key->name, key->form, trim(equals + 1));
    return true;
}

bool rota_options_parse(struct rota_options *o, const char *name, char *text)
{
    for (int number = 1; *text; number++) {
        size_t len = strcspn(text, "\n");
        char *next = text + len + (text[len] == '\n');

        text[len] = '\0';
        if (!parse_line(o, name, number, text))
            return false;
        text = next;
    }
    return true;
}

static bool read_file(struct rota_options *o)
{
    const char *name = o->config ? o->config : ROTA_CONF_DEFAULT;
    FILE *f = fopen(name, "re");
    size_t len;
    bool bad;

    if (!f && !o->config && errno == ENOENT)
        return true;
    if (!f)
        return wrong(o, "%s: %s", name, strerror(errno));
    len = fread(o->text, 1, sizeof(o->text), f);
    bad = ferror(f);
    fclose(f);
    if (bad)
        return wrong(o, "%s: cannot be read", name);
    if (len > ROTA_CONF_MAX)
        return wrong(o, "%s: longer than %d bytes", name, ROTA_CONF_MAX);
    if (memchr(o->text, '\0', len))
        return wrong(o, "%s: is no text", name);
    o->text[len] = '\0';
    return rota_options_parse(o, name, o->text);
}

/* --- The command line ---------------------------------------------------- */

/* Words that stand by themselves: the command, and the topic of "help". */
static bool take_word(struct rota_options *o, const char *word)
{
    if (!o->command)
        o->command = word;
    else if (strcmp(o->command, "help") == 0 && !o->topic)
        o->topic = word;
    else if (strcmp(o->command, "verify") == 0 && o->files < ROTA_FILES_MAX)
        o->file[o->files++] = word;
    else
        return wrong(o, "'%.60s' after the command '%.60s'", word, o->command);
    return true;
}

/* An option without a value, if arg is one. */
static bool take_flag(struct rota_options *o, const char *arg)
{
    if (strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0)
        return o->help = true;
    if (strcmp(arg, "--json") == 0)
        return o->json = true;
    return false;
}

/* An option with its value, which may be its next argument: how many
 * arguments that took, 0 when it is wrong. apply is false in the first
 * round, in which the keys wait for the file to be read. */
static int take_option(struct rota_options *o, char *const *arg, bool apply)
{
    bool config = strcmp(arg[0], "-c") == 0;
    const char *name = arg[0] + 2;
    size_t len = config ? 0 : strcspn(name, "=");
    bool joined = !config && name[len] == '=';
    const char *value = joined ? name + len + 1 : arg[1];
    const struct key *key = config ? NULL : find(name, len);

    if (!config && (strncmp(arg[0], "--", 2) != 0 || !key))
        return wrong(o, "unknown option '%.60s'", arg[0]);
    if (!value)
        return wrong(o, "%.60s needs a value%s", arg[0],
                     strcmp(arg[0], "--version") == 0
                         ? "; \"rota version\" is the program's own"
                         : "");
    if (config)
        o->config = value;
    else if (apply && !set(o, key, value))
        return wrong(o, "--%s must be %s, not '%.60s'", key->name, key->form,
                     value);
    return joined ? 1 : 2;
}

static bool read_arguments(struct rota_options *o, int argc, char *const *argv,
                           bool apply)
{
    o->command = o->topic = NULL;
    o->files = 0;
    for (int i = 1; i < argc;) {
        int took = 1;

        if (argv[i][0] != '-' || !argv[i][1]) {
            if (!take_word(o, argv[i]))
                return false;
        } else if (!take_flag(o, argv[i])) {
            took = take_option(o, argv + i, apply);
        }
        if (!took)
            return false;
        i += took;
    }
    return true;
}

static bool needs_no_file(const struct rota_options *o)
{
    return o->help || !o->command || strcmp(o->command, "help") == 0
        || strcmp(o->command, "version") == 0;
}

bool rota_options_read(struct rota_options *o, int argc, char *const *argv)
{
    rota_options_init(o);
    if (!read_arguments(o, argc, argv, false))
        return false;
    if (needs_no_file(o))
        return true;
    return read_file(o) && read_arguments(o, argc, argv, true);
}

/* --- What goes together -------------------------------------------------- */

static bool uboot_fits(struct rota_options *o)
{
    if (o->root)
        return wrong(o, "boot = %s needs slot-a and slot-b, not root", o->boot);
    if (o->trial_starts > UBOOT_STARTS)
        return wrong(o, "trial-starts is at most %d with boot = %s",
                     UBOOT_STARTS, o->boot);
    if (!o->uboot_slots && strcmp(o->boot, "uboot-rauc") != 0)
        return wrong(o, "uboot-slots is not set: the two values of "
                        "mender_boot_part");
    return true;
}

static bool boot_fits(struct rota_options *o)
{
    if (strcmp(o->boot, "link") != 0)
        return uboot_fits(o);
    if (o->uboot_env || o->uboot_slots)
        return wrong(o, "uboot-env and uboot-slots need boot = uboot-mender "
                        "or uboot-rauc");
    return true;
}

bool rota_options_bootable(struct rota_options *o)
{
    if (o->root && (o->slot_a || o->slot_b))
        return wrong(o, "root and slot-a or slot-b are both set: one of them "
                        "it must be");
    if (!o->root && !(o->slot_a && o->slot_b))
        return wrong(o, "root is not set, nor are slot-a and slot-b");
    if (!o->root && strcmp(o->slot_a, o->slot_b) == 0)
        return wrong(o, "slot-a and slot-b are the same");
    if (o->root && !o->install_as && o->repo)
        o->install_as = strchr(o->repo, '/') + 1;
    if (o->root && !o->install_as)
        return wrong(o, "install-as is not set");
    return boot_fits(o);
}

bool rota_options_complete(struct rota_options *o, bool is_signed)
{
    if (!o->repo)
        return wrong(o, "repo is not set");
    if (!o->asset && !is_signed)
        return wrong(o, "asset is not set, nor is there a key");
    if (is_signed && !(o->board && o->board[0]))
        return wrong(o, "board is not set; with keys, manifests say which "
                        "board they are for");
    if (o->more_images && !(is_signed && o->root))
        return wrong(o, "more-images needs root and keys");
    if (o->ca_image && !o->more_images)
        return wrong(o, "ca-image is none of more-images");
    if (!o->version && !o->version_file)
        return wrong(o, "version is not set, nor is version-file");
    return rota_options_bootable(o);
}

void rota_options_each(void (*each)(const char *name, const char *form,
                                    const char *about))
{
    for (size_t i = 0; i < KEYS; i++)
        each(keys[i].name, keys[i].form, keys[i].about);
}
