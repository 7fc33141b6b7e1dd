/* SPDX-License-Identifier: Apache-2.0 */
/* Builds the script of a server, reply by reply. */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "support/fakenet.h"

#define SCRIPT_REPLIES 40

struct script {
    struct fakenet_reply reply[SCRIPT_REPLIES];
    size_t count;
    char text[768 << 10]; /* of the replies */
    size_t used;
};

/* Add a reply of this head (status line and headers, each ended by \n) and
 * body. A Content-Length is added unless the head frames the body itself. */
struct fakenet_reply *script_add(struct script *s, const char *head,
                                 const void *body, size_t len);

/* A release of the recorded shape: tag, its only asset and what stands for
 * "size" and "digest" in it (JSON; digest NULL: absent). */
void script_release(struct script *s, const char *tag, const char *asset,
                    const char *size, const char *digest);

/* The same as text, for bodies of one's own. */
const char *script_release_json(const char *tag, const char *asset,
                                const char *size, const char *digest);

/* A 302 to the asset host. */
void script_redirect(struct script *s, const char *location);

/* The n bytes of test images: never the same around a cut. */
const uint8_t *script_image(void);

/* Where script_redirect usually leads. */
#define SCRIPT_CDN                                                             \
    "https://release-assets.githubusercontent.com/a/7?sig=x%2By%3d&t=a+b%20c"

#endif
