/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: what commands there are, and what options each takes.
 *
 * A command is one constant in a file of its own. Its options are a table whose
 * rows point to where their values go, so that parsing and help come from the
 * same place. Options stand anywhere; "--" ends them.
 */
#ifndef ROTA_ARGS_H
#define ROTA_ARGS_H

#include <stddef.h>
#include <stdint.h>

#include "words/say.h"

/* Take value to field. NULL, or the form that a value must have, such as
 * "a whole number". Text is borrowed. */
typedef const char *rota_arg_fn(void *field, const char *value);

struct rota_arg {
    const char *name;  /* with its dashes; NULL ends the table */
    const char *value; /* its name in the help; NULL: a flag, field is a bool */
    const char *about;
    rota_arg_fn *set;
    void *field;
};

/* The words that are no options; borrowed. */
struct rota_words {
    char **word;
    size_t count;
};

struct rota_publish_command {
    const char *name;
    const char *usage; /* what follows the name: "[options] FILE" */
    const char *about; /* one line */
    const char *more;  /* the help's text, lines of at most 79 characters */
    const struct rota_arg *options;
    int (*run)(const struct rota_say *s, const struct rota_words *words);
};

/* Take what follows the command. The words are gathered at the start of argv,
 * which is changed. 0, or the exit code for wrong usage. *help: asked for. */
int rota_args_read(struct rota_say *s, const struct rota_publish_command *c,
                   int argc, char **argv, struct rota_words *words, bool *help);

/* Several values of an option that may be repeated. */
#define ROTA_LIST_MAX 16
struct rota_list {
    const char *item[ROTA_LIST_MAX];
    size_t count;
};

rota_arg_fn rota_arg_text;    /* const char *; not empty */
rota_arg_fn rota_arg_list;    /* struct rota_list; not empty */
rota_arg_fn rota_arg_number;  /* struct rota_number */
rota_arg_fn rota_arg_percent; /* struct rota_number: "10" or "10%" */

/* A whole number below 2^32, and whether it was given. */
struct rota_number {
    uint32_t value;
    bool given;
};

#endif
