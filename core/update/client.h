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
#include "update/state.h"
#include "update/fetch.h"

/* The images of the update that is under way; without keys there is one. */
struct rota_images {
    uint8_t count;
    uint8_t at;      /* the one that is being downloaded */
    uint8_t reading; /* the one that is being read back */
    bool known;      /* sha256 is known; else the first reading tells it */
    uint8_t slot[ROTA_IMAGES_MAX]; /* id of the slot that it goes to */
    uint32_t size[ROTA_IMAGES_MAX];
    uint8_t sha256[ROTA_SHA256_LEN]; /* of all: see rota_hash_sums */
};

/* What is known of the last installation without reading its record. */
struct rota_trial {
    uint8_t phase;      /* enum rota_phase */
    bool same_version;  /* config.version is what it was then */
    bool downloaded;    /* in this life, and there is no boot */
    uint32_t tag;       /* CRC of the tag of its release, */
    uint64_t answer_id; /* and the asset that the server called the answer */
};

/* One room for what is never needed at the same time:
 *
 *   href                     from asking until the head of the reply has come,
 *   page or manifest         from then until the reply is complete,
 *   sums                     while there is no connection.
 *
 * Whoever has it next overwrites it. */
union rota_scratch {
    char href[ROTA_URL_MAX + 1];
    struct rota_page page;
    char manifest[ROTA_MANIFEST_MAX];
    struct {
        struct rota_hash hash;
        uint8_t sum[ROTA_IMAGES_MAX][ROTA_SHA256_LEN];
    } sums;
};

/* Small and often used things first: see struct rota_get. */
struct rota_client {
    const struct rota_config *config;
    const struct rota_store_ops *store; /* those of config.store, or none */
    uint8_t failures;                   /* checks in a row that failed */
    uint8_t state;     /* enum rota_state; rota_update_enter alone writes it */
    int8_t boot;       /* enum rota_boot_state when last looked at */
    uint8_t unchanged; /* answers in a row that said only that */
    bool overdue;      /* was told */
    bool asked;        /* check now */
    bool resumed;      /* the slot holds bytes of an earlier run */
    bool begun;        /* an earlier run began to install the same images */
    uint8_t why;       /* the manifest is refused, enum rota_why */
    uint8_t percent;   /* of the devices may have what it brings */
    uint32_t told_ms;  /* of the last progress event, or question to
                        * may_install */
    uint64_t next_ms;  /* of the next check */
    uint32_t start_ms; /* when the program started */
    uint32_t seed;     /* this device's number, for rota_poll_wait */
    struct rota_schedule schedule;
    struct rota_trial trial;
    struct rota_slot slot;
    struct rota_images images;
    union {
        uint64_t align;
        struct rota_check check;
        struct {
            struct rota_check check;
            struct rota_list *to; /* whose step is the state LIST */
        } list;
        struct {
            struct rota_fetch fetch;
            struct rota_progress progress;
        };
    } job; /* of the state; that of a manifest is manifest/step.c's */
    struct rota_answer answer; /* of the server: the check alone writes it */
    struct rota_image image;   /* that is wanted */
    struct rota_get get;
    union rota_scratch scratch;
};

/* The part behind config.trust.ops: what a check goes through before an image
 * is wanted. Each function that stands for a state returns the next one; see
 * state.h. */
struct rota_trust_ops {
    /* For rota_config_check: NULL, or what trust->keys must be. */
    const char *(*wrong_keys)(const struct rota_trust *t, int *err);

    /* The client begins: its time is not before what was signed. */
    int (*open)(struct rota_client *c);

    /* What follows from a decision about the answer. */
    enum rota_decision (*decide)(const struct rota_client *c,
                                 enum rota_decision decision);

    /* To the state MANIFEST, from the start. */
    int (*begin)(struct rota_client *c);

    /* Look whether an earlier run brought the image, before it is fetched. */
    int (*probe)(struct rota_client *c);

    /* Look for the asset of the image once more. */
    int (*find)(struct rota_client *c);

    /* An image that is not the last one is in its slot: to the next one. */
    int (*next)(struct rota_client *c);

    /* The states MANIFEST, PROBE and FIND. */
    int (*step_manifest)(struct rota_client *c);
    int (*step_probe)(struct rota_client *c);
    int (*step_find)(struct rota_client *c);

    /* A trial has ended, confirmed or not: what waited for that holds, or
     * never will. */
    int (*settle)(struct rota_client *c, bool confirmed);

    /* Give back the memory that a manifest on its way takes of mbedTLS. */
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

/* Tell the application of type, about release or, if NULL, none. */
void rota_client_tell(const struct rota_client *c, enum rota_event_type type,
                      const struct rota_release *release);

/* Tell it of type, about the answer and the image that is wanted of it. */
void rota_client_tell_image(const struct rota_client *c,
                            enum rota_event_type type);

#endif
