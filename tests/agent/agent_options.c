/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/agent_options.h"

bool options_read(struct rota_options *o, char **argv)
{
    int argc = 0;

    while (argv[argc])
        argc++;
    return rota_options_read(o, argc, argv);
}

bool options_parse(struct rota_options *o, const char *conf)
{
    static char text[ROTA_CONF_MAX + 8];

    rota_options_init(o);
    snprintf(text, sizeof(text), "%s", conf);
    return rota_options_parse(o, "conf", text);
}

bool options_error_has(const struct rota_options *o, const char *part)
{
    if (strstr(o->error, part))
        return true;
    printf("no \"%s\" in \"%s\"\n", part, o->error);
    return false;
}
