/* SPDX-License-Identifier: Apache-2.0 */
/* What the records of a store mean. Bytes: SPEC.md, "Records".
 *
 * A record that is missing, torn or of another format leaves the zeroed struct
 * that means "nothing known". So does flash that cannot be read; but where what
 * is loaded will be written again, that is told, lest one failing read have the
 * device forget what it must not accept.
 */
#ifndef ROTA_FLASH_RECORD_H
#define ROTA_FLASH_RECORD_H

#include "flash/accepted.h"
#include "flash/hash.h"
#include "flash/quarantine.h"
#include "rota.h"

/* How far the last installation came. On flash: never renumber. */
enum rota_phase {
    ROTA_PHASE_NONE = 0,
    ROTA_PHASE_FETCH = 1,      /* the slot is being written */
    ROTA_PHASE_ARMED = 2,      /* verified; the boot state is about to change */
    ROTA_PHASE_TRIAL = 3,      /* the boot state was changed */
    ROTA_PHASE_CONFIRMED = 4,  /* the image stays */
    ROTA_PHASE_ROLLED_BACK = 5 /* the image failed and is in quarantine */
};

struct rota_install {
    uint8_t phase;                     /* enum rota_phase */
    char configured[ROTA_TAG_MAX + 1]; /* config.version at that time */
    char from[ROTA_TAG_MAX + 1];       /* version that really ran */
    uint8_t sha256[ROTA_SHA256_LEN];   /* of the image, read back; from ARMED
                                        * on. With keys: of all images, from
                                        * FETCH on */
    struct rota_release release; /* with keys: of the first image, but with
                                  * the manifest's asset_id */
};

/* The last answer of the server, for a conditional request to repeat. */
struct rota_answer {
    uint32_t key;                   /* of all that the answer depends on */
    char validator[ROTA_ETAG_SIZE]; /* an ETag, which has quotes, or a
                                     * Last-Modified, which has none */
    struct rota_release release;
};

/* When to ask next. */
struct rota_schedule {
    uint64_t not_before; /* Unix time before which the server wants no
                          * request, 0 = none */
    uint64_t last_check; /* Unix time of the last answer, 0 = unknown */
    int32_t last_err;    /* of the last check or download */
};

/* How much of the image being installed is safely in the slot. */
struct rota_checkpoint {
    uint64_t asset_id; /* with digest: whose bytes they are */
    uint8_t digest[ROTA_SHA256_LEN];
    uint32_t size; /* of the image */
    uint32_t at;   /* bytes in the slot, whole erase blocks; 0 = none */
    char etag[ROTA_ETAG_SIZE]; /* strong, of the file they came from; "" =
                                  unknown */
};

enum rota_record_type {
    ROTA_RECORD_INSTALL = 1, /* on flash: never renumber */
    ROTA_RECORD_ANSWER,
    ROTA_RECORD_SCHEDULE,
    ROTA_RECORD_QUARANTINE,
    ROTA_RECORD_CHECKPOINT,
    ROTA_RECORD_ACCEPTED
};

/* Load the record of type into its struct; a store of NULL has none. */
int rota_record_load(const struct rota_store *s, enum rota_record_type type,
                     void *record) ROTA_CHECKED;

/* Load it where a store that cannot be read is nothing known as well. */
void rota_record_recall(const struct rota_store *s, enum rota_record_type type,
                        void *record);

/* Save the struct of type; a store of NULL keeps nothing. */
int rota_record_save(const struct rota_store *s, enum rota_record_type type,
                     const void *record) ROTA_CHECKED;

#endif
