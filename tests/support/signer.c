/* SPDX-License-Identifier: Apache-2.0 */
#include "support/signer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/psa_util.h>

#define ALG PSA_ALG_ECDSA(PSA_ALG_SHA_256)

static void must(bool done, const char *what)
{
    if (!done) {
        printf("signer: cannot %s\n", what);
        exit(1);
    }
}

void signer_init(struct signer *s)
{
    static const uint8_t head[] = {
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
        0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
        0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    };
    psa_key_attributes_t a = PSA_KEY_ATTRIBUTES_INIT;
    uint8_t sha256[32];
    size_t len;

    psa_set_key_type(&a, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1));
    psa_set_key_bits(&a, 256);
    psa_set_key_usage_flags(&a, PSA_KEY_USAGE_SIGN_MESSAGE);
    psa_set_key_algorithm(&a, ALG);
    must(!psa_crypto_init() && !psa_generate_key(&a, &s->id), "make a key");
    memcpy(s->der, head, sizeof head);
    must(!psa_export_public_key(s->id, s->der + sizeof head,
                                sizeof s->der - sizeof head, &len)
             && len == sizeof s->der - sizeof head,
         "export a key");
    must(!psa_hash_compute(PSA_ALG_SHA_256, s->der, sizeof s->der, sha256,
                           sizeof sha256, &len),
         "hash a key");
    s->key = (struct rota_key){s->der, sizeof s->der};
    for (int i = 0; i < ROTA_KEY_ID_LEN; i++)
        snprintf(s->hex + 2 * i, 3, "%02x", sha256[i]);
}

void signer_end(struct signer *s)
{
    must(!psa_destroy_key(s->id), "destroy a key");
}

size_t signer_sign(const struct signer *s, const void *text, size_t len,
                   uint8_t der[ROTA_SIGN_DER_MAX])
{
    uint8_t raw[64];
    size_t n;

    must(!psa_sign_message(s->id, ALG, text, len, raw, sizeof raw, &n), "sign");
    must(!mbedtls_ecdsa_raw_to_der(256, raw, n, der, ROTA_SIGN_DER_MAX, &n),
         "encode a signature");
    return n;
}

void signer_base64(const uint8_t *bytes, size_t len, char *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < len; i += 3, out += 4) {
        uint32_t v = (uint32_t)bytes[i] << 16;
        v |= i + 1 < len ? (uint32_t)bytes[i + 1] << 8 : 0;
        v |= i + 2 < len ? bytes[i + 2] : 0;
        out[0] = digits[v >> 18];
        out[1] = digits[v >> 12 & 63];
        out[2] = i + 1 < len ? digits[v >> 6 & 63] : '=';
        out[3] = i + 2 < len ? digits[v & 63] : '=';
    }
    *out = '\0';
}

size_t signer_envelope(const struct signer *const *signers, int count,
                       const char *text, char *out, size_t size)
{
    size_t at = (size_t)snprintf(out, size, "rota1\n");

    for (int i = 0; i < count && at < size; i++) {
        uint8_t der[ROTA_SIGN_DER_MAX];
        char base64[4 * (ROTA_SIGN_DER_MAX / 3 + 1) + 1];
        size_t n = signer_sign(signers[i], text, strlen(text), der);
        signer_base64(der, n, base64);
        at += (size_t)snprintf(out + at, size - at, "sig %s %s\n",
                               signers[i]->hex, base64);
    }
    if (at < size)
        at += (size_t)snprintf(out + at, size - at, "\n%s", text);
    must(at < size, "put a manifest into so little room");
    return at;
}
