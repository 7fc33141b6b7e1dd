/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE
#include "sys_posix.h"

#include <errno.h>
#include <sys/random.h>
#include <time.h>

#define YEAR_2020 1577836800

static uint64_t now_ms(void *ctx)
{
    struct timespec t;

    (void)ctx;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static uint64_t unix_time(void *ctx)
{
    time_t t = time(NULL);

    (void)ctx;
    return t < YEAR_2020 ? 0 : (uint64_t)t;
}

static int fill_random(void *ctx, void *buf, size_t len)
{
    unsigned char *p = buf;

    (void)ctx;
    while (len > 0) {
        ssize_t n = getrandom(p, len, 0);
        if (n < 0 && errno != EINTR)
            return ROTA_ERANDOM;
        if (n > 0) {
            p += n;
            len -= (size_t)n;
        }
    }
    return ROTA_OK;
}

const struct rota_sys rota_sys_posix = {NULL, now_ms, unix_time, fill_random};
