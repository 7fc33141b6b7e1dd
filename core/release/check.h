/* SPDX-License-Identifier: Apache-2.0 */
/* Finding out what there is: the release and the asset that a device would
 * install, from one reply or from the pages of a list.
 */
#ifndef ROTA_RELEASE_CHECK_H
#define ROTA_RELEASE_CHECK_H

#include "flash/record.h"
#include "http/get.h"
#include "release/finder.h"

/* Room to read a page in, lent until the check ends. It may overlap the room of
 * the URL that was asked for, which is spent by then. */
struct rota_page {
    struct rota_release now; /* the release being read */
    char window[1024];
    union {
        char next[384];            /* URL of the next page, "" = none */
        struct rota_release found; /* by its name: there are no pages */
    } end;
};

struct rota_check {
    struct rota_get *get;
    struct rota_page *page;
    const struct rota_choice *choice;
    struct rota_answer *answer; /* to be written; NULL: of a named asset */
    uint64_t release_id;        /* of the release that has the named asset */
    uint8_t state;
    uint8_t attempts; /* ROTA_CHECK_NO_MORE: none is to follow */
    uint8_t pages;
    bool known;       /* answer answers the same question, and is whole: its
                       * validator is sent */
    bool no_token;    /* a 401 is being tried without it */
    bool second_pass; /* the tag stood behind its assets */
    uint32_t bytes;   /* of this reply's body */
    uint32_t wait_ms; /* since when to wait, attempts seconds */
    struct rota_finder finder;
};

/* What the answer to a check depends on besides the server, in short. */
uint32_t rota_check_key(const struct rota_config *c);

/* Begin. answer is the last one, or zero, and this check alone writes it: while
 * it is being replaced, and when that fails, its key is 0. Its validators are
 * sent if it answers the same question and whole is not set. */
void rota_check_begin(struct rota_check *d, struct rota_get *get,
                      struct rota_page *page, struct rota_answer *answer,
                      bool whole);

/* Begin to look for the asset of this name in the release of this id, without
 * validators: page->end.found. */
void rota_check_named(struct rota_check *d, struct rota_get *get,
                      struct rota_page *page, uint64_t release_id,
                      const char *name);

/* The next check asks without validators. */
static inline void rota_check_forget(struct rota_answer *answer)
{
    answer->key = 0;
}

enum { ROTA_CHECK_NO_MORE = 100 };

enum { ROTA_CHECK_FOUND = 1, ROTA_CHECK_UNCHANGED = 2 };

/* Go on: ROTA_EAGAIN; ROTA_CHECK_FOUND: the answer is new;
 * ROTA_CHECK_UNCHANGED: the last answer still holds; or an error, which says
 * that there is no usable release or that the server could not be asked. */
int rota_check_step(struct rota_check *d) ROTA_CHECKED;

#endif
