/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of the agent's options share: ways to read them. */
#ifndef AGENT_OPTIONS_H
#define AGENT_OPTIONS_H

#include <string.h>

#include "options.h"
#include "support/test.h"

#define MAX_ARGS 24
#define READ(o, ...) options_read(o, (char *[MAX_ARGS]){"rota", __VA_ARGS__})

/* Read a command line; NULL ends it. */
bool options_read(struct rota_options *o, char **argv);

/* Parse a configuration of this text. */
bool options_parse(struct rota_options *o, const char *conf);

/* Does the error say this? */
bool options_error_has(const struct rota_options *o, const char *part);

static inline bool same(const char *a, const char *b)
{
    return a && strcmp(a, b) == 0;
}

#endif
