/* SPDX-License-Identifier: Apache-2.0 */
/* What is inside a struct rota. */
#ifndef ROTA_CLIENT_H
#define ROTA_CLIENT_H

#include "checkpoint.h"
#include "discover.h"
#include "fetch.h"
#include "record.h"

struct rota_client {
    const struct rota_config *config;
    struct rota_journal journal;
    struct rota_get get;
    struct rota_slot slot;
    struct rota_found found; /* the last answer; what is being installed */
    union {
        struct rota_discover discover;
        struct rota_fetch fetch;
    } job;
    struct rota_schedule schedule;
    struct rota_progress progress;
    uint64_t next_ms;  /* of the next check */
    uint32_t asked_ms; /* WAIT: when may_install was asked */
    uint32_t told_ms;  /* of the last progress event */
    uint32_t start_ms; /* when the program started */
    uint32_t failures; /* checks in a row that failed */
    uint32_t seed;     /* this device's number, for rota_poll_wait */
    uint8_t state;     /* of update.c */
    int8_t boot;       /* enum rota_boot_state when last looked at */
    bool overdue;      /* was told */
    bool asked;        /* check now */
    bool resumed;      /* the slot holds bytes of an earlier run */
    bool read_once;    /* sha256 is that of the slot, read back */
    uint8_t sha256[ROTA_SHA256_LEN];
};

static inline struct rota_client *rota_client(struct rota *r)
{
    return (struct rota_client *)(void *)r->state.bytes;
}

static inline const struct rota_client *rota_client_const(const struct rota *r)
{
    return (const struct rota_client *)(const void *)r->state.bytes;
}

/* --- install.c ----------------------------------------------------------- */

/* See what the boot state says, act on it and tell of it; first: at start,
 * when a trial is told of too. */
int rota_install_look(struct rota_client *c, bool first) ROTA_CHECKED;

/* Note in the journal how far the installation of found.release is. */
int rota_install_note(struct rota_client *c,
                      enum rota_phase phase) ROTA_CHECKED;

/* Boot the verified image next. */
int rota_install_arm(struct rota_client *c) ROTA_CHECKED;

/* The running image has completed a check: end its trial, unless that is the
 * application's to do or it is not the image on trial that runs. */
int rota_install_healthy(struct rota_client *c) ROTA_CHECKED;

/* End the trial of the running image. ROTA_ENOTHING when there is none. */
int rota_install_confirm(struct rota_client *c) ROTA_CHECKED;

/* The version that runs: the configured one; or, when that is still what it
 * was at the last installation (an agent's configuration does not change by
 * updating), what the journal knows to run since. */
void rota_install_running(const struct rota_client *c,
                          char version[ROTA_TAG_MAX + 1]);

/* What to do about found.release. */
enum rota_decision {
    ROTA_DECIDE_NOTHING, /* it runs, or is older */
    ROTA_DECIDE_INSTALL,
    ROTA_DECIDE_READY,      /* it is installed: restart */
    ROTA_DECIDE_QUARANTINE, /* it has failed */
    ROTA_DECIDE_TRIAL       /* another image is on trial and must not lose
                             * what it can be rolled back to */
};
enum rota_decision rota_install_decide(const struct rota_client *c);

/* --- client.c ------------------------------------------------------------ */

uint64_t rota_client_now(const struct rota_client *c);

#endif
