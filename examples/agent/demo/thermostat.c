/* SPDX-License-Identifier: Apache-2.0 */
/* A thermostat that updates itself.
 *
 * Its work is to measure and to print; beside it runs the updater. It ends
 * when a newer version is installed, and whatever started it starts that one:
 *
 *     while rota boot --root ROOT --state STATE; do
 *         ROOT/current/thermostat --root ROOT --state STATE ...
 *     done
 *
 * A new version is confirmed by its first completed check for updates, the
 * rule of the library when the application does not say otherwise.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "updater.h"
#include "version.h"

#define ROUND_MS 1000u

static volatile sig_atomic_t stopping;
static struct updater updater;

static void on_signal(int number)
{
    (void)number;
    stopping = 1;
}

static void catch_signals(void)
{
    struct sigaction stop = {.sa_handler = on_signal};
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGPIPE, &ignore, NULL); /* a server may hang up on us */
}

/* A room that warms up and cools down, in tenths of a degree. */
static int measure(void)
{
    int phase = (int)(time(NULL) % 20);

    return 200 + (phase < 10 ? phase : 20 - phase);
}

static int usage(const char *what)
{
    fprintf(stderr,
            "thermostat: %s\n"
            "usage: thermostat --root DIR --state DIR --repo OWNER/NAME\n"
            "       --keys DIR [--ca-file FILE] [--api URL]\n"
            "       [--asset-hosts SUFFIXES] [--interval SECONDS]\n",
            what);
    return 2;
}

/* Every option takes a value. Returns 0, or what main shall. */
static int read_options(struct updater_settings *s, char **argv)
{
    const char *interval = "0";
    const struct {
        const char *name;
        const char **value;
    } options[] = {
        {"--root", &s->root}, {"--state", &s->state},
        {"--repo", &s->repo}, {"--ca-file", &s->ca_file},
        {"--api", &s->api},   {"--asset-hosts", &s->asset_hosts},
        {"--keys", &s->keys}, {"--interval", &interval},
    };
    size_t i, count = sizeof(options) / sizeof(options[0]);

    for (argv++; *argv; argv += 2) {
        for (i = 0; i < count && strcmp(*argv, options[i].name); i++)
            ;
        if (i == count || !argv[1])
            return usage(*argv);
        *options[i].value = argv[1];
    }
    s->interval_s = (unsigned)strtoul(interval, NULL, 10);
    return s->root && s->state && s->repo && s->keys
             ? 0
             : usage("an option is missing");
}

static void work(bool updates)
{
    while (!stopping && !updater_restart_due(&updater)) {
        int t = measure();

        printf("thermostat %s: %d.%d degrees\n", THERMOSTAT_VERSION, t / 10,
               t % 10);
        if (updates)
            updater_work(&updater, ROUND_MS);
        else
            nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
    }
}

int main(int argc, char **argv)
{
    struct updater_settings settings = {
        .ca_file = "/etc/ssl/certs/ca-certificates.crt",
    };
    int wrong = argc > 0 ? read_options(&settings, argv) : 2;
    bool updates;

    if (wrong)
        return wrong;
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("thermostat %s: starts\n", THERMOSTAT_VERSION);
    if (THERMOSTAT_BUG)
        abort();
    catch_signals();
    updates = updater_start(&updater, &settings) == 0;
    work(updates);
    if (updates)
        updater_stop(&updater);
    return 0;
}
