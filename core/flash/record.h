/* SPDX-License-Identifier: Apache-2.0 */
/* What the journal's records mean. Bytes: SPEC.md, "Records".
 *
 * A record that is missing, torn or of another format leaves the zeroed struct
 * that means "nothing known". So does flash that cannot be read; but where what
 * is loaded will be written again, that is told, lest one failing read have the
 * device forget what it must not accept.
 */
#ifndef ROTA_FLASH_RECORD_H
#define ROTA_FLASH_RECORD_H

#include "flash/hash.h"
#include "flash/journal.h"

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
struct rota_found {
    uint32_t key; /* of all that the answer depends on */
    char last_modified[32];
    char etag[ROTA_ETAG_SIZE]; /* "" when there is a last_modified: it changes
                                * with every download of the asset */
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

/* Images that failed their trial. */
#define ROTA_QUARANTINE_MAX 4
struct rota_quarantine {
    uint8_t count, newest;
    struct {
        uint64_t asset_id;
        uint8_t sha256[ROTA_SHA256_LEN];
    } image[ROTA_QUARANTINE_MAX];
};

/* What this device has accepted of signed manifests, so that nothing older
 * comes back. An id of a key that is all zeros is none. */
#define ROTA_REVOKED_MAX 4
struct rota_accepted {
    uint32_t seq;           /* the highest accepted */
    uint32_t security;      /* of the image that was confirmed last */
    uint32_t security_next; /* of the image that is being installed */
    uint64_t issued;        /* the latest of those accepted, Unix time, but not
                             * later than it was then */
    uint64_t accepted;      /* Unix time of the last acceptance, 0 = unknown */
    uint64_t asset_id;      /* of the last manifest accepted */
    bool held;              /* it leaves this device out for now */
    uint8_t revoked[ROTA_REVOKED_MAX][8];
    uint8_t revoked_next[ROTA_REVOKED_MAX][8]; /* with security_next */
};

void rota_record_load_install(const struct rota_journal *j,
                              struct rota_install *i);
int rota_record_save_install(struct rota_journal *j,
                             const struct rota_install *i) ROTA_CHECKED;
void rota_record_load_found(const struct rota_journal *j, struct rota_found *f);
int rota_record_save_found(struct rota_journal *j,
                           const struct rota_found *f) ROTA_CHECKED;
void rota_record_load_schedule(const struct rota_journal *j,
                               struct rota_schedule *s);
int rota_record_save_schedule(struct rota_journal *j,
                              const struct rota_schedule *s) ROTA_CHECKED;
void rota_record_load_checkpoint(const struct rota_journal *j,
                                 struct rota_checkpoint *c);
int rota_record_save_checkpoint(struct rota_journal *j,
                                const struct rota_checkpoint *c) ROTA_CHECKED;
int rota_record_load_accepted(const struct rota_journal *j,
                              struct rota_accepted *p) ROTA_CHECKED;
int rota_record_save_accepted(struct rota_journal *j,
                              const struct rota_accepted *p) ROTA_CHECKED;

/* The image that is being installed was confirmed: what waited for that holds
 * from now on. The counter never goes down and no key comes back; of more than
 * ROTA_REVOKED_MAX keys the first ones stay. */
void rota_accepted_commit(struct rota_accepted *p);

int rota_record_load_quarantine(const struct rota_journal *j,
                                struct rota_quarantine *b) ROTA_CHECKED;
int rota_record_save_quarantine(struct rota_journal *j,
                                const struct rota_quarantine *b) ROTA_CHECKED;

/* Is the key of this id revoked? */
bool rota_accepted_revoked(const struct rota_accepted *p, const uint8_t id[8]);

/* Is an image in quarantine, as far as its asset id, unless 0, and its digest,
 * unless NULL, tell? */
bool rota_quarantine_has(const struct rota_quarantine *b, uint64_t asset_id,
                         const uint8_t *sha256);

/* Put an image into quarantine, in place of the oldest one when full. */
void rota_quarantine_add(struct rota_quarantine *b, uint64_t asset_id,
                         const uint8_t sha256[ROTA_SHA256_LEN]);

#endif
