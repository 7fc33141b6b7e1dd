/* SPDX-License-Identifier: Apache-2.0 */
/* Reads one reply and remembers all of it. */
#ifndef READ_REPLY_H
#define READ_REPLY_H

#include "http/http.h"

extern struct read_reply {
    struct rota_http http;
    struct rota_reply reply;
    char location[2049], link[512];
    char body[4096];
    size_t body_len;
    int heads;
    int end;     /* ROTA_HTTP_DONE or MORE, or negative */
    size_t left; /* bytes not taken of those fed last */
    bool wild;   /* a piece of body was none of the bytes fed */
} r;

void begin_reply(bool head_only);

/* Feed bytes until they are taken or the reply ends. */
void feed(const char *s, size_t len);

/* The same, with the bytes in memory of their own length, for the sanitizer
 * to see a read beyond them. */
void feed_alone(const char *s, size_t len);

/* The connection ends. */
void end_connection(void);

/* A reply from its first byte to its last. */
void read_reply(const char *text);

/* "200 OK" with these headers and no body. */
void read_head(const char *headers);

#endif
