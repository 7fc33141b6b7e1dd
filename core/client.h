/* SPDX-License-Identifier: Apache-2.0 */
/* What is inside a struct rota, and what the files that work on it know of
 * each other. */
#ifndef ROTA_CLIENT_H
#define ROTA_CLIENT_H

#include "checkpoint.h"
#include "discover.h"
#include "fetch.h"
#include "manifest.h"

/* The images of the update that is under way; without keys there is one. */
struct rota_images {
    uint8_t count;
    uint8_t at;      /* the one that is being downloaded */
    uint8_t reading; /* the one that is being read back */
    bool known;      /* sha256 is known; else the first reading tells it */
    uint8_t slot[ROTA_IMAGES_MAX]; /* id of the slot that it goes to */
    uint32_t size[ROTA_IMAGES_MAX];
    uint8_t sha256[ROTA_SHA256_LEN]; /* of all: see rota_manifest_digest */
};

/* A manifest on its way. */
struct rota_signed {
    uint32_t got; /* bytes that have come */
    uint32_t wait_ms;
    uint8_t state;
    uint8_t attempts;
    uint8_t why;     /* it is refused, enum rota_why */
    uint8_t percent; /* of the devices may have it */
    struct rota_checks checks;
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
        struct rota_discover discover;
        struct {
            struct rota_fetch fetch;
            struct rota_progress progress;
        };
        struct rota_signed manifest;
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

/* --- install.c ----------------------------------------------------------- */

/* See what the boot state says, act on it and tell of it; first: at start,
 * when a trial is told of too. */
int rota_install_look(struct rota_client *c, bool first) ROTA_CHECKED;

/* Note in the journal that the installation of found.release begins; has that
 * of the same images begun before? */
int rota_install_begin(struct rota_client *c, bool *before) ROTA_CHECKED;

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
    ROTA_DECIDE_READ,       /* its manifest has to be read first */
    ROTA_DECIDE_HOLD,       /* its manifest leaves this device out for now */
    ROTA_DECIDE_READY,      /* it is installed: restart */
    ROTA_DECIDE_QUARANTINE, /* it has failed */
    ROTA_DECIDE_TRIAL       /* another image is on trial and must not lose
                             * what it can be rolled back to */
};
enum rota_decision rota_install_decide(const struct rota_client *c);

/* Is found.release, or what has this digest (NULL: unknown), in quarantine? */
bool rota_install_is_bad(const struct rota_client *c, const uint8_t *sha256);

/* Is version one to go to from the running one? */
bool rota_install_newer(const struct rota_client *c, const char *version);

/* Is that of found.release? */
bool rota_install_wanted(const struct rota_client *c);

/* --- images.c ------------------------------------------------------------ */

/* There is one image, found.release, and its digest is what the server said,
 * if that. */
void rota_images_one(struct rota_client *c);

/* Where the image that is being downloaded goes. */
const struct rota_flash *rota_images_slot(const struct rota_client *c);

/* Is that the last one? */
bool rota_images_at_last(const struct rota_client *c);

/* Begin to read back that image alone or, when it is the last one, all. What
 * config.buffer and get.work had is lost. */
int rota_images_read(struct rota_client *c, bool all) ROTA_CHECKED;

/* Go on: ROTA_EAGAIN; ROTA_OK: the slots hold what they should; ROTA_EDIGEST
 * when not. */
int rota_images_step(struct rota_client *c, bool all) ROTA_CHECKED;

/* After ROTA_EDIGEST: is it the image at that was wrong? */
bool rota_images_at_is_wrong(const struct rota_client *c);

/* --- signed.c ------------------------------------------------------------ */

/* Begin to fetch the manifest, which is the asset of the last answer. */
int rota_signed_begin(struct rota_client *c) ROTA_CHECKED;

/* Go on: ROTA_EAGAIN; ROTA_OK: all of it has come and the connection is
 * closed; or an error that more attempts will not cure. */
int rota_signed_step(struct rota_client *c) ROTA_CHECKED;

/* Open, judge and, unless it is to be held, accept the manifest that came:
 * ROTA_EAGAIN while its signatures are being checked; enum rota_decision, or
 * an error, with job.manifest.why to explain it. To
 * install: images tells which, and found.release is the image that is to be
 * downloaded, but its asset is not known. */
int rota_signed_judge(struct rota_client *c) ROTA_CHECKED;

/* Give back the memory that a manifest on its way takes of mbedTLS. */
void rota_signed_drop(struct rota_client *c);

/* What follows with keys from a decision about the release that was found. */
enum rota_decision rota_signed_decide(const struct rota_client *c,
                                      enum rota_decision decision);

/* Begin to look for the asset of found.release by its name. */
void rota_signed_find(struct rota_client *c);

/* Go on: ROTA_EAGAIN; ROTA_OK: found.release is complete; or an error. */
int rota_signed_find_step(struct rota_client *c) ROTA_CHECKED;

/* --- client.c ------------------------------------------------------------ */

uint64_t rota_client_now(const struct rota_client *c);

/* Unix time; 0 while there is no clock to rely on. */
uint64_t rota_client_clock(const struct rota_client *c);

/* Tell the application of type, about release or, if NULL, none. */
void rota_client_tell(const struct rota_client *c, enum rota_event_type type,
                      const struct rota_release *release);

#endif
