/* SPDX-License-Identifier: Apache-2.0 */
/* Does a port do what rota_port.h asks for? Runs on the host and on a device:
 * needs nothing of the C library but string.h, and no memory but the stack.
 *
 *     static void report(void *arg, bool good, const char *what)
 *     {
 *         log_line(good ? "ok" : "BAD", what);
 *     }
 *     const struct port_check r = {report, NULL};
 *     port_check_sys(&r, &my_sys);
 *
 * Each function returns the number of sentences that proved false. tests/port/
 * test_ports.c runs all of them on the ports that work on a host.
 */
#ifndef PORT_CHECK_H
#define PORT_CHECK_H

#include <stdbool.h>

#include "rota_port.h"

struct port_check {
    /* Told of each thing that was looked at: a sentence that is true of good
     * ports, and whether it is true of this one. */
    void (*report)(void *arg, bool good, const char *what);
    void *arg;
};

int port_check_sys(const struct port_check *r, const struct rota_sys *s);

/* Overwrites the first two blocks and the last one; all of a region of two.
 * What it leaves there is looked for by port_check_flash_kept, which is meant
 * for after a restart or a power loss. */
int port_check_flash(const struct port_check *r, const struct rota_flash *f);
int port_check_flash_kept(const struct port_check *r,
                          const struct rota_flash *f);

/* Begins and ends with a confirmed image. */
struct port_check_boot {
    const struct rota_boot *boot;
    void (*download)(void *arg); /* an image for try_next; NULL = not needed */
    void (*restart)(void *arg);  /* as after a reset; NULL where the check
                                  * would not survive it: what needs one is
                                  * then left out */
    void *arg;
};
int port_check_boot(const struct port_check *r,
                    const struct port_check_boot *b);

/* Talks to a server that sends back each byte that it gets but 1 and 4, and
 * ends the connection when it gets 4. */
struct port_check_net {
    const struct rota_net *net;
    const struct rota_sys *sys;
    const char *host; /* of that server */
    uint16_t port;
    uint16_t closed_port;    /* nothing listens there; 0 = not tried */
    const char *no_host;     /* a name that is not found; NULL = not tried */
    void (*idle)(void *arg); /* after ROTA_EAGAIN; NULL = call again */
    void *arg;
};
int port_check_net(const struct port_check *r, const struct port_check_net *n);

#endif
