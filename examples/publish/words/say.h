/* SPDX-License-Identifier: Apache-2.0 */
/* What the publisher says: facts on stdout, one line per error on stderr, and
 * with --json objects on stdout, as the agent does.
 *
 * Functions that can fail in ways a person must hear of take a say, tell it
 * there and return an exit code: 0, or one of these.
 */
#ifndef PUB_WORDS_SAY_H
#define PUB_WORDS_SAY_H

#include <stdbool.h>
#include <stdio.h>

#include "exitcode.h"

/* Beside those of the agent. A promise to scripts: never renumber. */
enum pub_exit {
    PUB_EXIT_INPUT = ROTA_EXIT_DATA,  /* a file is not what it should be */
    PUB_EXIT_FILE = ROTA_EXIT_DEVICE, /* a file cannot be read or written */
    PUB_EXIT_KEY = 31 /* no use of a key: passphrase, kind, or command */
};

struct pub_say {
    FILE *out, *err;
    bool json;
};

/* Say "rota-publish: what: why". Returns code. */
int pub_say_failure(const struct pub_say *s, int code, const char *what,
                    const char *why, ...) __attribute__((format(printf, 4, 5)));

/* A remark that changes nothing. */
void pub_say_note(const struct pub_say *s, const char *text, ...)
    __attribute__((format(printf, 2, 3)));

/* A fact for people: nothing with --json. */
void pub_say_line(const struct pub_say *s, const char *text, ...)
    __attribute__((format(printf, 2, 3)));

#endif
