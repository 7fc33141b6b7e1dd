/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "words/ask.h"

#include <string.h>
#include <unistd.h>

int pub_ask(const struct pub_say *s, const char *what)
{
    char line[16];

    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
        return pub_say_failure(s, ROTA_EXIT_USAGE, "usage",
                               "%s: there is no terminal to ask on; --yes "
                               "does not ask",
                               what);
    fprintf(s->err, "%s? [y/N] ", what);
    fflush(s->err);
    if (fgets(line, sizeof(line), stdin)
        && (strcmp(line, "y\n") == 0 || strcmp(line, "yes\n") == 0))
        return 0;
    return pub_say_failure(s, ROTA_EXIT_USAGE, "stopped", "nothing is done");
}
