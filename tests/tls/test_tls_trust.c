/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/tls_rig.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "support/test.h"

#define MUCH (128 << 10) /* more memory than any handshake takes */

/* --- What must work ------------------------------------------------------ */

static void item_57_p256_p384_and_rsa_leaves_are_accepted(void)
{
    static const struct {
        const char *chain, *root, *host;
    } leaves[] = {
        {"ec", "ecroot", "api.test"},
        {"p384", "ecroot", "api.test"},
        {"rsa", "old", "assets.test"},
    };
    static const char *const versions[] = {"-www -tls1_2", "-www -tls1_3"};

    for (size_t i = 0; i < 6; i++) {
        tls_client(MUCH, leaves[i / 2].root);
        tls_serve(leaves[i / 2].chain, versions[i % 2]);
        CHECK(tls_visit(leaves[i / 2].host) == ROTA_OK);
        CHECK(strstr(rig.reply, i % 2 ? "New, TLSv1.3" : "New, TLSv1.2"));
    }
}

static void item_57_records_of_16_kib_arrive_whole(void)
{
    static const char *const versions[] = {"-WWW -tls1_2", "-WWW -tls1_3"};

    for (size_t i = 0; i < 4; i++) {
        tls_client(MUCH, "ecroot");
        tls_serve("ec", versions[i / 2]);
        rig.piece = i % 2 ? 997 : 0;
        CHECK(tls_connect("api.test") == ROTA_OK);
        CHECK(tls_get("/big.bin") == ROTA_ECLOSED);
        CHECK(tls_got_file("big.bin"));
        rota_tls_close(&rig.tls);
    }
}

static void every_suite_is_spoken(void)
{
    static const char *const options[] = {
        "-www -tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256",
        "-www -tls1_3 -ciphersuites TLS_AES_256_GCM_SHA384",
        "-www -tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256",
        "-www -tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256",
        "-www -tls1_2 -cipher ECDHE-ECDSA-AES256-GCM-SHA384",
        "-www -tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305",
        "-www -tls1_3 -curves X25519",
        "-www -tls1_3 -curves P-256",
        "-www -tls1_3 -curves P-384",
        "-www -tls1_2 -curves P-384",
    };

    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        tls_client(MUCH, "ecroot");
        tls_serve("ec", options[i]);
        CHECK(tls_visit("api.test") == ROTA_OK);
        CHECK(rig.reply_len > 0);
    }
}

static void a_handshake_goes_through_single_bytes(void)
{
    tls_client(MUCH, "old");
    tls_serve("rsa", "-www");
    rig.piece = 1;
    CHECK(tls_visit("assets.test") == ROTA_OK);
    CHECK(rig.spins < 100); /* it waits while nothing comes */
    CHECK(strstr(rig.reply, "New, TLSv1.3"));
}

static void item_58_five_certificates_with_a_cross_signed_root(void)
{
    static const char *const roots[] = {"old", "young"};

    for (size_t i = 0; i < 2; i++) {
        tls_client(MUCH, roots[i]);
        tls_serve("rsa", "-www");
        CHECK(tls_visit("assets.test") == ROTA_OK);
    }
}

static void the_name_goes_out_as_sni(void)
{
    tls_client(MUCH, "ecroot");
    tls_serve("ec", "-www -servername sni.test -servername_fatal "
                    "-cert2 direct.pem -key2 direct.key");
    CHECK(tls_visit("sni.test") == ROTA_OK);
    CHECK(tls_visit("api.test") == ROTA_ETLS); /* servername_fatal */
}

static void the_protocol_asked_for_is_http_1_1(void)
{
    tls_client(MUCH, "ecroot");
    tls_serve("ec", "-www -alpn http/1.1");
    CHECK(tls_visit("api.test") == ROTA_OK);
    tls_serve("ec", "-www -alpn h2");
    CHECK(tls_visit("api.test") == ROTA_ETLS);
}

static void addresses_are_checked_as_names_are(void)
{
    tls_client(MUCH, "ecroot");
    tls_serve("ec", "-www");
    CHECK(tls_visit("127.0.0.1") == ROTA_OK);
    CHECK(tls_visit("::1") == ROTA_OK);
    CHECK(tls_visit("127.0.0.2") == ROTA_EHOSTNAME);
    CHECK(tls_visit("::2") == ROTA_EHOSTNAME);
}

/* --- Whom not to trust --------------------------------------------------- */

static void item_59_the_certificate_must_be_for_the_host(void)
{
    static const struct {
        const char *host;
        int err;
    } hosts[] = {
        {"assets.test", ROTA_OK},
        {"ASSETS.Test", ROTA_OK},
        {"a.assets.test", ROTA_OK},
        {"a.b.assets.test", ROTA_EHOSTNAME},
        {"badassets.test", ROTA_EHOSTNAME},
        {"assets.test.evil", ROTA_EHOSTNAME},
        {"api.test", ROTA_EHOSTNAME},
        {"127.0.0.1", ROTA_EHOSTNAME},
    };

    tls_client(MUCH, "old");
    for (int v13 = 0; v13 <= 1; v13++) {
        tls_serve("rsa", v13 ? "-www -tls1_3" : "-www -tls1_2");
        for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
            CHECK(tls_visit(hosts[i].host) == hosts[i].err);
    }
}

static void item_59_unknown_and_pretended_authorities_are_refused(void)
{
    static const struct {
        const char *chain, *root;
    } cases[] = {
        {"ec", "old"},        {"rsa", "ecroot"},    {"self", "ecroot"},
        {"signer", "ecroot"}, {"leafca", "ecroot"}, {"forged", "ecroot"},
        {"ec", "fakeroot"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        for (int v13 = 0; v13 <= 1; v13++) {
            const char *host = i == 1 ? "assets.test" : "api.test";
            tls_client(MUCH, cases[i].root);
            tls_serve(cases[i].chain, v13 ? "-www -tls1_3" : "-www -tls1_2");
            CHECK(tls_visit(host) == ROTA_ECERT);
            CHECK(rig.reply_len == 0);
        }
}

static void item_59_dates_are_held_against_the_best_clock_there_is(void)
{
    const uint64_t today = (uint64_t)time(NULL), long_ago = 1000000000,
                   late = 4000000000;
    const struct {
        uint64_t now, floor;
        int err;
    } clocks[] = {
        {today, 0, ROTA_OK},
        {today, today, ROTA_OK},
        {late, 0, ROTA_EEXPIRED},
        {late, today, ROTA_EEXPIRED},
        {long_ago, 0, ROTA_EEXPIRED},        /* a clock: not valid yet */
        {long_ago, long_ago, ROTA_EEXPIRED}, /* still a clock */
        {long_ago, today, ROTA_OK},          /* not a clock */
        {today - 1, today, ROTA_OK},
        {long_ago, late, ROTA_EEXPIRED},
        {0, 0, ROTA_OK}, /* no clock, nothing known */
        {0, long_ago, ROTA_OK},
        {0, today, ROTA_OK},
        {0, late, ROTA_EEXPIRED},
    };

    for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
        tls_client(MUCH, "ecroot");
        rig.now = clocks[i].now;
        rig.tls.floor = clocks[i].floor;
        if (i == 0)
            tls_serve("ec", "-www");
        CHECK(tls_visit("api.test") == clocks[i].err);
    }
}

static void of_several_faults_the_worst_is_told(void)
{
    tls_client(MUCH, "ecroot");
    tls_serve("ec", "-www");
    rig.now = 4000000000;
    CHECK(tls_visit("other.test") == ROTA_EHOSTNAME);
    tls_client(MUCH, "old");
    rig.now = 4000000000;
    CHECK(tls_visit("other.test") == ROTA_ECERT);
}

static void anchors_of_one_name_are_all_tried(void)
{
    tls_serve("ec", "-www");
    for (int first = 0; first <= 1; first++) {
        tls_client(MUCH, first ? "ecroot" : "fakeroot");
        tls_trust(1, first ? "fakeroot" : "ecroot");
        CHECK(tls_visit("api.test") == ROTA_OK);
    }
}

static void anchors_that_are_rubbish_are_passed_over(void)
{
    tls_client(MUCH, "ecroot");
    tls_trust(1, "ecroot");
    tls_serve("ec", "-www");
    const struct rota_anchor good = rig.anchors[1];
    for (size_t len = 0; len < good.len; len++) {
        unsigned char *copy = malloc(len + 1);
        memcpy(copy + 1, good.der, len);
        rig.anchors[0] = (struct rota_anchor){copy + 1, len};
        if (len % 97 == 0 || len < 100)
            CHECK(tls_visit("api.test") == ROTA_OK);
        rota_tls_free(&rig.tls);
        free(copy);
    }
}

/* As flash that rots may have them. The sound root behind it must do. */
static void anchors_with_a_wrong_bit_do_no_harm(void)
{
    tls_client(MUCH, "ecroot");
    tls_trust(1, "ecroot");
    tls_serve("ec", "-www");
    const struct rota_anchor good = rig.anchors[1];
    unsigned char *copy = malloc(good.len); /* a sanitizer sees where it ends */
    for (size_t at = 0; at < good.len; at += at < 32 ? 1 : 11) {
        memcpy(copy, good.der, good.len);
        copy[at] ^= (unsigned char)(1 << at % 8);
        rig.anchors[0] = (struct rota_anchor){copy, good.len};
        CHECK(tls_visit("api.test") == ROTA_OK);
        rota_tls_free(&rig.tls);
        CHECK(rig.arena.used == 0);
    }
    free(copy);
}

static void old_versions_are_refused(void)
{
    tls_client(MUCH, "ecroot");
    tls_serve("ec", "-www -tls1_1 -cipher DEFAULT@SECLEVEL=0");
    CHECK(tls_visit("api.test") == ROTA_ETLS);
}

int main(void)
{
    if (!tls_rig_start()) {
        printf("openssl cannot make certificates\n0 passed, 1 failed\n");
        return 1;
    }
    RUN(item_57_p256_p384_and_rsa_leaves_are_accepted);
    RUN(item_57_records_of_16_kib_arrive_whole);
    RUN(every_suite_is_spoken);
    RUN(a_handshake_goes_through_single_bytes);
    RUN(item_58_five_certificates_with_a_cross_signed_root);
    RUN(the_name_goes_out_as_sni);
    RUN(the_protocol_asked_for_is_http_1_1);
    RUN(addresses_are_checked_as_names_are);
    RUN(item_59_the_certificate_must_be_for_the_host);
    RUN(item_59_unknown_and_pretended_authorities_are_refused);
    RUN(item_59_dates_are_held_against_the_best_clock_there_is);
    RUN(of_several_faults_the_worst_is_told);
    RUN(anchors_of_one_name_are_all_tried);
    RUN(anchors_that_are_rubbish_are_passed_over);
    RUN(anchors_with_a_wrong_bit_do_no_harm);
    RUN(old_versions_are_refused);
    tls_rig_stop();
    return test_end();
}
