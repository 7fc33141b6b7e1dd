/* SPDX-License-Identifier: Apache-2.0 */
#include "signing/asdevice.h"

const char *pub_asdevice_parse(struct pub_asdevice *d, const char *text,
                               size_t len)
{
    d->m = (struct rota_manifest){.text = text, .len = len};
    return rota_manifest_parse(&d->m, d->work) ? rota_why_text(d->m.why) : NULL;
}

void pub_asdevice_keys(struct rota_key *out, const struct pub_keys_key *keys,
                       size_t count)
{
    for (size_t i = 0; i < count; i++)
        out[i] = (struct rota_key){keys[i].der, sizeof(keys[i].der)};
}
