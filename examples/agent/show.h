/* SPDX-License-Identifier: Apache-2.0 */
/* What the agent says: one line per fact on stdout and one per error on
 * stderr, or with --json an object per fact on stdout as well.
 */
#ifndef ROTA_SHOW_H
#define ROTA_SHOW_H

#include <stdio.h>

#include "exitcode.h"
#include "progress.h"
#include "rota.h"

struct rota_show {
    FILE *out, *err;
    bool json;
    bool bar;            /* err is a terminal */
    bool bar_shown;      /* and has a bar on it now */
    bool daemon;         /* say when the next check is */
    const char *product; /* the repository's name; borrowed */
    const char *running; /* version; borrowed */
    const char *place;   /* of the image that is ready, or NULL; borrowed */
    bool started;        /* and it was started already, on trial */
    const char *why;     /* more about the error that comes next, or NULL */
    struct rota_progress progress;
    char note[160]; /* the last one */
};

/* To stdout and stderr, for no product yet. */
void rota_show_init(struct rota_show *s, bool json);

/* Show an event. now_ms: from a clock that does not go back. */
void rota_show_event(struct rota_show *s, const struct rota_event *e,
                     uint64_t now_ms);

/* Show "rota: what: why; hint" and the same as JSON, why being err's text,
 * detail, or both. detail may be NULL. Returns err's exit code. */
int rota_show_error(struct rota_show *s, const char *what, int err,
                    const char *detail);

/* The same for what the library has no error for. Returns code. */
int rota_show_failure(struct rota_show *s, int code, const char *what,
                      const char *why);

/* One line; with --json an object {"event": event, "text": line}. */
void rota_show_line(struct rota_show *s, const char *event, const char *line);

/* A remark on stderr; with --json an object. */
void rota_show_note(struct rota_show *s, const char *text);

#endif
