/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"

#include <string.h>

static const struct rota_command commands[] = {
    {"check", rota_cmd_check, "is there an update?",
     "Asks the server once. Downloads nothing, changes nothing but the memory\n"
     "of what was asked. Ends with 10 when an update is available and with 0\n"
     "when there is nothing to do.\n"},
    {"update", rota_cmd_update, "download and install what is newer",
     "Downloads the newest release to the free slot, checks it by reading it\n"
     "back, and makes it what is started next. Starts nothing. A download\n"
     "that breaks off goes on where it was.\n"},
    {"run", rota_cmd_run, "stay, and update every interval",
     "The daemon: checks at once and then every interval, downloads and\n"
     "installs what is newer. Ends with 0 on SIGTERM or SIGINT.\n"},
    {"status", rota_cmd_status, "how things stand",
     "Reads the state and says what it means. Uses no network, takes no lock,\n"
     "changes nothing.\n"},
    {"verify", rota_cmd_verify, "what would become of a manifest, and why",
     "Looks at a signed manifest, FILE, as an update would: signatures, then\n"
     "whether it is for this device as it is now. Says what each field means.\n"
     "IMAGEs are compared with what it says of them. Uses no network, takes "
     "no\n"
     "lock, changes nothing. Ends with 0 when an update would accept it, with\n"
     "30 and the first reason when not, with 26 when an IMAGE is another.\n"},
    {"boot", rota_cmd_boot, "count a start; call it before the program's",
     "For whatever starts the program, such as ExecStartPre= of a systemd\n"
     "unit: counts the start of an image on trial, and goes back to the image\n"
     "before it when trial-starts of them have not been confirmed. Then start\n"
     "what \"current\" leads to.\n"},
    {"confirm", rota_cmd_confirm, "the running image works: keep it",
     "Ends the trial of the image that runs. Ends with 29 when none is on\n"
     "trial.\n"},
    {"rollback", rota_cmd_rollback, "back to the image before",
     "Makes the other image what is started next, if it is still there; else\n"
     "ends with 29. Starts nothing.\n"},
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

const struct rota_command *rota_command_find(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static const char foot[] =
    "\nOptions stand before or after the command. Each is also a key of the\n"
    "configuration file (" ROTA_CONF_DEFAULT " unless -c names another); an\n"
    "option outweighs the file. See rota(1) and rota.conf(5).\n"
    "\n"
    "Ends with 0 done or up to date, 10 check found an update, 2 usage or\n"
    "configuration, 20 network, 21 certificate not trusted, 22 rate limit,\n"
    "23 not found, private or bad token, 24 no asset, several or too large,\n"
    "25 bad data from the server, 26 digest or size does not match, 27 slot,\n"
    "disk or journal, 28 locked, 29 nothing to roll back to or to confirm,\n"
    "30 not signed, or not for this device now.\n";

static FILE *help_out;

static void option(const char *name, const char *form, const char *about)
{
    (void)form;
    fprintf(help_out, "  --%-16s %s\n", name, about);
}

void rota_command_help(const struct rota_command *c, FILE *f)
{
    if (c)
        fprintf(f, "usage: rota %s%s [options]: %s\n\n%s", c->name,
                c->run == rota_cmd_verify ? " FILE [IMAGE...]" : "", c->about,
                c->more);
    else
        fputs("usage: rota COMMAND [options]\n\n"
              "Updates this device from GitHub Releases.\n\n",
              f);
    for (size_t i = 0; i < COMMANDS && !c; i++)
        fprintf(f, "  %-10s %s\n", commands[i].name, commands[i].about);
    if (!c)
        fputs("  help       this, or \"help COMMAND\"\n"
              "  version    of this program\n",
              f);
    fputs("\nOptions:\n"
          "  -c FILE            configuration file\n"
          "  --json             an object per line on stdout\n"
          "  -h, --help         this\n",
          f);
    help_out = f;
    rota_options_each(option);
    fputs(foot, f);
}
