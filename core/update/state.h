/* SPDX-License-Identifier: Apache-2.0 */
/* The states of a client. */
#ifndef ROTA_UPDATE_STATE_H
#define ROTA_UPDATE_STATE_H

#include "update/client.h"

enum rota_state {
    ROTA_STATE_IDLE,
    ROTA_STATE_CHECK,
    ROTA_STATE_MANIFEST,
    ROTA_STATE_PROBE,
    ROTA_STATE_FIND,
    ROTA_STATE_FETCH,
    ROTA_STATE_FINISH,
    ROTA_STATE_VERIFY,
    ROTA_STATE_WAIT
};

#endif
