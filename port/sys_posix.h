/* SPDX-License-Identifier: Apache-2.0 */
/* Clock and random numbers of Linux and the BSDs. */
#ifndef ROTA_SYS_POSIX_H
#define ROTA_SYS_POSIX_H

#include "rota_port.h"

/* Needs no context: may be used by any number of clients. The wall clock
 * counts as unknown before 2020, where machines without a battery begin. */
extern const struct rota_sys rota_sys_posix;

#endif
