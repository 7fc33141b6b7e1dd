/* SPDX-License-Identifier: Apache-2.0 */
/* What is inside a struct rota. */
#ifndef ROTA_UPDATE_CLIENT_H
#define ROTA_UPDATE_CLIENT_H

#include "update/checkpoint.h"
#include "release/check.h"
#include "update/fetch.h"
#include "manifest/envelope.h"

/* The images of the update that is under way; without keys there is one. */
struct rota_images {
    uint8_t count;
    uint8_t at;      /* the one that is being downloaded */
    uint8_t reading; /* the one that is being read back */
    bool known;      /* sha256 is known; else the first reading tells it */
    uint8_t slot[ROTA_IMAGES_MAX]; /* id of the slot that it goes to */
    uint32_t size[ROTA_IMAGES_MAX];
    uint8_t sha256[ROTA_SHA256_LEN]; /* of all: rota_manifest_judge_digest */
};

/* A manifest on its way. */
struct rota_manifest_step {
    uint32_t got; /* bytes that have come */
    uint32_t wait_ms;
    uint8_t state;
    uint8_t attempts;
    uint8_t why;     /* it is refused, enum rota_why */
    uint8_t percent; /* of the devices may have it */
    struct rota_signatures checks;
};

/* Small and often used things first: see struct rota_get. */
struct rota_client {
    const struct rota_config *config;
    uint8_t failures;  /* checks in a row that failed */
    uint8_t state;     /* enum rota_state */
    int8_t boot;       /* enum rota_boot_state when last looked at */
    uint8_t unchanged; /* answers in a row that said only that */
    bool overdue;      /* was told */
    bool asked;        /* check now */
    bool resumed;      /* the slot holds bytes of an earlier run */
    bool begun;        /* an earlier run began to install the same images */
    uint32_t told_ms;  /* of the last progress event, or question to
                        * may_install */
    uint64_t next_ms;  /* of the next check */
    uint32_t start_ms; /* when the program started */
    uint32_t seed;     /* this device's number, for rota_poll_wait */
    struct rota_schedule schedule;
    struct rota_slot slot;
    struct rota_images images;
    struct rota_journal journal;
    union {
        struct rota_check check;
        struct {
            struct rota_fetch fetch;
            struct rota_progress progress;
        };
        struct rota_manifest_step manifest;
    } job;
    struct rota_found found; /* the last answer; its release becomes that of
                              * the image that is being downloaded */
    struct rota_get get;
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

#endif
