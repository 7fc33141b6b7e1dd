/* SPDX-License-Identifier: Apache-2.0 */
/* What to do about the release that the server has. */
#ifndef ROTA_UPDATE_DECIDE_H
#define ROTA_UPDATE_DECIDE_H

#include <stdbool.h>

struct rota_client;

enum rota_decision {
    ROTA_DECIDE_NOTHING, /* it runs, or is older */
    ROTA_DECIDE_INSTALL,
    ROTA_DECIDE_READ,       /* its manifest has to be read first */
    ROTA_DECIDE_READY,      /* it is installed: restart */
    ROTA_DECIDE_QUARANTINE, /* it has failed */
    ROTA_DECIDE_TRIAL       /* another image is on trial, and the one that it
                             * can be rolled back to must stay */
};

/* As far as the answer of the server tells. */
enum rota_decision rota_decide(const struct rota_client *c);

/* The answer is what is being installed. */
void rota_decide_remember(struct rota_client *c);

/* Is version newer than the running one, or wanted for allow_downgrade? Without
 * a config.version any is. */
bool rota_decide_newer(const struct rota_client *c, const char *version);

/* Is that of the answer? Without a config.version: is it another release than
 * the one that was confirmed last? */
bool rota_decide_wanted(const struct rota_client *c);

#endif
