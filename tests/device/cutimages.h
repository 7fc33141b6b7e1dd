/* SPDX-License-Identifier: Apache-2.0 */
/* The versions that the devices of powercut.c run and are offered. */
#ifndef CUTIMAGES_H
#define CUTIMAGES_H

#include "support/fakehub.h"
#include "rota.h"

#define CUTIMAGE_MAX 6000u
#define CUTIMAGE_RADIO_MAX 1800u

struct cutimage {
    const char *version, *tag;
    uint64_t asset_id;
    bool bad; /* crashes at start */
    uint32_t size;
    uint8_t bytes[CUTIMAGE_MAX];

    /* When it is signed it has a second image. Version 1.K.0 has the seq K and
     * the security 10 * K. */
    uint32_t radio_size;
    uint8_t radio[CUTIMAGE_RADIO_MAX];
    char manifest[ROTA_MANIFEST_MAX];
    uint32_t manifest_size;
};

/* 1.0.0, 1.1.0 and 1.2.0. */
extern struct cutimage cutimages[3];

/* Fill them with bytes and sign them. From here on PSA has memory. */
void cutimages_prepare(void);

/* That their manifests are signed with. */
const struct rota_key *cutimages_key(void);

/* The release of an image; when sign, with radio.bin and the manifest
 * m3.ota. */
void cutimages_publish(struct fakehub *h, const struct cutimage *i, bool sign);

#endif
