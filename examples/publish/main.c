/* SPDX-License-Identifier: Apache-2.0 */
/* rota-publish: keys, manifests and signatures for what devices update to. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "signing/pass.h"
#include "rota.h"
#include "signing/wipe.h"

/* In the order in which a release needs them. */
static const struct pub_command *const commands[] = {
    &pub_cmd_keygen, &pub_cmd_key,      &pub_cmd_manifest, &pub_cmd_sign,
    &pub_cmd_verify, &pub_cmd_inspect,  &pub_cmd_release,  &pub_cmd_list,
    &pub_cmd_show,   &pub_cmd_download, &pub_cmd_rollout,  &pub_cmd_withdraw,
    &pub_cmd_edit,   &pub_cmd_delete,   &pub_cmd_api,
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static const struct pub_command *find(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static int help_all(void)
{
    puts("usage: rota-publish COMMAND [options]\n\n"
         "Makes releases that devices can trust.\n");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-10s %s\n", commands[i]->name, commands[i]->about);
    puts("  help       this, or \"help COMMAND\"\n"
         "  version    of this program\n\n"
         "Each takes --json (an object per line on stdout) and --help. See\n"
         "rota-publish(1), also for the exit codes.");
    return ROTA_EXIT_OK;
}

static int help_command(const struct pub_command *c)
{
    char both[40];

    printf("usage: rota-publish %s %s\n%s.\n\n%s\n", c->name, c->usage,
           c->about, c->more);
    for (const struct pub_arg *a = c->options; a->name; a++) {
        snprintf(both, sizeof(both), "%s %s", a->name,
                 a->value ? a->value : "");
        printf("  %-26s %s\n", both, a->about);
    }
    puts("  --json                     an object per line on stdout\n"
         "  -h, --help                 this");
    return ROTA_EXIT_OK;
}

static int no_such_command(const struct pub_say *s, const char *name)
{
    return pub_say_failure(s, ROTA_EXIT_USAGE, "usage",
                           "there is no command '%.40s'; see \"rota-publish "
                           "help\"",
                           name);
}

static int help(const struct pub_say *s, const char *topic)
{
    const struct pub_command *c = topic ? find(topic) : NULL;

    if (topic && !c)
        return no_such_command(s, topic);
    return c ? help_command(c) : help_all();
}

/* Whoever starts a program may have closed these: what is opened next would
 * be taken for standard output, and lines be written into a key. */
static bool hold_standard_files(void)
{
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
            return false;
    return true;
}

static int run_in(void *command, struct pub_say *s, const struct pub_command *c,
                  int argc, char **argv)
{
    struct pub_words words;
    bool wants_help = false;
    int code = pub_args_read(s, c, command, argc, argv, &words, &wants_help);

    if (code)
        return code;
    return wants_help ? help_command(c) : c->run(command, s, &words);
}

static int run(struct pub_say *s, const struct pub_command *c, int argc,
               char **argv)
{
    void *command = calloc(1, c->size);
    int code;

    if (!command)
        return pub_say_failure(s, PUB_EXIT_FILE, "memory", "there is none");
    code = run_in(command, s, c, argc, argv);
    pub_wipe(command, c->size); /* the token, and names of keys */
    free(command);
    return code;
}

static int dispatch(struct pub_say *s, int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : NULL;
    const struct pub_command *c = name ? find(name) : NULL;

    if (!name)
        return pub_say_failure(s, ROTA_EXIT_USAGE, "usage",
                               "no command; see \"rota-publish help\"");
    if (c)
        return run(s, c, argc - 2, argv + 2);
    if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0
        || strcmp(name, "-h") == 0)
        return help(s, argc > 2 ? argv[2] : NULL);
    if (strcmp(name, "version") == 0 || strcmp(name, "--version") == 0) {
        puts("rota-publish " ROTA_VERSION);
        return ROTA_EXIT_OK;
    }
    return no_such_command(s, name);
}

/* All that mbedTLS ever gets: enough for TLS, and for a signature. */
static void give_memory(void)
{
    static unsigned char memory[96 << 10];
    static struct rota_arena arena;

    rota_arena_init(&arena, memory, sizeof(memory));
    rota_arena_use(&arena);
}

int main(int argc, char **argv)
{
    struct pub_say say = {.out = stdout, .err = stderr};
    int code;

    if (!hold_standard_files() || !pub_wipe_init())
        return PUB_EXIT_FILE;
    pub_pass_hide();
    give_memory();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    code = dispatch(&say, argc, argv);
    if (fflush(stdout) && !code) /* a full disk, a closed pipe */
        return pub_say_failure(&say, PUB_EXIT_FILE, "output",
                               "cannot be written");
    return code;
}
