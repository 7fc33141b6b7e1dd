/* SPDX-License-Identifier: Apache-2.0 */
/* The small text file in which boot_symlink remembers a trial: lines of
 * key=value, replaced as a whole. Unknown keys are ignored. */
#ifndef ROTA_BOOT_RECORD_H
#define ROTA_BOOT_RECORD_H

#include <stdbool.h>

#include "rota_port.h"

struct rota_boot_record {
    int candidate;   /* made the next image last: 0 = a, 1 = b, -1 = none */
    unsigned starts; /* of the candidate while it was on trial */
    unsigned limit;  /* of starts; 0 = not said */
    bool confirmed;  /* the candidate is */
    bool previous;   /* then: the image before it is still there */
    bool undone;     /* the operator went back before its first start */
};

/* Read the record at path. A missing file is a record without candidate, and
 * so is one that makes no sense, for which *sense is false: anyone may have
 * edited or damaged it. ROTA_EBOOT, with errno, when it cannot be read. */
int rota_boot_record_read(const char *path, struct rota_boot_record *r,
                          bool *sense) ROTA_CHECKED;

/* Replace the record at path: see rota_durable_write. */
int rota_boot_record_write(const char *path,
                           const struct rota_boot_record *r) ROTA_CHECKED;

#endif
