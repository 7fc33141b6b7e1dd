/* SPDX-License-Identifier: Apache-2.0 */
/* What an update keeps in a store, and when: the optional part behind
 * config.store->ops. history.c keeps it; store.c stands in when there is no
 * store, and keeps nothing. Functions that return int return ROTA_OK or an
 * error. */
#ifndef ROTA_UPDATE_STORE_H
#define ROTA_UPDATE_STORE_H

#include "update/client.h"

struct rota_store_ops {
    /* The client begins: load schedule, trial and answer. */
    int (*open)(struct rota_client *c);

    /* The boot state is in c->boot: act on what it means together with the
     * phase (verdict.h), and tell the events. first: the program has just
     * started, so that a trial is told as well. */
    int (*look)(struct rota_client *c, bool first);

    /* Keep the answer, with its validators. */
    int (*answered)(struct rota_client *c);

    /* Keep the schedule; an error is a note in the log. */
    void (*planned)(struct rota_client *c);

    /* Copy the version that runs. That is the configured one, unless it has not
     * changed since the last installation, as that of an agent, whose
     * configuration does not change with an update: then it is the version that
     * the last installation left running. */
    void (*running)(const struct rota_client *c,
                    char version[ROTA_TAG_MAX + 1]);

    /* Is the answer, or an image of this digest (NULL: unknown), in
     * quarantine? */
    bool (*is_bad)(const struct rota_client *c, const uint8_t *sha256);

    /* The installation of the image begins: c->begun tells whether that of the
     * same images had begun before. */
    int (*begin)(struct rota_client *c);

    /* Keep the phase that the installation has come to. */
    int (*note)(struct rota_client *c, enum rota_phase phase);

    /* The bootloader would never run this image: put it into quarantine. */
    int (*condemn)(struct rota_client *c);

    /* The running image was confirmed: keep that and tell of it. */
    int (*confirmed)(struct rota_client *c);

    /* Where the download of the image can go on: see rota_checkpoint_find. */
    uint32_t (*resume)(struct rota_client *c, char etag[ROTA_ETAG_SIZE]);

    /* Is there a checkpoint of the image? Then the slot has only a part of
     * it. */
    bool (*has_checkpoint)(const struct rota_client *c);

    /* Bytes went to the slot: make a checkpoint if one is due. */
    int (*progress)(struct rota_client *c);

    /* Forget the checkpoint, because other bytes go to the slot next. */
    int (*forget)(struct rota_client *c);

    /* rota_record_load; without a store, a record of zeros. */
    int (*load)(const struct rota_store *s, enum rota_record_type type,
                void *record);
};

/* For a client without a store: keeps nothing and goes by the boot state. */
extern const struct rota_store_ops rota_store_none;

/* Copy a version; "" when it is longer than ROTA_TAG_MAX. Only a configured
 * version that rota_config_check has not seen can be that long. */
void rota_store_copy_version(char to[ROTA_TAG_MAX + 1], const char *version);

#endif
