/* SPDX-License-Identifier: Apache-2.0 */
/* Roots of which only a trust anchor is left (anchors.py --bare): they are
 * believed what the whole ones are, and no more. */
#include "tls/tls_rig.h"

#include "anchors_bundle.h"
#include "support/test.h"

#define MUCH (128 << 10)      /* more memory than any handshake takes */
#define DROOT_ENDS 2366841600 /* 2045-01-01 */

enum bare { ECROOT, OLD, YOUNG, EOLD, ENEW, DROOT, FAKEROOT, ROOTS };

static struct rota_anchor bare[ROOTS];

static bool read_roots(void)
{
    static uint8_t bundle[8192];
    size_t len = tls_file("bare.bin", bundle, sizeof(bundle));

    return rota_anchors_bundle(bundle, len, bare, ROOTS) == ROOTS;
}

static void trust(enum bare root)
{
    tls_client(MUCH, "self");
    rig.config.anchors = &bare[root];
}

static int visit(const char *host, enum bare root)
{
    trust(root);
    return tls_visit(host);
}

static void serve(const char *chain, int v13)
{
    tls_serve(chain, v13 ? "-www -tls1_3" : "-www -tls1_2");
}

static void chains_of_p256_p384_and_rsa_lead_to_their_root(void)
{
    static const struct {
        const char *chain, *host;
        enum bare root, other;
    } chains[] = {
        {"ec", "api.test", ECROOT, OLD},
        {"p384", "api.test", ECROOT, ENEW},
        {"direct", "sni.test", ECROOT, EOLD},
        {"rsa", "assets.test", OLD, ECROOT},
        {"rsa", "assets.test", YOUNG, ENEW},
        {"efive", "api.test", EOLD, ECROOT},
        {"efive", "api.test", ENEW, YOUNG},
    };

    for (size_t i = 0; i < 14; i++) {
        serve(chains[i / 2].chain, i % 2);
        CHECK(visit(chains[i / 2].host, chains[i / 2].root) == ROTA_OK);
        CHECK(rig.reply_len > 0);
        CHECK(visit(chains[i / 2].host, chains[i / 2].other) == ROTA_ECERT);
        CHECK(rig.reply_len == 0);
    }
}

/* One has the right name. */
static void what_another_key_has_signed_is_refused(void)
{
    for (int v13 = 0; v13 <= 1; v13++) {
        serve("ec", v13);
        CHECK(visit("api.test", FAKEROOT) == ROTA_ECERT);
        serve("forged", v13);
        CHECK(visit("api.test", ECROOT) == ROTA_ECERT);
        serve("self", v13);
        CHECK(visit("api.test", ECROOT) == ROTA_ECERT);
    }
}

/* The root ends before what it has signed. */
static void the_root_s_own_dates_count(void)
{
    serve("droot", 1);
    trust(DROOT);
    rig.now = DROOT_ENDS;
    CHECK(tls_visit("api.test") == ROTA_OK);
    trust(DROOT);
    rig.now = DROOT_ENDS + 1;
    CHECK(tls_visit("api.test") == ROTA_EEXPIRED);
    trust(DROOT);
    rig.now = 0;
    rig.tls.floor = DROOT_ENDS + 1;
    CHECK(tls_visit("api.test") == ROTA_EEXPIRED);
}

/* Being of version 1 makes an authority of an anchor alone. */
static void in_a_chain_a_certificate_without_ca_is_none(void)
{
    for (int v13 = 0; v13 <= 1; v13++) {
        serve("byv1", v13);
        CHECK(visit("api.test", ECROOT) == ROTA_ECERT);
        serve("leafca", v13);
        CHECK(visit("api.test", ECROOT) == ROTA_ECERT);
    }
}

static void the_host_s_name_and_purpose_are_checked_as_ever(void)
{
    serve("ec", 1);
    CHECK(visit("other.test", ECROOT) == ROTA_EHOSTNAME);
    serve("signer", 1);
    CHECK(visit("api.test", ECROOT) == ROTA_ECERT);
}

static void they_take_less_memory_than_whole_ones(void)
{
    serve("efive", 0);
    CHECK(visit("api.test", EOLD) == ROTA_OK);
    size_t peak = rig.arena.peak;
    tls_client(MUCH, "eold");
    CHECK(bare[EOLD].len < rig.anchors[0].len);
    CHECK(tls_visit("api.test") == ROTA_OK);
    CHECK(peak < rig.arena.peak);
}

int main(void)
{
    if (!tls_rig_start() || !read_roots()) {
        printf("openssl cannot make certificates\n0 passed, 1 failed\n");
        return 1;
    }
    RUN(chains_of_p256_p384_and_rsa_lead_to_their_root);
    RUN(what_another_key_has_signed_is_refused);
    RUN(the_root_s_own_dates_count);
    RUN(in_a_chain_a_certificate_without_ca_is_none);
    RUN(the_host_s_name_and_purpose_are_checked_as_ever);
    RUN(they_take_less_memory_than_whole_ones);
    tls_rig_stop();
    return test_end();
}
