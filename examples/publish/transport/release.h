/* SPDX-License-Identifier: Apache-2.0 */
/* Releases and assets as the publisher sees them, read from JSON. */
#ifndef PUB_TRANSPORT_RELEASE_H
#define PUB_TRANSPORT_RELEASE_H

#include <stdbool.h>

#include "flash/hash.h"
#include "words/heap.h"
#include "base/bytes.h"

#define PUB_RELEASE_TAG_SIZE 256
#define PUB_RELEASE_NAME_SIZE 256
#define PUB_RELEASE_ASSETS_MAX 1000 /* of one release: the service's limit */

struct pub_hub_asset {
    uint64_t id, size, downloads;
    char name[PUB_RELEASE_NAME_SIZE];
    bool uploaded; /* false: what was left by an upload that failed */
    bool has_digest;
    uint8_t digest[ROTA_SHA256_LEN];
};

struct pub_hub_release {
    uint64_t id;
    char tag[PUB_RELEASE_TAG_SIZE];
    char name[PUB_RELEASE_NAME_SIZE]; /* "" when it has none, or a long one */
    char created[32];   /* of the commit: by this "latest" is decided */
    char published[32]; /* "" of a draft */
    char upload_url[1024];
    char html_url[1024];
    bool draft, prerelease, immutable;
};

/* Read one. False when json is not what it should be; unknown members, their
 * order, and null where it is allowed do not matter. */
bool pub_release_read(struct pub_hub_release *r, struct rota_span json);
bool pub_asset_read(struct pub_hub_asset *a, struct rota_span json);

#endif
