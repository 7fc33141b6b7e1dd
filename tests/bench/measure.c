/* SPDX-License-Identifier: Apache-2.0 */
/* measure COMMAND [ARGUMENT]...: run it and print what it took, one line:
 *
 *     wall_us cpu_us max_rss_kib exit_code
 *
 * on descriptor 3, its descendants included. It exists because a process is
 * charged for the memory that its parent had when it was forked: below a
 * script's interpreter nothing appears to take less than 10 MiB. This parent
 * is smaller than anything it measures.
 */
#define _GNU_SOURCE
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static long long now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000ll + t.tv_nsec / 1000;
}

static long long micros(struct timeval t)
{
    return t.tv_sec * 1000000ll + t.tv_usec;
}

int main(int argc, char **argv)
{
    posix_spawn_file_actions_t actions;
    struct rusage usage;
    long long begin;
    int status;
    pid_t pid;

    if (argc < 2 || posix_spawn_file_actions_init(&actions)
        || posix_spawn_file_actions_addclose(&actions, 3))
        return 2;
    begin = now_us();
    if (posix_spawnp(&pid, argv[1], &actions, NULL, argv + 1, environ)
        || wait4(pid, &status, 0, &usage) != pid)
        return 2;
    dprintf(3, "%lld %lld %ld %d\n", now_us() - begin,
            micros(usage.ru_utime) + micros(usage.ru_stime), usage.ru_maxrss,
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return 0;
}
