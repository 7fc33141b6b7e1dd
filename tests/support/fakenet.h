/* SPDX-License-Identifier: Apache-2.0 */
/* A server that answers from a script, and the clock that goes with it.
 *
 *     static const struct fakenet_reply script[] = {
 *         {.data = "HTTP/1.1 204 No Content\r\n\r\n", .piece = 1},
 *         {.data = "HTTP/1.1 200 OK\r\nContent-Le", .then = FAKENET_CLOSE},
 *     };
 *     struct fakenet f;
 *     fakenet_init(&f, script, 2);
 *     struct rota_net net = fakenet_net(&f);
 *     struct rota_sys sys = fakenet_sys(&f);
 *
 * A reply comes when a whole request, up to its empty line, was sent, or at
 * once when eager is set. Each reply is used once, in order, whatever the
 * host; one that the client did not wait for, or broke off, is used up too.
 * Time passes only by tick_ms at each ROTA_EAGAIN and by what the test adds.
 */
#ifndef FAKENET_H
#define FAKENET_H

#include <stdbool.h>

#include "rota_port.h"

enum fakenet_then {
    FAKENET_KEEP,   /* the connection waits for the next request */
    FAKENET_CLOSE,  /* the server ends it: what is sent later is lost */
    FAKENET_STALL,  /* nothing more comes, but it stays open */
    FAKENET_ENDLESS /* the bytes from "from" on come again and again */
};

struct fakenet_reply {
    const void *data;
    size_t len;     /* bytes of data; 0 = up to the NUL */
    size_t piece;   /* most bytes for one recv; 0 = no limit */
    unsigned again; /* ROTA_EAGAIN said before each piece */
    enum fakenet_then then;
    size_t from; /* for FAKENET_ENDLESS */
};

struct fakenet {
    /* For the test to set after fakenet_init. */
    bool eager;
    size_t send_piece;   /* most bytes taken by one send; 0 = no limit */
    unsigned send_again; /* ROTA_EAGAIN said before each */
    unsigned open_again; /* ROTA_EAGAIN said before a connection is there */
    int open_err;        /* what open says instead, open_fails times */
    unsigned open_fails;
    uint32_t tick_ms; /* default 1 */
    uint64_t now_ms;  /* default 1000 */
    uint64_t unix_time;

    /* For the test to read. */
    char sent[16384]; /* all that was sent, NUL-terminated; later bytes are
                       * lost when it is full, and sent_len is not */
    size_t sent_len;
    char opened[1024]; /* "host:port " for each connection begun */
    unsigned opens, closes;
    unsigned next;     /* reply that comes next */
    unsigned overruns; /* requests for which the script had no reply */

    /* The author's. */
    const struct fakenet_reply *script;
    unsigned script_len;
    bool up, ended;
    unsigned opening;  /* ROTA_EAGAIN said so far */
    unsigned waited;   /* the same, for this piece */
    unsigned requests; /* on this connection, not answered yet */
    unsigned crlf;     /* matched so far of the empty line */
    size_t off;        /* into the reply */
    uint32_t seed;
};

void fakenet_init(struct fakenet *f, const struct fakenet_reply *script,
                  size_t script_len);
struct rota_net fakenet_net(struct fakenet *f);

/* The random numbers are the same in each run. */
struct rota_sys fakenet_sys(struct fakenet *f);

#endif
