/* SPDX-License-Identifier: Apache-2.0 */
/* A copy of the journal in memory, to look at and to write to without a trace.
 */
#ifndef ROTA_COPY_H
#define ROTA_COPY_H

#include "rota_port.h"

#define ROTA_JOURNAL_SIZE (32u << 10) /* bytes of STATE/journal */
#define ROTA_JOURNAL_BLOCK (4u << 10)

struct rota_copy {
    unsigned char bytes[ROTA_JOURNAL_SIZE];
};

/* Copy the file at path. One that is missing is a journal in which nothing was
 * written yet. 0, or errno. */
int rota_copy_read(struct rota_copy *c, const char *path);

/* The table for c, which it borrows. */
struct rota_flash rota_copy_flash(struct rota_copy *c);

#endif
