/* SPDX-License-Identifier: Apache-2.0 */
/* What is inside a struct rota. */
#ifndef ROTA_UPDATE_CLIENT_H
#define ROTA_UPDATE_CLIENT_H

#include "flash/hash.h"
#include "flash/record.h"
#include "flash/slot.h"
#include "http/get.h"
#include "release/check.h"
#include "update/checkpoint.h"
#include "update/decide.h"
#include "update/fetch.h"
#include "update/state.h"

/* The images of the update that is under way; without keys there is one. */
struct rota_images {
    uint8_t count;
    uint8_t at;      /* the one that is being downloaded */
    uint8_t reading; /* the one that is being read back */
    bool known;      /* sha256 is known; else the first readback sets it */
    uint8_t slot[ROTA_IMAGES_MAX]; /* id of the slot that each goes to */
    uint32_t size[ROTA_IMAGES_MAX];
    uint8_t sha256[ROTA_SHA256_LEN]; /* of all: see rota_hash_sums */
};

/* A copy in RAM of the parts of the last installation's record that are asked
 * for often. */
struct rota_trial {
    uint8_t phase;      /* enum rota_phase */
    bool same_version;  /* config.version is still that of the record */
    bool known;         /* the record was read, or there is no store */
    bool downloaded;    /* since the program started, without a config.boot */
    uint32_t tag;       /* CRC of the tag of its release */
    uint64_t answer_id; /* asset id in the server's answer at that time */
};

/* The client's one work area, lent to one phase at a time:
 *
 *   href       the URL, from the request until the head of the reply has come;
 *   page       the release being read, from then until the reply is complete;
 *   manifest   from the head of its reply until it has been judged;
 *   sums       the hashes of a readback, while there is no connection.
 *
 * The next phase overwrites it. With keys, the URL of an image's asset lies at
 * the end of href while the image is fetched, and get.href_size keeps other
 * URLs off it. */
union rota_scratch {
    char href[ROTA_URL_MAX + 1];
    struct rota_page page;
    char manifest[ROTA_MANIFEST_MAX];
    struct {
        struct rota_hash hash;
        uint8_t sum[ROTA_IMAGES_MAX][ROTA_SHA256_LEN];
    } sums;
};

/* Small and often used fields first: see struct rota_get. */
struct rota_client {
    const struct rota_config *config;
    const struct rota_store_ops *store; /* config.store->ops, or
                                         * &rota_store_none */
    uint8_t failures;                   /* checks in a row that failed */
    uint8_t state;     /* enum rota_state: see rota_update_enter */
    int8_t boot;       /* enum rota_boot_state when last looked at */
    uint8_t unchanged; /* answers in a row that said only "unchanged" */
    bool resumed;      /* the slot holds bytes of an earlier run */
    bool begun;        /* an earlier run began to install the same images */
    uint8_t why;       /* the manifest was refused, enum rota_why */
    bool overdue : 1;  /* ROTA_EV_OVERDUE was told */
    bool asked : 1;    /* rota_check_now was called */
    bool received : 1; /* all bytes of the manifest are in scratch */
    uint32_t told_ms;  /* when the last progress event was told, or may_install
                        * was last asked */
    uint32_t start_ms; /* when rota_init was called */
    uint64_t next_ms;  /* when the next check is due */
    struct rota_schedule schedule;
    struct rota_trial trial;
    struct rota_slot slot;
    struct rota_images images;
    uint32_t seed; /* this device's number, for rota_poll_wait */
    union {
        /* Room for what manifest/step.c keeps. */
        uint64_t manifest[sizeof(void *) == 8 ? 29 : 22];
        struct rota_check check;
        struct {
            struct rota_check check;
            struct rota_list *to; /* whose step is the state LIST */
        } list;
        struct {
            struct rota_fetch fetch;
            struct rota_progress progress;
        };
    } job;                     /* the work of the state */
    struct rota_answer answer; /* of the server: the check alone writes it */
    struct rota_image image;   /* the one that is wanted */
    struct rota_get get;
    union rota_scratch scratch;
};

/* The optional part behind config.trust->ops: the states between the answer of
 * the server and the fetch of an image. Each function without another comment
 * returns the next state or an error; see state.h. */
struct rota_trust_ops {
    /* For rota_config_check. ROTA_EINVAL when key is not a P-256 public key in
     * the form of struct rota_key; another error when it could not be checked.
     */
    int (*check_key)(const struct rota_key *key);

    /* The client begins: take the latest accepted time of issue as the earliest
     * possible time. ROTA_OK or an error. */
    int (*open)(struct rota_client *c);

    /* Change a decision about the answer: with manifests, a newer release is
     * ROTA_DECIDE_READ before it is ROTA_DECIDE_INSTALL. */
    enum rota_decision (*decide)(const struct rota_client *c,
                                 enum rota_decision decision);

    /* Begin to fetch the manifest: to MANIFEST. */
    int (*begin)(struct rota_client *c);

    /* Look whether an earlier run has brought the image: to PROBE, or to FIND
     * when that cannot be. */
    int (*probe)(struct rota_client *c);

    /* Look for the asset of the image by its name: to FIND. */
    int (*find)(struct rota_client *c);

    /* An image that is not the last one is in its slot: go on to the next, to
     * MANIFEST. */
    int (*next)(struct rota_client *c);

    /* The states MANIFEST, PROBE and FIND. */
    int (*step_manifest)(struct rota_client *c);
    int (*step_probe)(struct rota_client *c);
    int (*step_find)(struct rota_client *c);

    /* A trial has ended: the pending values of its manifest count from now on
     * if it was confirmed, else they are dropped. ROTA_OK or an error. */
    int (*settle)(struct rota_client *c, bool confirmed);

    /* One sum for several images: rota_hash_sums. */
    int (*sum)(uint8_t (*sums)[ROTA_SHA256_LEN], unsigned count,
               uint8_t out[ROTA_SHA256_LEN]);

    /* The state MANIFEST is left early: give back mbedTLS's memory. */
    void (*drop)(struct rota_client *c);
};

static inline struct rota_client *rota_client(struct rota *r)
{
    return (struct rota_client *)(void *)r->state.bytes;
}

static inline const struct rota_client *rota_client_const(const struct rota *r)
{
    return (const struct rota_client *)(const void *)r->state.bytes;
}

/* Tell the application an event of this type, about release, which may be
 * NULL. */
void rota_client_tell(const struct rota_client *c, enum rota_event_type type,
                      const struct rota_release *release);

/* Tell the application an event of this type, about the answer and the image
 * that is wanted of it. */
void rota_client_tell_image(const struct rota_client *c,
                            enum rota_event_type type);

#endif
