/* SPDX-License-Identifier: Apache-2.0 */
/* rota, the agent: updates a Linux device from GitHub Releases. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"

static struct rota_options options;
static struct rota_show show;

static int wrong_usage(const char *why)
{
    return rota_show_failure(&show, ROTA_EXIT_USAGE, "usage", why);
}

static int print_help(const char *topic)
{
    const struct rota_command *c = topic ? rota_command_find(topic) : NULL;

    if (topic && !c && strcmp(topic, "help") && strcmp(topic, "version"))
        return wrong_usage("there is no such command; see \"rota help\"");
    rota_command_help(c, stdout);
    return ROTA_EXIT_OK;
}

/* Whoever starts a program may have closed these: what is opened next would
 * be taken for standard output, and lines be written into a slot. */
static bool hold_standard_files(void)
{
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
            return false;
    return true;
}

int main(int argc, char **argv)
{
    const struct rota_command *c;
    bool good;

    if (!hold_standard_files())
        return ROTA_EXIT_DEVICE;
    good = rota_options_read(&options, argc, argv);
    /* A peer that is gone, or a file that may not grow, is an error of the
     * call and not the end. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    rota_show_init(&show, options.json);
    if (!good)
        return wrong_usage(options.error);
    if (options.help)
        return print_help(options.command);
    if (!options.command)
        return wrong_usage("no command; see \"rota help\"");
    if (strcmp(options.command, "help") == 0)
        return print_help(options.topic);
    if (strcmp(options.command, "version") == 0) {
        rota_show_line(&show, "version", "rota " ROTA_VERSION);
        return ROTA_EXIT_OK;
    }
    c = rota_command_find(options.command);
    if (!c)
        return wrong_usage("there is no such command; see \"rota help\"");
    return c->run(&options, &show);
}
