/* SPDX-License-Identifier: Apache-2.0 */
/* All that a program needs to update itself: copy this pair of files, change
 * what updater.c says about your product, and call three functions.
 *
 * The program lives in ROOT/a or ROOT/b and is started as
 * ROOT/current/thermostat by something that runs "rota boot" first. A newer
 * release that is signed by one of its keys is downloaded to the other folder
 * and made the one to start; then updater_restart_due says so, and the program
 * ends when that suits it.
 */
#ifndef UPDATER_H
#define UPDATER_H

#include <limits.h>

#include "anchors_pem.h"
#include "boot_symlink.h"
#include "flash_file.h"
#include "keys_pem.h"
#include "net_bsd.h"
#include "rota.h"

/* Texts are borrowed for life. */
struct updater_settings {
    const char *root;        /* folder with a, b and the link current */
    const char *state;       /* folder for the journal; must be there */
    const char *api;         /* NULL: GitHub's */
    const char *repo;        /* "owner/name" */
    const char *ca_file;     /* trusted roots, PEM */
    const char *keys;        /* folder of public keys, *.pem, that releases are
                              * signed with; should not be writable */
    const char *asset_hosts; /* NULL: GitHub's */
    unsigned interval_s;     /* between checks; 0: 6 hours */
};

/* Large: make it static. */
struct updater {
    struct rota rota;
    struct rota_config config;
    struct rota_net_bsd sockets;
    struct rota_net net;
    struct rota_boot_symlink link;
    struct rota_boot boot;
    struct rota_flash_file slot_file, journal_file;
    struct rota_flash slot, journal_flash;
    struct rota_journal journal;
    struct rota_store store;
    struct rota_trust trust;
    struct rota_anchors_pem roots;
    struct rota_keys_pem keys;
    struct rota_arena arena;
    char path[PATH_MAX];
    char name[64];                                 /* of this machine */
    _Alignas(int) unsigned char buffer[16u << 10]; /* a TLS record */
    unsigned char memory[96u << 10];               /* for TLS */
    bool restart_due;
};

/* Begin. Anything but 0 is an error, which has been told on stderr: then the
 * program goes on without updates. */
int updater_start(struct updater *u, const struct updater_settings *s);

/* Work on updates for ms milliseconds, asleep most of the time; less when a
 * new version is installed. */
void updater_work(struct updater *u, uint32_t ms);

/* Is a new version installed, to be had by ending this process? */
bool updater_restart_due(const struct updater *u);

/* End what is under way. */
void updater_stop(struct updater *u);

#endif
