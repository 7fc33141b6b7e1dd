/* SPDX-License-Identifier: Apache-2.0 */
/* rota check, rota update. */
#include "commands.h"
#include "job.h"

static struct rota_device device;
static struct rota_job job;

static int once(struct rota_options *o, struct rota_show *s, bool download)
{
    int code = rota_device_start(&device, o, s);

    if (code)
        return code;
    job.download = download;
    code = rota_job_init(&job, &device);
    if (!code)
        code = rota_job_once(&job);
    rota_device_close(&device);
    return code;
}

int rota_cmd_check(struct rota_options *o, struct rota_show *s)
{
    return once(o, s, false);
}

int rota_cmd_update(struct rota_options *o, struct rota_show *s)
{
    return once(o, s, true);
}
