/* SPDX-License-Identifier: Apache-2.0 */
/* What the agent was asked to do: its configuration file and its options.
 *
 * Each key of the file is also an option of the same name, by one table. All
 * that can be judged without looking at the device is judged here.
 */
#ifndef ROTA_OPTIONS_H
#define ROTA_OPTIONS_H

#include "rota.h"

#define ROTA_CONF_DEFAULT "/etc/rota.conf"
#define ROTA_CONF_MAX 16384 /* bytes in a configuration file */
#define ROTA_KEYS_DEFAULT "/etc/rota/keys.d"
#define ROTA_FILES_MAX 17 /* of "verify": a manifest and its images */

struct rota_options {
    /* The keys: as given, or the default that options.c has. A number that
     * was not given is 0, a text NULL. */
    const char *repo;
    const char *api;
    const char *channel; /* "latest", "prerelease" or "tag:..." */
    const char *tag_prefix;
    const char *board;
    const char *asset;
    const char *version;
    const char *version_file;
    const char *root;
    const char *slot_a;
    const char *slot_b;
    const char *boot; /* "link", "uboot-mender" or "uboot-rauc" */
    const char *uboot_env;
    const char *uboot_slots; /* two names, separated by a comma */
    const char *install_as;
    const char *more_images; /* names, separated by commas */
    const char *ca_image;    /* one of them */
    const char *state;
    const char *ca_file;
    const char *asset_hosts;
    const char *token_file;
    const char *api_version; /* "" for none */
    const char *keys;        /* "" for none; NULL: ROTA_KEYS_DEFAULT, which
                              * need not be there */
    const char *project;
    uint32_t key_threshold;
    uint32_t hw;
    uint32_t interval_s;
    uint32_t stall_ms;
    uint32_t trial_starts;
    bool allow_downgrade;

    /* The command line besides. */
    const char *command;              /* NULL: none was given */
    const char *topic;                /* "help TOPIC" */
    const char *file[ROTA_FILES_MAX]; /* "verify FILE..." */
    int files;
    const char *config; /* -c; NULL: ROTA_CONF_DEFAULT where it exists */
    bool json;
    bool help;

    /* What is wrong, as one line; valid when a function here fails. */
    char error[512];

    char text[ROTA_CONF_MAX + 1]; /* the file's values; do not touch */
};

/* Read the command line and the configuration file. False, and o->error says
 * why, when either has anything that is not understood. Values of argv are
 * borrowed for as long as o lives. The file is not read for "help" and
 * "version". */
bool rota_options_read(struct rota_options *o, int argc, char *const *argv);

/* The same for text that plays the configuration file; name is its name in
 * o->error. The text is changed and borrowed. */
bool rota_options_parse(struct rota_options *o, const char *name, char *text);

/* Forget everything, take the defaults. rota_options_read begins so. */
void rota_options_init(struct rota_options *o);

/* Is all there that an update needs, and does it go together? is_signed: there
 * are keys that manifests must be signed with. */
bool rota_options_complete(struct rota_options *o, bool is_signed);

/* The same for those who only start programs: root or slots. */
bool rota_options_bootable(struct rota_options *o);

/* Call each for every key, in the order of the table, for the help. */
void rota_options_each(void (*each)(const char *name, const char *value,
                                    const char *about));

#endif
