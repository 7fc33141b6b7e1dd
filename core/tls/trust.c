/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/trust.h"

#include <string.h>

#include <mbedtls/asn1.h>
#include <mbedtls/platform.h>

#include "base/date.h"

#define SEQUENCE (MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE)
#define VERSION (MBEDTLS_ASN1_CONTEXT_SPECIFIC | MBEDTLS_ASN1_CONSTRUCTED)

/* --- Anchors ------------------------------------------------------------- */

/* Find the subject of a certificate, tag and length included (RFC 5280, 4.1),
 * without parsing the rest. If the certificate is malformed, what is found is
 * no subject, and the parser will tell. */
static bool trust_find_subject(const struct rota_anchor *a,
                               unsigned char **subject, size_t *subject_len)
{
    static const uint8_t before[] = {VERSION, /* may be left out */
                                     MBEDTLS_ASN1_INTEGER, SEQUENCE, SEQUENCE,
                                     SEQUENCE};
    unsigned char *p = (unsigned char *)a->der, *end = p + a->len;
    size_t len;

    if (mbedtls_asn1_get_tag(&p, end, &len, SEQUENCE)
        || mbedtls_asn1_get_tag(&p, end, &len, SEQUENCE))
        return false;
    for (size_t i = 0; i < sizeof(before); i++)
        if (mbedtls_asn1_get_tag(&p, end, &len, before[i]) == 0)
            p += len;
    *subject = p;
    if (mbedtls_asn1_get_tag(&p, end, &len, SEQUENCE))
        return false;
    *subject_len = (size_t)(p - *subject) + len;
    return true;
}

static bool trust_may_have_issued(const struct rota_anchor *a,
                                  const mbedtls_x509_crt *child)
{
    unsigned char *subject;
    size_t len;

    return trust_find_subject(a, &subject, &len) && len == child->issuer_raw.len
        && memcmp(subject, child->issuer_raw.p, len) == 0;
}

/* Anchors are not copied. One that cannot be parsed, for want of an algorithm
 * or of memory, is not trusted; which of the two it was, the count of refusals
 * tells. */
static void trust_add(mbedtls_x509_crt *list, const struct rota_anchor *a)
{
    (void)mbedtls_x509_crt_parse_der_nocopy(list, a->der, a->len);
}

/* mbedTLS wants the anchors that may have issued child, in a list that it
 * frees. The others are not parsed. */
static int trust_find_issuers(void *ctx, const mbedtls_x509_crt *child,
                              mbedtls_x509_crt **list)
{
    const struct rota_config *c = ((const struct rota_tls *)ctx)->config;

    *list = NULL;
    for (size_t i = 0; i < c->anchor_count; i++) {
        const struct rota_anchor *a = &c->anchors[i];

        if (!trust_may_have_issued(a, child))
            continue;
        if (!*list && !(*list = mbedtls_calloc(1, sizeof(**list))))
            return MBEDTLS_ERR_X509_ALLOC_FAILED;
        trust_add(*list, a);
    }
    return 0;
}

/* May it sign certificates? Before version 3 they did not say. */
static bool trust_is_authority(const mbedtls_x509_crt *crt)
{
    return crt->version == 1 || crt->version == 2
        || (mbedtls_x509_crt_get_ca_istrue(crt) == 1
            && mbedtls_x509_crt_check_key_usage(crt,
                                                MBEDTLS_X509_KU_KEY_CERT_SIGN)
                   == 0);
}

/* mbedTLS cannot interrupt itself unless it has all anchors in a list. What a
 * server shows it trusts for being in that list, authority or not. */
static int trust_list_all(mbedtls_ssl_config *conf, const struct rota_config *c)
{
    for (size_t i = 0; i < c->anchor_count; i++) {
        mbedtls_x509_crt *crt = mbedtls_calloc(1, sizeof(*crt));
        if (!crt)
            return MBEDTLS_ERR_SSL_ALLOC_FAILED;
        trust_add(crt, &c->anchors[i]);
        if (trust_is_authority(crt)) {
            crt->next = conf->MBEDTLS_PRIVATE(ca_chain);
            mbedtls_ssl_conf_ca_chain(conf, crt, NULL);
        } else {
            mbedtls_x509_crt_free(crt);
            mbedtls_free(crt);
        }
    }
    return conf->MBEDTLS_PRIVATE(ca_chain) ? 0 : MBEDTLS_ERR_X509_FATAL_ERROR;
}

/* --- Time ---------------------------------------------------------------- */

static int64_t trust_seconds(const mbedtls_x509_time *t)
{
    return rota_date(t->year, t->mon, t->day, t->hour, t->min, t->sec);
}

/* mbedTLS has judged by its own clock, which a device may not have. */
static int trust_judge_dates(void *ctx, mbedtls_x509_crt *crt, int depth,
                             uint32_t *flags)
{
    const struct rota_tls *t = ctx;
    const struct rota_sys *sys = t->config->sys;
    uint64_t now = sys->unix_time(sys->ctx);
    bool clock = now && now >= t->floor;

    (void)depth;
    *flags &=
        ~(uint32_t)(MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE);
    if (trust_seconds(&crt->valid_to) < (int64_t)(clock ? now : t->floor))
        *flags |= MBEDTLS_X509_BADCERT_EXPIRED;
    if (clock && trust_seconds(&crt->valid_from) > (int64_t)now)
        *flags |= MBEDTLS_X509_BADCERT_FUTURE;
    return 0;
}

int rota_trust_set(mbedtls_ssl_config *conf, const struct rota_tls *t)
{
    void *ctx = (void *)t; /* both take it for const again */

    mbedtls_ssl_conf_authmode(conf, MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_verify(conf, trust_judge_dates, ctx);
    if (ROTA_ECC_MAX_OPS)
        return trust_list_all(conf, t->config);
    mbedtls_ssl_conf_ca_cb(conf, trust_find_issuers, ctx);
    return 0;
}

void rota_trust_free(mbedtls_ssl_config *conf)
{
    mbedtls_x509_crt *list = conf->MBEDTLS_PRIVATE(ca_chain);

    mbedtls_x509_crt_free(list);
    mbedtls_free(list);
    mbedtls_ssl_conf_ca_chain(conf, NULL, NULL);
}

int rota_trust_error(uint32_t flags)
{
    const uint32_t dates =
        MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE;
    const uint32_t name = MBEDTLS_X509_BADCERT_CN_MISMATCH;

    if (flags == 0 || flags & ~(dates | name))
        return ROTA_ECERT;
    return flags & name ? ROTA_EHOSTNAME : ROTA_EEXPIRED;
}
