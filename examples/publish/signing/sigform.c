/* SPDX-License-Identifier: Apache-2.0 */
#include "signing/sigform.h"

#include <string.h>

#include <openssl/ecdsa.h>

#include "signing/base64.h"
#include "words/view.h"
#include "base/bytes.h"

enum { RAW = 64 };

/* Whole, and nothing behind it. */
static bool is_der(const uint8_t *in, size_t len)
{
    const unsigned char *p = in;
    ECDSA_SIG *sig =
        len <= PUB_KEYS_SIG_MAX ? d2i_ECDSA_SIG(NULL, &p, (long)len) : NULL;
    bool good = sig && p == in + len;

    ECDSA_SIG_free(sig);
    return good;
}

/* r and s beside each other (IEEE P1363), as PKCS #11 and Azure have it. */
static bool from_raw(const uint8_t *in, uint8_t der[PUB_KEYS_SIG_MAX],
                     size_t *der_len)
{
    BIGNUM *r = BN_bin2bn(in, RAW / 2, NULL);
    BIGNUM *s = BN_bin2bn(in + RAW / 2, RAW / 2, NULL);
    ECDSA_SIG *sig = ECDSA_SIG_new();
    int len = 0;

    if (r && s && sig && ECDSA_SIG_set0(sig, r, s)) {
        r = s = NULL; /* sig has them now */
        if (i2d_ECDSA_SIG(sig, NULL) <= PUB_KEYS_SIG_MAX)
            len = i2d_ECDSA_SIG(sig, &der);
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(sig);
    *der_len = len > 0 ? (size_t)len : 0;
    return len > 0;
}

static bool from_bytes(const uint8_t *in, size_t len,
                       uint8_t der[PUB_KEYS_SIG_MAX], size_t *der_len)
{
    if (is_der(in, len)) {
        memcpy(der, in, len);
        *der_len = len;
        return true;
    }
    return len == RAW && from_raw(in, der, der_len);
}

static bool from_base64(const char *in, size_t len,
                        uint8_t der[PUB_KEYS_SIG_MAX], size_t *der_len)
{
    uint8_t bytes[PUB_KEYS_SIG_MAX];
    char one[256];
    size_t n = 0, bytes_len;

    /* Some tools break lines, all end one. */
    for (size_t i = 0; i < len; i++)
        if (!strchr(" \t\r\n", in[i]) || !in[i]) {
            if (n == sizeof(one))
                return false;
            one[n++] = in[i];
        }
    return pub_base64_decode(one, n, bytes, sizeof(bytes), &bytes_len)
        && from_bytes(bytes, bytes_len, der, der_len);
}

/* What cosign 2 has on top, Sigstore's bundle one level below. */
static bool from_bundle(const char *in, size_t len,
                        uint8_t der[PUB_KEYS_SIG_MAX], size_t *der_len)
{
    struct rota_span all = {(const uint8_t *)in, len}, text;

    if (pub_view_member(all, "messageSignature", &text))
        all = text;
    else if (pub_view_member(all, "base64Signature", &text))
        return pub_view_is_text(text)
            && from_base64((const char *)text.p + 1, text.len - 2, der,
                           der_len);
    return pub_view_member(all, "signature", &text) && pub_view_is_text(text)
        && from_base64((const char *)text.p + 1, text.len - 2, der, der_len);
}

bool pub_sigform_der(const void *in, size_t len, uint8_t der[PUB_KEYS_SIG_MAX],
                     size_t *der_len)
{
    const struct rota_span all = {in, len};

    if (from_bytes(in, len, der, der_len) || from_base64(in, len, der, der_len))
        return true;
    return pub_view_check(all) && from_bundle(in, len, der, der_len);
}
