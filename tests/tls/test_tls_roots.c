/* SPDX-License-Identifier: Apache-2.0 */
/* Which roots a chain may lead to, and what a handshake with many costs. */
#include "tls/tls_rig.h"

#include <stdlib.h>
#include <string.h>

#include "anchors_bundle.h"
#include "anchors_pem.h"
#include "support/test.h"

#define MUCH (128 << 10) /* more memory than any handshake takes */
#define SYSTEM "/etc/ssl/certs/ca-certificates.crt"

/* A visit of a client that trusts these roots, in this order. */
static int visit(const char *host, const char *first, const char *second)
{
    tls_client(MUCH, first);
    if (second)
        tls_trust(1, second);
    return tls_visit(host);
}

static void serve(const char *chain, int v13)
{
    tls_serve(chain, v13 ? "-www -tls1_3" : "-www -tls1_2");
}

/* --- Cross-signed roots -------------------------------------------------- */

/* RSA with roots of 4096 bits; P-384 throughout. */
static void five_certificates_verify_by_either_root_alone_or_both(void)
{
    static const struct {
        const char *chain, *host, *old, *young;
    } chains[] = {
        {"rsa", "assets.test", "old", "young"},
        {"efive", "api.test", "eold", "enew"},
    };

    for (size_t i = 0; i < 4; i++) {
        const char *host = chains[i / 2].host;
        const char *old = chains[i / 2].old, *young = chains[i / 2].young;

        serve(chains[i / 2].chain, i % 2);
        CHECK(visit(host, old, NULL) == ROTA_OK);
        CHECK(visit(host, young, NULL) == ROTA_OK);
        CHECK(visit(host, old, young) == ROTA_OK);
        CHECK(visit(host, young, old) == ROTA_OK);
        CHECK(visit(host, "ecroot", "fakeroot") == ROTA_ECERT);
    }
}

/* The server still shows the old root's signature of the new one. */
static void an_expired_cross_signature_matters_to_the_old_root_alone(void)
{
    for (int v13 = 0; v13 <= 1; v13++) {
        serve("estale", v13);
        CHECK(visit("api.test", "enew", NULL) == ROTA_OK);
        CHECK(visit("api.test", "enew", "eold") == ROTA_OK);
        CHECK(visit("api.test", "eold", "enew") == ROTA_OK);
        CHECK(visit("api.test", "eold", NULL) == ROTA_EEXPIRED);
    }
}

static void of_two_cross_signatures_the_valid_one_is_taken(void)
{
    for (int v13 = 0; v13 <= 1; v13++) {
        serve("erenewed", v13);
        CHECK(visit("api.test", "eold", NULL) == ROTA_OK);
        CHECK(visit("api.test", "enew", NULL) == ROTA_OK);
    }
}

/* --- What is no authority ------------------------------------------------ */

static void an_anchor_that_may_not_sign_is_no_authority(void)
{
    static const char *const anchors[] = {"noca", "nosign"};

    for (size_t i = 0; i < 4; i++) {
        char chain[16] = "by";

        serve(strcat(chain, anchors[i / 2]), i % 2);
        CHECK(visit("api.test", anchors[i / 2], NULL) == ROTA_ECERT);
        CHECK(visit("api.test", "ecroot", anchors[i / 2]) == ROTA_ECERT);
        CHECK(rig.reply_len == 0);
    }
}

/* Neither the leaf nor a certificate signed by itself vouches for itself. */
static void a_server_s_own_certificate_is_no_anchor(void)
{
    serve("ec", 1);
    CHECK(visit("api.test", "ec", NULL) == ROTA_ECERT);
    serve("self", 1);
    CHECK(visit("api.test", "self", NULL) == ROTA_ECERT);
}

static void an_intermediate_may_be_an_anchor(void)
{
    serve("ec", 1);
    CHECK(visit("api.test", "ecint", NULL) == ROTA_OK);
}

static void without_any_anchor_nobody_is_trusted(void)
{
    serve("ec", 1);
    tls_client(MUCH, "ecroot");
    rig.config.anchor_count = 0;
    CHECK(tls_visit("api.test") == ROTA_ECERT);
}

/* --- A data slot --------------------------------------------------------- */

/* As firmware does it: the roots of the slot, or else those compiled in. */
static void trust_slot(const void *slot, size_t size)
{
    static struct rota_anchor roots[4];
    int n = rota_anchors_bundle(slot, size, roots, 4);

    tls_client(MUCH, "droot");
    rig.now = 0; /* what droot has signed is not valid yet */
    if (n > 0) {
        rig.config.anchors = roots;
        rig.config.anchor_count = (size_t)n;
    }
}

static void roots_of_a_bundle_take_the_place_of_those_compiled_in(void)
{
    static const struct {
        const char *chain, *host;
    } chains[] = {
        {"ec", "api.test"}, {"rsa", "assets.test"}, {"efive", "api.test"}};
    uint8_t slot[8192] = {0};
    size_t len = tls_file("roots.bin", slot, sizeof(slot));

    CHECK(len > 2000 && len < sizeof(slot));
    for (size_t i = 0; i < 6; i++) {
        serve(chains[i / 2].chain, i % 2);
        trust_slot(slot, sizeof(slot));
        CHECK(tls_visit(chains[i / 2].host) == ROTA_OK);
    }
    serve("dated", 1);
    trust_slot(slot, sizeof(slot));
    CHECK(tls_visit("api.test") == ROTA_ECERT);
}

static void with_a_torn_bundle_the_roots_compiled_in_go_on(void)
{
    uint8_t slot[8192];
    size_t len = tls_file("roots.bin", slot, sizeof(slot));

    CHECK(len > 2000 && len < sizeof(slot));
    serve("dated", 1);
    for (size_t at = 0; at < len; at += len / 3) {
        (void)tls_file("roots.bin", slot, sizeof(slot));
        memset(slot + at, 0xff, sizeof(slot) - at);
        trust_slot(slot, sizeof(slot));
        CHECK(tls_visit("api.test") == ROTA_OK);
    }
}

/* --- Memory -------------------------------------------------------------- */

/* The peak of a handshake with n anchors: the right one, last, behind those
 * of the system, which are repeated if they are too few. */
static size_t peak(const struct rota_anchors_pem *roots, size_t n)
{
    tls_client(MUCH, "old");
    const struct rota_anchor old = rig.anchors[0];
    for (size_t i = 0; i + 1 < n; i++)
        rig.anchors[i] = roots->list[i % roots->count];
    rig.anchors[n - 1] = old;
    rig.config.anchor_count = n;
    CHECK(tls_visit("assets.test") == ROTA_OK);
    CHECK(rig.arena.failed == 0);
    return rig.arena.peak;
}

static void many_roots_take_no_more_memory_than_ten(void)
{
    const char *bundle = getenv("CA_BUNDLE"); /* as make has it */
    struct rota_anchors_pem roots;

    CHECK(rota_anchors_pem_read(&roots, bundle ? bundle : SYSTEM) == ROTA_OK);
    for (int v13 = 0; roots.count && v13 <= 1; v13++) {
        serve("rsa", v13);
        size_t few = peak(&roots, 10), many = peak(&roots, TLS_RIG_ANCHORS);
        printf("tls: peak %zu bytes with 10 roots, %zu with %d (TLS 1.%d)\n",
               few, many, TLS_RIG_ANCHORS, v13 ? 3 : 2);
        CHECK(few > 0 && many < few + 2048);
    }
    rota_tls_free(&rig.tls);
    rota_anchors_pem_free(&roots);
}

int main(void)
{
    if (!tls_rig_start()) {
        printf("openssl cannot make certificates\n0 passed, 1 failed\n");
        return 1;
    }
    RUN(five_certificates_verify_by_either_root_alone_or_both);
    RUN(an_expired_cross_signature_matters_to_the_old_root_alone);
    RUN(of_two_cross_signatures_the_valid_one_is_taken);
    RUN(an_anchor_that_may_not_sign_is_no_authority);
    RUN(a_server_s_own_certificate_is_no_anchor);
    RUN(an_intermediate_may_be_an_anchor);
    RUN(without_any_anchor_nobody_is_trusted);
    RUN(roots_of_a_bundle_take_the_place_of_those_compiled_in);
    RUN(with_a_torn_bundle_the_roots_compiled_in_go_on);
    if (!ROTA_ECC_MAX_OPS)
        RUN(many_roots_take_no_more_memory_than_ten);
    tls_rig_stop();
    return test_end();
}
