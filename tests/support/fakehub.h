/* SPDX-License-Identifier: Apache-2.0 */
/* A GitHub in a struct: one release with its assets, asked for without TLS.
 *
 * It answers releases/latest (304 to the date it gave), the release by its id,
 * an asset's URL with a signed Location, and that with 200, 206 or 416 as Range
 * and If-Range want it. Every byte goes through the fault that a test chooses.
 * Time passes by a millisecond at each ROTA_EAGAIN.
 */
#ifndef FAKEHUB_H
#define FAKEHUB_H

#include <stdbool.h>

#include "rota_port.h"

#define FAKEHUB_ASSETS 3

struct fakehub_asset {
    const char *name;
    const uint8_t *bytes;
    uint32_t size;
    uint64_t id;
    char digest[65], etag[16];
};

struct fakehub {
    /* What is published. A new release is one call of fakehub_publish. */
    const char *tag; /* NULL: no release */
    struct fakehub_asset asset[FAKEHUB_ASSETS];
    int assets;
    bool manifest; /* the last asset is one, and counts nowhere below */

    /* Faults: what happens to the bytes on their way, once each unless said
     * otherwise. Counted over all connections. */
    long cut_at;     /* the connection ends after so many bytes, -1 = never */
    long stall_at;   /* nothing more comes on it after so many, -1 = never */
    uint32_t piece;  /* most bytes for one recv, always; 0 = no limit */
    uint32_t random; /* not 0: anything may go wrong, of this seed */
    uint32_t faults; /* how many more the random ones may be */

    /* For the test to read. */
    uint64_t now_ms;
    long sent;        /* bytes of all replies, heads too */
    long asset_bytes; /* bytes of images */
    long requests, asset_requests, connections;

    /* The author's. */
    char in[2304];
    uint32_t in_len;
    char head[1600];
    uint32_t head_len, head_at;
    const uint8_t *body;
    uint32_t body_len, body_at;
    uint32_t links; /* signed so far; only the last one holds, */
    int linked;     /* and is for this asset */
    bool up, ended, stalled, is_asset, wrong;
};

void fakehub_init(struct fakehub *h);

/* A release whose only asset is app.bin. */
void fakehub_publish(struct fakehub *h, const char *tag, const uint8_t *image,
                     uint32_t size, uint64_t asset_id);

/* One asset more. */
void fakehub_add(struct fakehub *h, const char *name, const uint8_t *bytes,
                 uint32_t size, uint64_t id);

struct rota_net fakehub_net(struct fakehub *h);
struct rota_sys fakehub_sys(struct fakehub *h);

#endif
