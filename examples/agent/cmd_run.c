/* SPDX-License-Identifier: Apache-2.0 */
/* rota run: the daemon. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "commands.h"
#include "job.h"

static struct rota_device device;
static struct rota_job job;

/* SIGTERM and SIGINT as something that can be waited for together with the
 * network. */
static int open_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    if (sigprocmask(SIG_BLOCK, &set, NULL))
        return -1;
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static bool signalled(int fd)
{
    struct signalfd_siginfo info;

    return read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info);
}

/* The program may have been restarted, confirmed or rolled back since: another
 * slot is free then, or another version runs. Everything that matters is in
 * the journal, so the client begins anew. */
static int follow_device(void)
{
    int code;

    if (!rota_device_changed(&device))
        return 0;
    rota_free(&job.rota);
    code = rota_device_restart(&device);
    return code ? code : rota_job_init(&job, &device);
}

static int serve(int signals)
{
    while (!signalled(signals)) {
        if (!rota_busy(&job.rota) && rota_wait_ms(&job.rota) == 0) {
            int code = follow_device();

            if (code)
                return code;
        }
        (void)rota_step(&job.rota);
        rota_net_bsd_wait(&device.bsd, rota_wait_ms(&job.rota));
    }
    rota_free(&job.rota);
    return ROTA_EXIT_OK;
}

int rota_cmd_run(struct rota_options *o, struct rota_show *s)
{
    int signals = open_signals();
    int code;

    if (signals < 0)
        return rota_show_failure(s, ROTA_EXIT_DEVICE, "run", strerror(errno));
    s->daemon = true;
    s->bar = false;
    code = rota_device_start(&device, o, s);
    if (code)
        return code;
    device.bsd.wake_fd = device.wake_fd = signals;
    job.download = true;
    code = rota_job_init(&job, &device);
    if (!code)
        code = serve(signals);
    rota_device_close(&device);
    return code;
}
