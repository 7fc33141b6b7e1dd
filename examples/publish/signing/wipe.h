/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets leave no copy behind: what libcrypto frees is overwritten first,
 * and no core dump is written. */
#ifndef ROTA_WIPE_H
#define ROTA_WIPE_H

#include <stdbool.h>
#include <stddef.h>

/* Before the first use of libcrypto. */
bool rota_wipe_init(void);

/* Overwrite, in a way that no compiler leaves out. */
void rota_wipe(void *p, size_t len);

#endif
