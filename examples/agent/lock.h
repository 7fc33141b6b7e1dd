/* SPDX-License-Identifier: Apache-2.0 */
/* One instance per device. */
#ifndef ROTA_LOCK_H
#define ROTA_LOCK_H

#include <stdbool.h>

/* Take the lock of the state folder dir, which is made (0700) if it is
 * missing. It is held until the process ends. 1: taken; 0: another process
 * has it, *holder is its id or 0; negative: errno. */
int rota_lock_take(const char *dir, long *holder);

#endif
