/* SPDX-License-Identifier: Apache-2.0 */
/* What to do about the release that the server has. */
#ifndef ROTA_UPDATE_DECIDE_H
#define ROTA_UPDATE_DECIDE_H

#include <stdbool.h>

struct rota_client;

enum rota_decision {
    ROTA_DECIDE_NOTHING,    /* the release runs, or is older */
    ROTA_DECIDE_INSTALL,    /* install it */
    ROTA_DECIDE_READ,       /* read its manifest first */
    ROTA_DECIDE_READY,      /* it is installed already: restart */
    ROTA_DECIDE_QUARANTINE, /* it has failed its trial before */
    ROTA_DECIDE_TRIAL       /* another image is on trial. The free slot holds
                             * the image to roll back to: do not write it */
};

/* The decision about the server's answer, before any manifest is read. */
enum rota_decision rota_decide(const struct rota_client *c);

/* Note in c->trial that the answer is the release that is being installed. */
void rota_decide_remember(struct rota_client *c);

/* Is version newer than the running one? With config.allow_downgrade any other
 * version counts as newer; without a config.version any version does. */
bool rota_decide_newer(const struct rota_client *c, const char *version);

/* Is the version of the answer newer in that sense? Without a config.version:
 * is the answer another release than the one that was confirmed last? */
bool rota_decide_wanted(const struct rota_client *c);

#endif
