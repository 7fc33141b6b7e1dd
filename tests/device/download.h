/* SPDX-License-Identifier: Apache-2.0 */
/* A device that runs 1.0.0, and the script of a server with one release, whose
 * asset is the first bytes of the test image: what tests of downloads begin
 * with. */
#ifndef DOWNLOAD_H
#define DOWNLOAD_H

#include <stdio.h>
#include <string.h>

#include "support/rig.h"
#include "support/script.h"
#include "support/test.h"

#define DOWNLOAD_SIZE 20000u /* bytes of the asset */
#define DOWNLOAD_SIZE_TEXT "20000"

struct download {
    struct rig rig;
    struct script script;
    char request[4096]; /* that download_request found */
};

/* A script of one reply: version 1.1.0 is there. */
void download_begin(struct download *d);

/* The same of another tag; size and digest are JSON, NULL without a digest. */
void download_offer(struct download *d, const char *tag, const char *size,
                    const char *digest);

/* A new device that has this script, and the same after one check. */
void download_init(struct download *d);
void download_run(struct download *d);

/* A reply with the image from first to last, as a CDN sends it. */
struct fakenet_reply *download_part(struct download *d, size_t first,
                                    size_t last, const char *etag);

/* A reply with the whole asset. */
struct fakenet_reply *download_whole(struct download *d);

/* Let a reply end after n bytes of its body. */
void download_cut(struct fakenet_reply *r, size_t n, enum fakenet_then then);

/* Is the asset in the slot, and next to be started? */
bool download_installed(const struct download *d);

/* Did it end in this error, with nothing to be started? */
bool download_failed(const struct download *d, int err);

/* How often the device has sent this text. */
int download_count(const struct download *d, const char *needle);

/* The request with this number, from 0, as text, until the next call. */
const char *download_request(struct download *d, int number);

#endif
