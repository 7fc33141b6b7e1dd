/* SPDX-License-Identifier: Apache-2.0 */
/* The commands: each returns the exit code of the program. */
#ifndef ROTA_COMMANDS_H
#define ROTA_COMMANDS_H

#include "options.h"
#include "show.h"

typedef int rota_command_fn(struct rota_options *o, struct rota_show *s);

rota_command_fn rota_cmd_check;
rota_command_fn rota_cmd_update;
rota_command_fn rota_cmd_run;
rota_command_fn rota_cmd_status;
rota_command_fn rota_cmd_verify;
rota_command_fn rota_cmd_boot;
rota_command_fn rota_cmd_confirm;
rota_command_fn rota_cmd_rollback;

struct rota_command {
    const char *name;
    rota_command_fn *run;
    const char *about; /* one line */
    const char *more;  /* the help's text */
};

/* NULL when there is no such command. */
const struct rota_command *rota_command_find(const char *name);

/* Write the help for a command, or for all of them when it is NULL. */
void rota_command_help(const struct rota_command *c, FILE *f);

#endif
