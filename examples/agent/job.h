/* SPDX-License-Identifier: Apache-2.0 */
/* A client of the library on this device, and what came of its work. */
#ifndef ROTA_JOB_H
#define ROTA_JOB_H

#include "device.h"

struct rota_job {
    struct rota rota;
    struct rota_device *device;
    char running[ROTA_TAG_MAX + 1]; /* version */
    bool starting;                  /* in rota_init */
    bool quiet;                     /* show nothing; for status */
    bool download;                  /* what is available may be downloaded */
    int exit;                       /* enum rota_exit of the last outcome */
};

/* A client on an open device. 0, or an exit code after saying why. */
int rota_job_init(struct rota_job *j, struct rota_device *d);

/* Check once, and update if j->download: the exit code. */
int rota_job_once(struct rota_job *j);

#endif
