/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets leave no copy behind: what libcrypto frees is overwritten first,
 * and no core dump is written. */
#ifndef PUB_SIGNING_WIPE_H
#define PUB_SIGNING_WIPE_H

#include <stdbool.h>
#include <stddef.h>

/* Before the first use of libcrypto. */
bool pub_wipe_init(void);

/* Overwrite, in a way that no compiler leaves out. */
void pub_wipe(void *p, size_t len);

#endif
