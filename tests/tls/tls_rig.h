/* SPDX-License-Identifier: Apache-2.0 */
/* For test_tls: real servers (openssl s_server) on loopback, and a client
 * whose clock, memory, anchors and network can be made to misbehave. */
#ifndef TLS_RIG_H
#define TLS_RIG_H

#include "net_bsd.h"
#include "tls/tls.h"

#define TLS_RIG_ANCHORS 145 /* as in a usual bundle of public roots */

extern struct tls_rig {
    struct rota_tls tls;
    struct rota_config config;
    struct rota_net net, below;
    struct rota_net_bsd sockets;
    struct rota_sys sys;
    struct rota_anchor anchors[TLS_RIG_ANCHORS];
    struct rota_arena arena;
    uint16_t port; /* of the server started last */
    int pid;
    uint16_t named; /* port that the client is told, if not that one */

    /* How the world behaves; 0 = normally. */
    uint64_t now;      /* what sys->unix_time says */
    size_t piece;      /* recv gives at most so many bytes at once */
    long cut;          /* after so many bytes the server is gone, -1 = never */
    long flip;         /* position of a received byte that is spoilt, -1 */
    const char *plain; /* answer this without any TLS */
    int net_error;     /* of open */
    bool no_random;

    long received; /* bytes, on this connection */
    long sent;     /* bytes, ever */
    long spins;    /* times that the client did not want to wait */
    char reply[400000];
    size_t reply_len;
} rig;

/* Make the keys and certificates. False when openssl cannot. */
bool tls_rig_start(void);

/* Stop whatever runs and remove what was made. */
void tls_rig_stop(void);

/* A client with size bytes for mbedTLS that trusts one root. */
void tls_client(size_t size, const char *root);
void tls_trust(size_t i, const char *root); /* as anchor i */

/* Start, instead of the one before, a server that shows chain; options are
 * those of s_server, separated by blanks. */
void tls_serve(const char *chain, const char *options);

/* The same at the same port. */
void tls_serve_again(const char *chain, const char *options);

/* Open to the end of the handshake. */
int tls_connect(const char *host);

/* Ask for path; the reply is in rig.reply. What recv said last. */
int tls_get(const char *path);

/* Connect, get "/", close: the result of connecting. */
int tls_visit(const char *host);

/* Read a file of the server's folder: how many bytes, 0 when there is none. */
size_t tls_file(const char *name, void *buf, size_t size);

/* Is a file of the server's folder what came after the head? */
bool tls_got_file(const char *name);

#endif
