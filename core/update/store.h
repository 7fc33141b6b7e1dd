/* SPDX-License-Identifier: Apache-2.0 */
/* What an update keeps in a store, and when: the part behind config.store.ops.
 * history.c does it; without a store nothing is kept. */
#ifndef ROTA_UPDATE_STORE_H
#define ROTA_UPDATE_STORE_H

#include "update/client.h"

struct rota_store_ops {
    /* The client begins: schedule, trial and answer are what was kept. */
    int (*open)(struct rota_client *c);

    /* The boot state is in c->boot: act on what it means together with what is
     * kept, and tell of it; first: at start, when a trial is told of too. */
    int (*look)(struct rota_client *c, bool first);

    /* Keep the answer, with its validators. */
    int (*answered)(struct rota_client *c);

    /* Keep when to ask next. */
    void (*planned)(struct rota_client *c);

    /* The version that runs: the configured one; or, when that is still what it
     * was at the last installation (an agent's configuration does not change by
     * updating), the one that is known to run since. */
    void (*running)(const struct rota_client *c,
                    char version[ROTA_TAG_MAX + 1]);

    /* Is the answer, or an image of this digest (NULL: unknown), in
     * quarantine? */
    bool (*is_bad)(const struct rota_client *c, const uint8_t *sha256);

    /* The installation of the image begins: c->begun tells whether that of the
     * same images had begun before. */
    int (*begin)(struct rota_client *c);

    /* The installation has come to this phase. */
    int (*note)(struct rota_client *c, enum rota_phase phase);

    /* The bootloader would never run this image: quarantine it. */
    int (*condemn)(struct rota_client *c);

    /* The running image was confirmed: keep that and tell of it. */
    int (*confirmed)(struct rota_client *c);

    /* Where the download of the image can go on: bytes that are in the slot,
     * 0 = none; etag is that of the file they came from, "" = unknown. */
    uint32_t (*resume)(struct rota_client *c, char etag[ROTA_ETAG_SIZE]);

    /* Is there a checkpoint of the image? Then it is not all there. */
    bool (*has_checkpoint)(const struct rota_client *c);

    /* Bytes went to the slot: make a checkpoint if it is time. */
    int (*progress)(struct rota_client *c);

    /* There is nothing to go on with: the slot is about to change. */
    int (*forget)(struct rota_client *c);

    /* rota_record_load, or nothing. */
    int (*load)(const struct rota_store *s, enum rota_record_type type,
                void *record);
};

/* Nothing is kept: the boot state is all there is. */
extern const struct rota_store_ops rota_store_none;

/* Copy a version. None is too long: rota_config_check looks at the configured
 * one, records hold no longer ones. One that was not checked is dropped. */
void rota_store_copy_version(char to[ROTA_TAG_MAX + 1], const char *version);

#endif
