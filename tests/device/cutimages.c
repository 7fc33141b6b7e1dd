/* SPDX-License-Identifier: Apache-2.0 */
#include "device/cutimages.h"

#include <stdio.h>

#include "support/signer.h"

static struct signer owner;

struct cutimage cutimages[3] = {
    {.version = "1.0.0",
     .tag = "v1.0.0",
     .asset_id = 1,
     .size = 5000,
     .radio_size = 1000},
    {.version = "1.1.0",
     .tag = "v1.1.0",
     .asset_id = 2,
     .size = 5999,
     .radio_size = 1799},
    {.version = "1.2.0",
     .tag = "v1.2.0",
     .asset_id = 3,
     .size = 4500,
     .radio_size = 1500},
};

const struct rota_key *cutimages_key(void)
{
    return &owner.key;
}

/* Sign what image k is released with. */
static void write_manifest(uint32_t k)
{
    struct cutimage *i = &cutimages[k];
    const struct signer *const by[] = {&owner};
    static struct fakehub hub; /* which can hash */
    char text[1024];

    fakehub_init(&hub);
    fakehub_publish(&hub, i->tag, i->bytes, i->size, 1);
    fakehub_add(&hub, "", i->radio, i->radio_size, 2);
    snprintf(text, sizeof text,
             "{\"rota\":1,\"project\":\"acme/app\",\"board\":\"m3\","
             "\"seq\":%u,\"version\":\"%s\",\"security\":%u,\"images\":["
             "{\"id\":0,\"name\":\"app.bin\",\"format\":\"raw\",\"size\":%u,"
             "\"sha256\":\"%s\"},"
             "{\"id\":1,\"name\":\"radio.bin\",\"format\":\"raw\","
             "\"size\":%u,\"sha256\":\"%s\"}]}",
             (unsigned)k, i->version, 10 * (unsigned)k, (unsigned)i->size,
             hub.asset[0].digest, (unsigned)i->radio_size, hub.asset[1].digest);
    i->manifest_size =
        (uint32_t)signer_envelope(by, 1, text, i->manifest, sizeof i->manifest);
}

void cutimages_prepare(void)
{
    static uint8_t memory[16 << 10];
    static struct rota_arena arena;

    rota_arena_init(&arena, memory, sizeof memory);
    rota_arena_use(&arena);
    for (uint32_t k = 0; k < 3; k++)
        for (uint32_t i = 0; i < CUTIMAGE_MAX; i++)
            cutimages[k].bytes[i] =
                (uint8_t)((i + k * 7919) * 2654435761u >> 13 ^ i >> 5);
    signer_init(&owner);
    for (uint32_t k = 0; k < 3; k++) {
        for (uint32_t i = 0; i < CUTIMAGE_RADIO_MAX; i++)
            cutimages[k].radio[i] =
                (uint8_t)((i + k * 104729) * 2654435761u >> 9 ^ i >> 4);
        write_manifest(k);
    }
}

void cutimages_publish(struct fakehub *h, const struct cutimage *i, bool sign)
{
    fakehub_publish(h, i->tag, i->bytes, i->size, i->asset_id);
    if (!sign)
        return;
    fakehub_add(h, "radio.bin", i->radio, i->radio_size, 10 + i->asset_id);
    fakehub_add(h, "m3.ota", (const uint8_t *)i->manifest, i->manifest_size,
                20 + i->asset_id);
    h->manifest = true;
}
