/* SPDX-License-Identifier: Apache-2.0 */
#include "core/trusting.h"
#include "manifest/envelope.h"

void trusting_init(struct trusting *d)
{
    rota_arena_init(&d->arena, d->memory, sizeof d->memory);
    rota_arena_use(&d->arena);
    signer_init(&d->alice);
    signer_init(&d->bob);
    signer_init(&d->carol);
}

void trusting_reset(struct trusting *d)
{
    d->keys[0] = d->alice.key;
    d->keys[1] = d->bob.key;
    d->keys[2] = d->carol.key;
    d->slot = d->second = d->third = (struct rota_flash){.size = 1u << 17};
    d->more[0] = &d->second;
    d->more[1] = &d->third;
    memset(&d->past, 0, sizeof d->past);
    d->trust =
        (struct rota_trust){.keys = d->keys, .count = 3, .more_slots = d->more};
    d->config = (struct rota_config){.trust = &d->trust,
                                     .slot = &d->slot,
                                     .repo = "acme/app",
                                     .board = "m3"};
}

void trusting_sign(struct trusting *d, const char *text, const struct signer *a,
                   const struct signer *b)
{
    const struct signer *const both[] = {a, b};
    size_t size =
        signer_envelope(both, b ? 2 : 1, text, d->file, sizeof d->file);

    CHECK(rota_manifest_envelope_open(&d->m, &d->config, &d->past, d->file,
                                      size, d->work)
          == ROTA_OK);
}

const char *trusting_images(struct trusting *d, int a, int b, int c)
{
    const char *x = manifest_image(a, "a.bin", 1u << 17, 'a');
    const char *y = b >= 0 ? manifest_image(b, "b.bin", 1000, 'b') : "";
    const char *z = c >= 0 ? manifest_image(c, "c.bin", 1000, 'c') : "";

    snprintf(d->list, sizeof d->list, "[%s%s%s%s%s]", x, *y ? "," : "", y,
             *z ? "," : "", z);
    return MANIFEST("images", d->list);
}
