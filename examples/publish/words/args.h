/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: what commands there are, and what options each takes.
 *
 * A command is one constant in a file of its own. Its options are a table whose
 * rows name the members of the command's own struct that their values go to, so
 * that parsing and help come from the same place. Options stand anywhere; "--"
 * ends them.
 */
#ifndef PUB_WORDS_ARGS_H
#define PUB_WORDS_ARGS_H

#include <stddef.h>
#include <stdint.h>

#include "words/say.h"

/* Take value to field. NULL, or the form that a value must have, such as
 * "a whole number". Text is borrowed. */
typedef const char *pub_arg_fn(void *field, const char *value);

struct pub_arg {
    const char *name;  /* with its dashes; NULL ends the table */
    const char *value; /* its name in the help; NULL: a flag, for a bool */
    const char *about;
    pub_arg_fn *set;
    size_t field; /* offset of the member in the command's struct */
};

/* The words that are no options; borrowed. */
struct pub_words {
    char **word;
    size_t count;
};

struct pub_command {
    const char *name;
    const char *usage; /* what follows the name: "[options] FILE" */
    const char *about; /* one line */
    const char *more;  /* the help's text, lines of at most 79 characters */
    const struct pub_arg *options;
    size_t size; /* of the command's struct: options, and all it works with */
    /* command is that struct: zeroed, and then filled from the options. */
    int (*run)(void *command, const struct pub_say *s,
               const struct pub_words *words);
};

/* Take what follows the command; values go to the struct command. The words are
 * gathered at the start of argv, which is changed. 0, or the exit code for
 * wrong usage. *help: asked for. */
int pub_args_read(struct pub_say *s, const struct pub_command *c, void *command,
                  int argc, char **argv, struct pub_words *words, bool *help);

/* Several values of an option that may be repeated. */
#define PUB_LIST_MAX 16
struct pub_list {
    const char *item[PUB_LIST_MAX];
    size_t count;
};

pub_arg_fn pub_arg_text;    /* const char *; not empty */
pub_arg_fn pub_arg_list;    /* struct pub_list; not empty */
pub_arg_fn pub_arg_number;  /* struct pub_number */
pub_arg_fn pub_arg_percent; /* struct pub_number: "10" or "10%" */

/* A whole number below 2^32, and whether it was given. */
struct pub_number {
    uint32_t value;
    bool given;
};

#endif
