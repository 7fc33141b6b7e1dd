/* SPDX-License-Identifier: Apache-2.0 */
/* The device as the options describe it: slots, journal, boot state, trusted
 * roots, and the configuration of the library made of them.
 */
#ifndef ROTA_DEVICE_H
#define ROTA_DEVICE_H

#include "anchors_pem.h"
#include "copy.h"
#include "data.h"
#include "flash_file.h"
#include "image.h"
#include "keys_pem.h"
#include "net_bsd.h"
#include "options.h"
#include "rota.h"
#include "show.h"
#include "slots.h"

#define ROTA_TOKEN_MAX 1023
#define ROTA_DEVICE_ARENA (96u << 10)  /* memory for TLS */
#define ROTA_DEVICE_BUFFER (16u << 10) /* a TLS record */

/* Large: make it static. */
struct rota_device {
    struct rota_options *options;
    struct rota_show *show;

    struct rota_slots slots;
    struct rota_boot
        next_boot; /* slots.boot, but the image is finished first */
    int active;    /* 0 or 1, when it was opened */
    int wake_fd;   /* for bsd.wake_fd; or -1 */

    struct rota_config config;
    struct rota_trust trust; /* for config.trust, if there are keys */
    struct rota_net_bsd bsd;
    struct rota_net net;
    struct rota_arena arena;
    struct rota_anchors_pem anchors;
    struct rota_keys_pem keys;
    struct rota_imagefile image;
    struct rota_data data;
    struct rota_flash_file journal_file;
    struct rota_flash slot, journal_flash;
    struct rota_journal journal;
    struct rota_store store;
    char version[ROTA_TAG_MAX + 2];
    char token[ROTA_TOKEN_MAX + 2];
    char api[256];
    char id[128];
    _Alignas(int) unsigned char buffer[ROTA_DEVICE_BUFFER];
    unsigned char memory[ROTA_DEVICE_ARENA];
    struct rota_copy copy; /* of the journal, to look at */
};

/* Functions that return int return 0, or an exit code after saying why. */

/* The boot state alone: all that boot, confirm and rollback need. With write,
 * the state folder is made, 0700, if it is missing. */
int rota_device_boot(struct rota_device *d, struct rota_options *o,
                     struct rota_show *show, bool write);

/* The state folder's lock, until the process ends. */
int rota_device_lock(struct rota_device *d);

/* All that an update needs, lock included: then d->config is complete but for
 * the application's part. */
int rota_device_start(struct rota_device *d, struct rota_options *o,
                      struct rota_show *show);

/* The same to look only: no lock, the journal is a copy in memory, nothing on
 * the device changes, roots and token are not read. */
int rota_device_peek(struct rota_device *d, struct rota_options *o,
                     struct rota_show *show);

/* After that: how large the free slot is, for d->config. */
int rota_device_measure(struct rota_device *d);

/* Is another slot active than at the start, or does another version run? */
bool rota_device_changed(struct rota_device *d);

/* As if it were closed and started again, under the same lock. */
int rota_device_restart(struct rota_device *d);

void rota_device_close(struct rota_device *d);

/* More about err, which a port of d has just said: errno's text, or NULL. */
const char *rota_device_why(struct rota_device *d, int err);

#endif
