/* SPDX-License-Identifier: Apache-2.0 */
/* Finding out what there is: the release and the asset that a device would
 * install, from one reply or from the pages of a list.
 */
#ifndef ROTA_RELEASE_CHECK_H
#define ROTA_RELEASE_CHECK_H

#include "release/finder.h"
#include "http/get.h"
#include "flash/record.h"

struct rota_check {
    struct rota_get *get;
    const struct rota_found *known; /* validators to send, or NULL */
    struct rota_release *best;      /* the caller's: the result */
    uint32_t key;                   /* for struct rota_found */
    uint8_t state;
    uint8_t attempts;
    uint8_t pages;
    bool validators;  /* were sent with this request */
    bool no_token;    /* a 401 is being tried without it */
    bool second_pass; /* the tag stood behind its assets */
    uint32_t bytes;   /* of this reply's body */
    uint32_t wait_ms; /* since when to wait, attempts seconds */
    struct rota_finder finder;
};

/* What the answer to a check depends on besides the server, in short. */
uint32_t rota_check_key(const struct rota_config *c);

/* Begin. known, when not NULL, is the last answer and stays valid until the
 * end; its validators are sent if it answers the same question. */
void rota_check_begin(struct rota_check *d, struct rota_get *get,
                      const struct rota_found *known,
                      struct rota_release *best);

/* Begin to look for the asset of release named->release_id that has the name
 * named->name, without validators. */
void rota_check_named(struct rota_check *d, struct rota_get *get,
                      const struct rota_release *named,
                      struct rota_release *best);

enum { ROTA_CHECK_FOUND = 1, ROTA_CHECK_UNCHANGED = 2 };

/* Go on: ROTA_EAGAIN; ROTA_CHECK_FOUND: best is filled in, and get->reply has
 * the validators; ROTA_CHECK_UNCHANGED: known still holds; or an error, which
 * says that there is no usable release or that the server could not be asked.
 */
int rota_check_step(struct rota_check *d) ROTA_CHECKED;

#endif
