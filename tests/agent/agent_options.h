/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of the agent's options share: they are read into o. */
#ifndef AGENT_OPTIONS_H
#define AGENT_OPTIONS_H

#include <string.h>

#include "options.h"
#include "support/test.h"

static struct rota_options o;

#define MAX_ARGS 24
#define READ(...) read_args((char *[MAX_ARGS]){"rota", __VA_ARGS__})

static inline bool read_args(char **argv)
{
    int argc = 0;

    while (argv[argc])
        argc++;
    return rota_options_read(&o, argc, argv);
}

/* Parse a configuration of this text. */
static inline bool parse(const char *conf)
{
    static char text[ROTA_CONF_MAX + 8];

    rota_options_init(&o);
    snprintf(text, sizeof(text), "%s", conf);
    return rota_options_parse(&o, "conf", text);
}

static inline bool error_has(const char *part)
{
    if (strstr(o.error, part))
        return true;
    printf("no \"%s\" in \"%s\"\n", part, o.error);
    return false;
}

static inline bool same(const char *a, const char *b)
{
    return a && strcmp(a, b) == 0;
}

#endif
